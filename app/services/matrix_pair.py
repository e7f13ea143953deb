"""One pair of a matrix: only the rows of the two are read, whatever the size of the VLAN."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, or_, select

from app.domain.actor import Actor
from app.domain.classify import Link, Tab
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.grid import Seen, grade_now
from app.domain.ids import is_possible_id
from app.domain.matrix import Party, make_matrix
from app.extensions import db
from app.models import ObservedSession
from app.models.base import AnyRow
from app.services import matrix, peering, peering_rows, seen, watching

NO_PAIR = "There is no such pair in this matrix."
TABS = (Tab.PEERS, Tab.POTENTIAL, Tab.POTENTIAL_BILATERAL, Tab.REJECTED)  # where to look first


class Pair(NamedTuple):
    """Two members and their link; when a session of theirs that is confirmed now was first and
    last seen, None without one."""

    one: Party
    other: Party
    link: Link
    first_seen: datetime | None
    last_seen: datetime | None

    def peer_of(self, member_id: int | None) -> Party | None:
        """The other one, if this member is one of the two."""
        both = {self.one.id: self.other, self.other.id: self.one}
        return both.get(member_id) if member_id is not None else None


def get_pair(
    actor: Actor | None,
    vlan_id: int,
    protocol: int,
    ids: tuple[int, int],
    *,
    everybody: bool = False,
    now: datetime,
    lookback: timedelta,
) -> Pair:
    """The pair as `matrix.get_matrix` has it for this viewer. Raises NotFound, in the same words
    for members who left and for those who never were."""
    if not all(map(is_possible_id, ids)):
        raise NotFound(NO_PAIR)
    everybody = everybody and matrix.may_see_everybody(actor)
    found = matrix.list_parties(vlan_id, protocol, everybody=everybody, only=ids)
    both = sorted(found, key=lambda party: ids.index(party.id))
    if len(both) != 2:
        raise NotFound(NO_PAIR)
    window = watching.read_windows([vlan_id], now=now, lookback=lookback).on(vlan_id)
    rows = _list_sessions(vlan_id, protocol, (both[0], both[1]), now)
    grades = [grade_now(_seen(row), window) for row in rows]
    sessions = [
        (row.low_address_id, grade, [row.high_address_id])
        for row, grade in zip(rows, grades, strict=True)
        if grade is not None
    ]
    link = make_matrix(both, sessions).link(0, 1)
    if link is None:
        raise NotFound(NO_PAIR)
    sure = [row for row, grade in zip(rows, grades, strict=True) if grade is Grade.CONFIRMED]
    first = min((row.first_seen for row in sure), default=None)
    last = max((row.last_seen for row in sure), default=None)
    return Pair(both[0], both[1], link, first, last)


def _list_sessions(
    vlan_id: int, protocol: int, both: tuple[Party, Party], now: datetime
) -> list[AnyRow]:
    stored = ObservedSession
    low, high = stored.low_address_id, stored.high_address_id
    one, other = (party.addresses for party in both)
    query = select(
        low, high, stored.grade, stored.first_seen, stored.last_seen, stored.last_clean,
        stored.stale_at,
    ).where(
        or_(and_(low.in_(one), high.in_(other)), and_(low.in_(other), high.in_(one))),
        stored.vlan_id == vlan_id,
        stored.protocol == protocol,
        stored.first_seen <= now,
    )  # fmt: skip
    return list(db.session.execute(query))


def _seen(row: AnyRow) -> Seen:
    return Seen(
        Grade(row.grade),
        row.first_seen,
        row.last_seen,
        row.last_clean,
        attempts=0,
        last_attempt=None,
        tried_by=None,
        stale_at=row.stale_at,
    )


def find_tab(member_id: int, peer_id: int, *, now: datetime, lookback: timedelta) -> Tab | None:
    """A tab of the member that has this peer, and so its drawer; None when none has."""
    me = peering_rows.get_self(member_id)
    columns = peering_rows.list_columns(member_id, "")
    vlan_ids = [column.vlan_id for column in columns]
    rows = peering_rows.list_parties(me, vlan_ids, only=peer_id)
    windows = watching.read_windows(vlan_ids, now=now, lookback=lookback)
    sessions = seen.list_seen(member_id, vlan_ids, now=now, windows=windows)
    marks = peering_rows.list_marks(member_id, now, only=peer_id)
    peers = peering.make_peers(me, columns, rows, sessions, marks, {})
    return next((tab for tab in TABS if peers and tab in peers[0].standing.tabs), None)
