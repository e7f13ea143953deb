"""What changed between a member and its peers: new sessions, quiet ones, tries without success."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, or_, select, union_all

from app.domain import hints
from app.domain.absence_words import span
from app.domain.confidence import Sureness
from app.domain.evidence import Grade
from app.domain.grid import Seen, Window, grade_now, has_fallen
from app.domain.member import MemberStatus, MemberType
from app.extensions import db
from app.models import InterfaceAddress, Member, ObservedSession, VlanInterface
from app.models.base import AnyRow, AnySelect, UtcDateTime
from app.services import peering_rows, silence, watching
from app.services.peering_rows import Column, Self, live_on
from app.services.watching import Watch

NEW = timedelta(days=7)


class Pair(NamedTuple):
    """A session of the member, with who is at its other end."""

    peer_id: int
    peer: str
    asn: int
    vlan: str
    protocol: int
    own_address: str
    peer_address: str
    seen: Seen
    started_at: datetime | None  # of the period that still goes on, or was the last
    fallen: bool = False


class Try(NamedTuple):
    """Somebody tries, and no session comes up."""

    peer_id: int
    sentence: str
    at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Newest first, each."""

    new: tuple[Pair, ...]
    quiet: tuple[Pair, ...]
    tries: tuple[Try, ...]
    clients: tuple[str, ...]  # own addresses that have no session to any route server


def list_changes(
    member_id: int,
    *,
    now: datetime,
    lookback: timedelta,
    confirm: timedelta,
    default_vlan: str = "",
) -> Changes:
    """What changed for a member on the VLANs of the peering manager, in as many statements
    whatever the size. Raises NotFound."""
    me = peering_rows.get_self(member_id)
    columns = peering_rows.list_columns(member_id, default_vlan)
    watches = watching.list_watches([column.vlan_id for column in columns], now - lookback)
    window = watching.window_of(watches, now=now, lookback=lookback)
    rows = _list_rows(me, columns, now)
    pairs = [_pair(row, columns, window) for row in rows if _is_peer(me, row)]
    fresh = [pair for pair in pairs if grade_now(pair.seen, window) is Grade.CONFIRMED]
    return Changes(
        new=_newest(p for p in fresh if p.started_at and p.started_at >= now - NEW),
        quiet=_newest(_quiet(pairs, window, now - 2 * lookback)),
        tries=_tries(pairs, window, now),
        clients=_lost_clients(me, columns, rows, watches, window, lookback, confirm, now),
    )


def _quiet(pairs: Iterable[Pair], window: Window, since: datetime) -> Iterable[Pair]:
    for pair in pairs:
        was_seen = pair.seen.last_seen is not None and pair.seen.last_seen >= since
        is_gone = grade_now(pair.seen, window) is not Grade.CONFIRMED
        if pair.seen.grade is Grade.CONFIRMED and was_seen and is_gone:
            yield pair._replace(fallen=has_fallen(pair.seen, window))


def _tries(pairs: Iterable[Pair], window: Window, now: datetime) -> tuple[Try, ...]:
    found = []
    for pair in pairs:
        seen = pair.seen
        if seen.last_attempt is None or seen.last_attempt < now - hints.RECENT:
            continue
        if seen.attempts < hints.LEAST_ATTEMPTS or seen.tried_by is None:
            continue
        if grade_now(seen, window) is Grade.CONFIRMED:
            continue
        by = "they" if seen.tried_by else "you"
        sentence = hints.tried(by, pair.asn, pair.own_address, pair.peer_address)
        found.append(Try(pair.peer_id, sentence, seen.last_attempt, seen.attempts))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _newest(pairs: Iterable[Pair]) -> tuple[Pair, ...]:
    def order(pair: Pair) -> float:
        moment = pair.seen.last_seen if pair.fallen else pair.started_at or pair.seen.last_seen
        return moment.timestamp() if moment else 0.0

    return tuple(sorted(pairs, key=order, reverse=True))


def _lost_clients(
    me: Self,
    columns: Sequence[Column],
    rows: Sequence[AnyRow],
    watches: Sequence[Watch],
    window: Window,
    lookback: timedelta,
    confirm: timedelta,
    now: datetime,
) -> tuple[str, ...]:
    """Registered clients of whom a session to a route server would have been seen by now."""
    vlan_ids = [column.vlan_id for column in columns]
    servers = _list_servers(vlan_ids)
    if not servers or not watches:
        return ()
    member_ids = {me.id, *(server.member_id for server in servers)}
    coverage = silence.read_coverage(
        member_ids, watches, now=now, lookback=lookback, confirm=confirm
    )
    served = {
        row.own_id
        for row in rows
        if row.type == MemberType.ROUTE_SERVER and grade_now(_seen(row), window) is not None
    }
    found = []
    for end in peering_rows.list_ends(vlan_ids, [me.id]):
        near = [s for s in servers if (s.vlan_id, s.protocol) == (end.vlan_id, end.protocol)]
        if not end.rs_client or end.address_id in served or not near:
            continue
        judged = [coverage.of_pair(end.address_id, s.address_id, s.vlan_id) for s in near]
        if all(one.sureness is Sureness.SURE and one.needed is not None for one in judged):
            within = span(max(one.needed or 0.0 for one in judged))
            found.append(hints.no_route_server(end.address, within))
    return tuple(found)


def _is_peer(me: Self, row: AnyRow) -> bool:
    if row.type != MemberType.PEERING or row.status != MemberStatus.ACTIVE:
        return False
    same_house = me.organisation is not None and row.organisation == me.organisation
    return row.asn != me.asn and not same_house


def _pair(row: AnyRow, columns: Sequence[Column], window: Window) -> Pair:
    names = {column.vlan_id: column.name for column in columns}
    return Pair(
        row.member_id,
        row.name,
        row.asn,
        names[row.vlan_id],
        row.protocol,
        row.own_address,
        row.peer_address,
        _seen(row),
        row.period_start,
    )


def _seen(row: AnyRow) -> Seen:
    """`tried_by` is true for the other side, false for one's own."""
    by = None if row.attempt_from is None else int(row.attempt_from != row.own_end)
    return Seen(
        Grade(row.grade),
        row.first_seen,
        row.last_seen,
        row.last_clean,
        row.attempts,
        row.last_attempt_at,
        by,
        row.stale_at,
    )


def _list_rows(me: Self, columns: Sequence[Column], now: datetime) -> Sequence[AnyRow]:
    asked: dict[str, Any] = {
        "me": me.id,
        "vlans": [column.vlan_id for column in columns],
        "now": now,
    }
    return db.session.execute(_OF_MEMBER, asked).all()


def _list_servers(vlan_ids: Sequence[int]) -> Sequence[AnyRow]:
    address, port = InterfaceAddress.__table__.c, VlanInterface.__table__.c
    return db.session.execute(
        select(port.member_id, port.vlan_id, address.protocol, address.id.label("address_id"))
        .join_from(VlanInterface.__table__, InterfaceAddress.__table__)
        .join(Member, Member.id == port.member_id)
        .where(
            *live_on(vlan_ids),
            Member.type == MemberType.ROUTE_SERVER,
            Member.status == MemberStatus.ACTIVE,
        )
    ).all()


_SEEN = ObservedSession.__table__.c
_NOW: Any = bindparam("now", type_=UtcDateTime)


def _from(near: Any, far: Any, end: str) -> AnySelect:
    """The pairs whose `near` end is the member's."""
    port, other = (VlanInterface.__table__.alias(name) for name in ("port", "other"))
    mine, theirs = (InterfaceAddress.__table__.alias(name) for name in ("mine", "theirs"))
    member = Member.__table__.c
    vlans: Any = bindparam("vlans", expanding=True)
    own_end: Any = literal(end).label("own_end")
    return (
        select(
            other.c.member_id, member.name, member.asn, member.type, member.status,
            member.organisation, mine.c.id.label("own_id"), mine.c.address.label("own_address"),
            theirs.c.address.label("peer_address"), theirs.c.vlan_id, theirs.c.protocol, own_end,
            _SEEN.grade, _SEEN.first_seen, _SEEN.last_seen, _SEEN.last_clean, _SEEN.attempts,
            _SEEN.last_attempt_at, _SEEN.attempt_from, _SEEN.stale_at, _SEEN.period_start,
        )
        .select_from(port)
        .join(mine, mine.c.interface_id == port.c.id)
        .join(ObservedSession.__table__, near == mine.c.id)
        .join(theirs, far == theirs.c.id)
        .join(other, other.c.id == theirs.c.interface_id)
        .join(Member.__table__, member.id == other.c.member_id)
        .where(
            port.c.member_id == bindparam("me"),
            *live_on(vlans, port, mine),
            *live_on(vlans, other, theirs),
            or_(_SEEN.first_seen.is_(None), _SEEN.first_seen <= _NOW),
        )
    )  # fmt: skip


_OF_MEMBER = union_all(
    _from(_SEEN.low_address_id, _SEEN.high_address_id, "low"),
    _from(_SEEN.high_address_id, _SEEN.low_address_id, "high"),
)
