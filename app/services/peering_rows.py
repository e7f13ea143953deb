"""The rows behind a member's tabs: five statements, whatever the size of the exchange."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, or_, select, true, union_all

from app.domain.classify import Sessions
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db
from app.models import (
    Infrastructure,
    InterfaceAddress,
    Member,
    ObservedSession,
    PeerRelation,
    Vlan,
    VlanInterface,
)
from app.models.base import AnyRow, AnySelect


class Column(NamedTuple):
    """One VLAN as a column of the table."""

    vlan_id: int
    name: str
    tag: int | None
    infrastructure: str


class Self(NamedTuple):
    """The viewing member, as far as the rules ask."""

    id: int
    name: str
    asn: int
    organisation: str | None
    never_via_route_servers: bool


def get_self(member_id: int) -> Self:
    row = (
        is_possible_id(member_id)
        and db.session.execute(
            select(
                Member.id,
                Member.name,
                Member.asn,
                Member.organisation,
                Member.never_via_route_servers,
            ).where(Member.id == member_id)
        ).first()
    )
    if not row:
        raise NotFound(f"There is no member with id {member_id}.")
    return Self(*row)


def list_columns(member_id: int, default_vlan: str) -> list[Column]:
    """VLANs with the flag in which the member has an interface: default first, then by tag."""
    rows = db.session.execute(
        select(Vlan.id, Vlan.name, Vlan.tag, Infrastructure.name.label("home"), Vlan.ixf_vlan_id)
        .join(Infrastructure)
        .where(
            Vlan.peering_manager,
            ~Vlan.private,  # refused together with the flag; a door that forgot shows nothing
            Vlan.id.in_(
                select(VlanInterface.vlan_id).where(
                    VlanInterface.member_id == member_id,
                    VlanInterface.status == InterfaceStatus.CONNECTED,
                )
            ),
        )
    ).all()

    def order(row: AnyRow) -> tuple[object, ...]:
        preferred = default_vlan in (row.name, str(row.ixf_vlan_id))
        return (not preferred, row.tag is None, row.tag or 0, row.home, row.name)

    return [Column(row.id, row.name, row.tag, row.home) for row in sorted(rows, key=order)]


def list_ports(me: Self, vlan_ids: Sequence[int], *, only: int | None = None) -> Sequence[AnyRow]:
    """Every live, enabled address on these VLANs of current peers, and of the member itself.

    With `only` no other peer than this one. The first column is the member's id, the last four
    are those of a Port.
    """
    return db.session.execute(
        select(
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            Member.policy,
            Member.status,
            Member.never_via_route_servers,
            InterfaceAddress.vlan_id,
            InterfaceAddress.protocol,
            InterfaceAddress.id.label("address_id"),
            InterfaceAddress.rs_client,
        )
        .join(VlanInterface, VlanInterface.member_id == Member.id)
        .join(InterfaceAddress, InterfaceAddress.interface_id == VlanInterface.id)
        .where(
            VlanInterface.vlan_id.in_(vlan_ids),
            VlanInterface.status == InterfaceStatus.CONNECTED,
            InterfaceAddress.until_at.is_(None),
            InterfaceAddress.enabled,
            or_(
                Member.id == me.id,
                and_(
                    Member.status == MemberStatus.ACTIVE,
                    Member.type == MemberType.PEERING,
                    Member.asn != me.asn,
                    _other_organisation(me),
                    _only(Member.id, only),
                ),
            ),
        )
    ).all()


def _only(column: Any, wanted: int | None) -> Any:
    return true() if wanted is None else column == wanted


def _other_organisation(me: Self) -> Any:
    if me.organisation is None:
        return true()
    return func.coalesce(Member.organisation, "") != me.organisation


def list_sessions(member_id: int, now: datetime, lookback: timedelta) -> Sessions:
    """The grade of each pair of addresses with one end at the member, seen in the window.

    A pair that was confirmed before the window, and of which a clean sample was seen within it,
    is possible again.
    """
    own = (
        select(InterfaceAddress.id)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(VlanInterface.member_id == member_id)
    ).scalar_subquery()

    def seen(end: Any) -> AnySelect:
        return grades_in_window(now, lookback).where(end.in_(own))

    # Two index searches: one OR over both ends would read the whole table.
    both = union_all(seen(ObservedSession.low_address_id), seen(ObservedSession.high_address_id))
    return read_grades(both)


def grades_in_window(now: datetime, lookback: timedelta) -> AnySelect:
    """Both addresses and the grade of every pair that counts; for the tabs and the matrix."""
    since = now - lookback
    return select(
        ObservedSession.low_address_id,
        ObservedSession.high_address_id,
        # domain.grid.grade_now, said in SQL: no point in time has to be read
        case(
            (ObservedSession.last_seen >= since, ObservedSession.grade),
            else_=int(Grade.POSSIBLE),
        ),
    ).where(
        ObservedSession.grade >= Grade.POSSIBLE,
        ObservedSession.first_seen <= now,
        or_(ObservedSession.last_seen >= since, ObservedSession.last_clean >= since),
    )


def read_grades(statement: Any) -> Sessions:
    """The grades such a statement finds, by pair of addresses."""
    grades = {int(grade): grade for grade in Grade}
    return {
        (low, high) if low < high else (high, low): grades[grade]
        for low, high, grade in db.session.execute(statement)
    }


def list_marks(member_id: int, now: datetime, *, only: int | None = None) -> dict[int, AnyRow]:
    """The members this one has marked, with what a row shows of them; no mark that ran out."""
    rows = db.session.execute(
        select(
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            Member.policy,
            Member.status,
            Member.type,
            Member.organisation,
            Member.never_via_route_servers,
            PeerRelation.mark,
        )
        .join(PeerRelation, PeerRelation.peer_id == Member.id)
        .where(
            PeerRelation.member_id == member_id,
            PeerRelation.stands(now.date()),
            _only(PeerRelation.peer_id, only),
        )
    )
    return {row.member_id: row for row in rows}
