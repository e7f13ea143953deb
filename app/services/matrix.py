"""The peering matrix: who may see which parties of a VLAN, and every link between them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CursorResult, bindparam, select, true, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Forbidden, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.matrix import Matrix, Party, make_matrix
from app.domain.member import MemberStatus, MemberType
from app.extensions import db, transaction
from app.models import Infrastructure, InterfaceAddress, Member, Vlan, VlanInterface
from app.models.base import AnySelect
from app.services import audit, origins, unchanged, watching
from app.services.peering_rows import Column, in_order, live
from app.services.seen import list_on_vlan

_MINUTE = timedelta(minutes=1)
MANY = 200  # members, whose sessions are likely a good part of all

# Built once, of tables and not of classes: at a hundred members that is felt in the answer.
_VLAN, _HOME = Vlan.__table__.c, Infrastructure.__table__.c
_MEMBER, _PORT = Member.__table__.c, VlanInterface.__table__.c
_ADDRESS = InterfaceAddress.__table__.c
_FLAGGED = (
    select(_VLAN.id, _VLAN.name, _VLAN.tag, _HOME.name.label("home"), _VLAN.ixf_vlan_id)
    .join_from(Vlan.__table__, Infrastructure.__table__)
    .where(_VLAN.peering_matrix, _VLAN.private.is_(False))
)


class Standing(NamedTuple):
    """What decides whether a member is in any matrix."""

    out: bool  # it left
    status: MemberStatus
    type: MemberType


def list_vlans(default_vlan: str = "") -> list[Column]:
    """VLANs with the matrix flag: the default first, then by tag, untagged last. Where two have
    one name, the infrastructure is part of theirs."""
    columns = in_order(_execute(_FLAGGED).all(), default_vlan)
    names = Counter(column.name for column in columns)
    return [c if names[c.name] == 1 else c._replace(name=_in_full(c)) for c in columns]


def _execute(statement: AnySelect, asked: Mapping[str, Any] | None = None) -> CursorResult[Any]:
    # Not through the session, whose share is felt at a hundred members.
    return db.session.connection().execute(statement, asked)


def _in_full(column: Column) -> str:
    return f"{column.name} · {column.infrastructure}"


def find_vlan(word: str) -> Column:
    """The VLAN of the matrix with this name or id. Raises NotFound, and Invalid where several have
    the name."""
    vlans = list_vlans()
    found = [v for v in vlans if word == v.name or f"{word} · {v.infrastructure}" == v.name]
    found = found or [v for v in vlans if word == str(v.vlan_id)]
    if not found:
        raise NotFound("No such VLAN has the matrix flag; `flask vlans list` shows which do.")
    if len(found) > 1:
        all_of = "; ".join(f"{v.vlan_id} is {v.name}" for v in found)
        raise Invalid(f"Several VLANs have that name. Say the id instead: {all_of}.", "vlan")
    return found[0]


def may_see_everybody(actor: Actor | None) -> bool:
    """Whether members who left the matrix are shown to them on request: to superusers as
    themselves only."""
    return actor is not None and actor.is_superuser and not actor.viewing


def get_matrix(
    actor: Actor | None,
    vlan_id: int,
    protocol: int,
    *,
    everybody: bool = False,
    now: datetime,
    lookback: timedelta,
) -> Matrix:
    """The matrix this viewer may see, in three statements. Members who left it are not read but
    for superusers who ask for `everybody`.

    The last one is kept while the database says that nothing changed (decision 11), so that a page
    and its data are read once. For that the look-back counts in whole minutes.
    """
    everybody = everybody and may_see_everybody(actor)
    minute = now + (datetime.min.replace(tzinfo=now.tzinfo) - now) % _MINUTE
    known = unchanged.look()
    return known.make(_read_matrix, "last", vlan_id, protocol, everybody, minute, lookback)


def _read_matrix(
    vlan_id: int, protocol: int, everybody: bool, now: datetime, lookback: timedelta
) -> Matrix:
    parties = list_parties(vlan_id, protocol, everybody=everybody)
    window = watching.read_windows([vlan_id], now=now, lookback=lookback).on(vlan_id)
    most = len(parties) > MANY
    sessions = list_on_vlan(vlan_id, protocol, now=now, window=window, most=most)
    return make_matrix(parties, sessions)


@cache
def _parties(*, everybody: bool, some: bool) -> AnySelect:
    only: Any = bindparam("only", expanding=True)
    return (
        select(
            _MEMBER.id,
            _MEMBER.name,
            _MEMBER.asn,
            _MEMBER.organisation,
            _MEMBER.never_via_route_servers,
            _ADDRESS.id,
            _ADDRESS.rs_client,
            _MEMBER.matrix_opt_out,
        )
        .join_from(Member.__table__, VlanInterface.__table__, _PORT.member_id == _MEMBER.id)
        .join(InterfaceAddress.__table__, _ADDRESS.interface_id == _PORT.id)
        .where(
            _PORT.vlan_id == bindparam("vlan_id"),
            *live(),
            _ADDRESS.protocol == bindparam("protocol"),
            _MEMBER.status == MemberStatus.ACTIVE,
            _MEMBER.type == MemberType.PEERING,
            true() if everybody else _MEMBER.matrix_opt_out.is_(False),
            _MEMBER.id.in_(only) if some else true(),
        )
        .order_by(_MEMBER.asn, _MEMBER.name, _MEMBER.id, _ADDRESS.id)
    )


def list_parties(
    vlan_id: int, protocol: int, *, everybody: bool, only: Sequence[int] = ()
) -> list[Party]:
    """The rows of a matrix in order; with `only` none but these members."""
    asked = {"vlan_id": vlan_id, "protocol": protocol, "only": only}
    statement = _parties(everybody=everybody, some=bool(only))
    found: dict[int, Party] = {}
    rows: Any = _execute(statement, asked).all()
    for row in rows:
        member_id, name, asn, organisation, never, address_id, client, out = row
        before = found.get(member_id)
        held = before.addresses if before else ()
        via = (client and not never) or bool(before and before.client)
        found[member_id] = Party(member_id, name, asn, organisation, via, (*held, address_id), out)
    return list(found.values())


def get_standing(member_id: int) -> Standing:
    """Whether a member left the matrix, and what else keeps it out. Raises NotFound."""
    asked = select(Member.matrix_opt_out, Member.status, Member.type).where(Member.id == member_id)
    row = db.session.execute(asked).first() if is_possible_id(member_id) else None
    if not row:
        raise NotFound(f"There is no member with id {member_id}.")
    return Standing(bool(row[0]), MemberStatus(row[1]), MemberType(row[2]))


def is_out(member_id: int) -> bool:
    """Whether a member left the matrix. Raises NotFound."""
    return get_standing(member_id).out


def set_opt_out(actor: Actor, out: bool, *, now: datetime) -> bool:
    """Leave the matrix, or come back, for the member the actor acts for.

    Returns what was before. Raises Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("Only a member leaves the matrix; this login acts for none.")
    member_id = actor.member.member_id
    with transaction() as session:
        query = select(Member.matrix_opt_out).where(Member.id == member_id).with_for_update()
        before = bool(session.scalar(query))
        if before != out:
            session.execute(
                update(Member)
                .where(Member.id == member_id)
                .values(matrix_opt_out=out, version=Member.version + 1)
            )
            origins.say(member_id, ["matrix_opt_out"], "member", now=now)
            subject = f"AS{actor.member.asn} {actor.member.name}"
            changes = [Change("matrix_opt_out", before, out)]
            audit.record(
                actor, "matrix changed", subject, now=now, member_id=member_id, changes=changes
            )
    return before
