"""The rows behind a member's tabs: as many statements whatever the size of the exchange."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, String, bindparam, case, cast, func, or_, select, true

from app.domain.classify import Side, Sides
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus
from app.extensions import db
from app.models import (
    Infrastructure,
    InterfaceAddress,
    Member,
    PeerRelation,
    Vlan,
    VlanInterface,
)
from app.models.base import AnyRow, AnySelect
from app.services import houses

# Tables, not classes: what a row of an entity costs is felt at a thousand members.
_MEMBER, _PORT, _ADDRESS = Member.__table__, VlanInterface.__table__, InterfaceAddress.__table__
_WHO = (
    _MEMBER.c.id.label("member_id"),
    _MEMBER.c.name,
    _MEMBER.c.asn,
    _MEMBER.c.policy,
    _MEMBER.c.status,
    _MEMBER.c.never_via_route_servers,
)
# One number for an address: its VLAN, then 4 or 6, one more for a route-server client. A number,
# because joining texts row by row takes the database longer.
_PACKED = cast(
    _ADDRESS.c.vlan_id * 10 + _ADDRESS.c.protocol + case((_ADDRESS.c.rs_client, 1), else_=0),
    String,
)


_SELF = select(
    _MEMBER.c.id,
    _MEMBER.c.name,
    _MEMBER.c.asn,
    _MEMBER.c.organisation,
    _MEMBER.c.never_via_route_servers,
).where(_MEMBER.c.id == bindparam("me"))


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


class Party(NamedTuple):
    """What `list_parties` finds of one member; it answers with bare tuples, which are quicker."""

    member_id: int
    name: str
    asn: int
    policy: str | None
    status: str
    never_via_route_servers: bool
    held: str


AnyTuple = tuple[Any, ...]


def _execute(statement: AnySelect, asked: Mapping[str, Any]) -> CursorResult[Any]:
    # Not through the session, whose share is felt where every list asks ten statements.
    return db.session.connection().execute(statement, asked)


def get_self(member_id: int) -> Self:
    row: Any = is_possible_id(member_id) and _execute(_SELF, {"me": member_id}).first()
    if not row:
        raise NotFound(f"There is no member with id {member_id}.")
    return Self(*row)


def list_columns(member_id: int, default_vlan: str) -> list[Column]:
    """VLANs with the flag in which the member has an interface: default first, then by tag."""
    return in_order(_execute(_columns(), {"me": member_id}).all(), default_vlan)


def in_order(rows: Iterable[AnyRow], default_vlan: str) -> list[Column]:
    """VLANs as columns: the default first, then by tag, untagged last."""

    def order(row: AnyRow) -> tuple[object, ...]:
        preferred = default_vlan in (row.name, str(row.ixf_vlan_id))
        return (not preferred, row.tag is None, row.tag or 0, row.home, row.name)

    return [Column(row.id, row.name, row.tag, row.home) for row in sorted(rows, key=order)]


@cache
def _columns() -> AnySelect:
    return (
        select(Vlan.id, Vlan.name, Vlan.tag, Infrastructure.name.label("home"), Vlan.ixf_vlan_id)
        .join(Infrastructure)
        .where(
            Vlan.peering_manager,
            ~Vlan.private,  # refused together with the flag; a door that forgot shows nothing
            Vlan.id.in_(
                select(VlanInterface.vlan_id).where(
                    VlanInterface.member_id == bindparam("me"),
                    VlanInterface.status == InterfaceStatus.CONNECTED,
                )
            ),
        )
    )


def list_parties(me: Self, vlan_ids: Sequence[int], *, only: int | None = None) -> list[AnyTuple]:
    """Every current peer with a live address on these VLANs, and the member itself; with `only`
    no other peer than this one. `held` is for `sides_of`.

    One tuple in the order of Party for each member, whose addresses the database packs into a
    text: a row for each address cost a third of the whole answer.
    """
    asked = {"me": me.id, "vlans": vlan_ids, "only": only} | houses.asked_of(me)
    statement = _parties(in_a_house=bool(me.organisation), only=only is not None)
    # Tuples of the driver: numbers, texts and yes or no need nothing done to them.
    return list(_execute(statement, asked).cursor.fetchall())


@cache  # putting it together takes as long as a fifth of the answer
def _parties(*, in_a_house: bool, only: bool) -> AnySelect:
    me: Any = bindparam("me")
    vlans: Any = bindparam("vlans", expanding=True)
    one = _PORT.c.member_id.in_([me, bindparam("only")]) if only else true()
    held = (
        select(_PORT.c.member_id, func.aggregate_strings(_PACKED, ",").label("held"))
        .join_from(_PORT, _ADDRESS)
        .where(*live_on(vlans), one)
        .group_by(_PORT.c.member_id)
        .subquery()
    )
    return (
        select(
            *_WHO,
            held.c.held,
        )
        .join(held, held.c.member_id == _MEMBER.c.id)
        .where(or_(_MEMBER.c.id == me, houses.current(in_a_house=in_a_house)))
    )


@lru_cache(maxsize=4096)  # pure, and there are some dozens in an exchange
def sides_of(held: str) -> Sides:
    """What `held` of `list_parties` says: `15,16` is VLAN 1, a client with IPv4 only; nothing
    where there is none."""
    found: dict[tuple[int, int], list[bool]] = {}
    for address in held.split(",") if held else ():
        vlan_id, rest = divmod(int(address), 10)
        protocol = 4 if rest < 6 else 6
        found.setdefault((vlan_id, protocol), []).append(rest > protocol)
    return tuple(Side(*cell, len(held), any(held)) for cell, held in sorted(found.items()))


def live_on(vlan_ids: Any, port: Any = _PORT, address: Any = _ADDRESS) -> tuple[Any, ...]:
    """Condition: an address that can have a session on one of these VLANs."""
    return (port.c.vlan_id.in_(vlan_ids), *live(port, address))


def live(port: Any = _PORT, address: Any = _ADDRESS) -> tuple[Any, ...]:
    """Condition: an address that can have a session."""
    return (
        port.c.status == InterfaceStatus.CONNECTED,
        address.c.until_at.is_(None),
        address.c.enabled,
    )


def list_ends(vlan_ids: Sequence[int], member_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Every live address of these members on these VLANs: the member's id and the VLAN, then an
    End."""
    return db.session.execute(
        select(
            _PORT.c.member_id,
            _PORT.c.vlan_id,
            _ADDRESS.c.interface_id,
            _ADDRESS.c.id.label("address_id"),
            _ADDRESS.c.protocol,
            _ADDRESS.c.address,
            _ADDRESS.c.rs_client,
        )
        .join_from(_PORT, _ADDRESS)
        .where(*live_on(vlan_ids), _PORT.c.member_id.in_(member_ids))
    ).all()


def list_holders(vlan_ids: Sequence[int], address: str) -> set[int]:
    """The ids of the members that have this address, in its canonical text."""
    statement = select(_PORT.c.member_id).join_from(_PORT, _ADDRESS)
    where = (*live_on(vlan_ids), _ADDRESS.c.address == address)
    return set(db.session.scalars(statement.where(*where)))


def list_marks(member_id: int, now: datetime, *, only: int | None = None) -> dict[int, AnyRow]:
    """The members this one has marked, in the columns of `list_parties`; no mark that ran out. Of
    `now` the day counts."""
    asked = {"me": member_id, "today": now.date(), "only": only}
    rows = _execute(_marks(only=only is not None), asked)
    return {row.member_id: row for row in rows}


@cache
def _marks(*, only: bool) -> AnySelect:
    today: Any = bindparam("today")
    return (
        select(
            *_WHO,
            _MEMBER.c.type,
            _MEMBER.c.organisation,
            PeerRelation.mark,
            PeerRelation.mark_reason,
            PeerRelation.mark_until,
            PeerRelation.marked_at,
        )
        .join(PeerRelation, PeerRelation.peer_id == _MEMBER.c.id)
        .where(
            PeerRelation.member_id == bindparam("me"),
            PeerRelation.stands(today),
            PeerRelation.peer_id == bindparam("only") if only else true(),
        )
    )
