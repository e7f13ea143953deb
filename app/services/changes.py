"""What changed between a member and its peers: new sessions, quiet ones, tries without success."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal, or_, select, union_all

from app.domain import hints
from app.domain.evidence import Grade
from app.domain.grid import Seen, Windows, grade_now, has_fallen
from app.domain.history import DAYS, began_at
from app.domain.member import MemberType
from app.extensions import db
from app.models import InterfaceAddress, Member, ObservedSession, VlanInterface
from app.models.base import AnyRow, AnySelect, UtcDateTime
from app.services import houses, peering_rows, rs_clients, session_history, watching
from app.services.peering_rows import Column, live_on

NEW = timedelta(days=7)


class Pair(NamedTuple):
    """A session of the member, with who is at its other end."""

    peer_id: int
    peer: str
    asn: int
    vlan_id: int
    vlan: str
    protocol: int
    own_address: str
    peer_address: str
    seen: Seen
    started_at: datetime | None  # of the period that still goes on, or was the last
    grade: Grade | None  # what it still counts as
    fallen: bool


class Try(NamedTuple):
    """Somebody tries, and no session comes up."""

    peer_id: int
    peer: str
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
    watches = watching.list_watches([column.vlan_id for column in columns], now - lookback, now)
    windows = watching.windows_of(watches, now=now, lookback=lookback)
    rows = _list_rows(me, columns, now)
    pairs = [_pair(row, columns, windows) for row in rows if houses.is_current(me, row)]
    served = {
        row.own_id
        for row in rows
        if row.type == MemberType.ROUTE_SERVER
        and grade_now(_seen(row), windows.on(row.vlan_id)) is not None
    }
    terms = rs_clients.Terms(now, lookback, confirm)
    return Changes(
        new=_newest(_new(pairs, now), lambda pair: pair.started_at),
        quiet=_newest(_quiet(pairs, now - 2 * lookback), lambda pair: pair.seen.last_seen),
        tries=_tries(pairs, now),
        clients=tuple(rs_clients.list_without_session(me, columns, served, watches, terms)),
    )


def _new(pairs: Iterable[Pair], now: datetime) -> Iterable[Pair]:
    recent = [
        pair
        for pair in pairs
        if pair.started_at and pair.started_at >= now - NEW and pair.grade is Grade.CONFIRMED
    ]
    since = now - timedelta(days=DAYS)
    spans = session_history.list_spans([pair.seen.session_id for pair in recent], since)
    days = session_history.list_watched_days(sorted({pair.vlan_id for pair in recent}), since)
    for pair in recent:
        known = spans.get(pair.seen.session_id, ())
        began = began_at(known, days.get(pair.vlan_id, ())) or pair.started_at
        if began and began >= now - NEW:
            yield pair._replace(started_at=began)


def _quiet(pairs: Iterable[Pair], since: datetime) -> Iterable[Pair]:
    for pair in pairs:
        was_seen = pair.seen.last_seen is not None and pair.seen.last_seen >= since
        is_gone = pair.grade is not Grade.CONFIRMED
        if pair.seen.grade is Grade.CONFIRMED and was_seen and is_gone:
            yield pair


def _tries(pairs: Iterable[Pair], now: datetime) -> tuple[Try, ...]:
    found = []
    for pair in pairs:
        seen = pair.seen
        if seen.last_attempt is None or not hints.is_tried_in_vain(seen, now):
            continue
        if pair.grade is Grade.CONFIRMED:
            continue
        by = "they" if seen.tried_by else "you"
        sentence = hints.tried(by, pair.asn, pair.own_address, pair.peer_address)
        found.append(Try(pair.peer_id, pair.peer, sentence, seen.last_attempt, seen.attempts))
    return tuple(sorted(found, key=lambda one: one.at, reverse=True))


def _newest(
    pairs: Iterable[Pair], moment_of: Callable[[Pair], datetime | None]
) -> tuple[Pair, ...]:
    def order(pair: Pair) -> float:
        moment = moment_of(pair)
        return moment.timestamp() if moment else 0.0

    return tuple(sorted(pairs, key=order, reverse=True))


def _pair(row: AnyRow, columns: Sequence[Column], windows: Windows) -> Pair:
    seen, window = _seen(row), windows.on(row.vlan_id)
    names = {column.vlan_id: column.name for column in columns}
    return Pair(
        row.member_id,
        row.name,
        row.asn,
        row.vlan_id,
        names[row.vlan_id],
        row.protocol,
        row.own_address,
        row.peer_address,
        seen,
        row.period_start,
        grade_now(seen, window),
        has_fallen(seen, window),
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
        row.session_id,
        period_start=row.period_start,
    )


def _list_rows(me: peering_rows.Self, columns: Sequence[Column], now: datetime) -> Sequence[AnyRow]:
    asked: dict[str, Any] = {
        "me": me.id,
        "vlans": [column.vlan_id for column in columns],
        "now": now,
    }
    return db.session.execute(_OF_MEMBER, asked).all()


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
            _SEEN.id.label("session_id"), _SEEN.grade, _SEEN.first_seen, _SEEN.last_seen,
            _SEEN.last_clean, _SEEN.attempts,
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
