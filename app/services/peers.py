"""One other member as its drawer shows it: details, every pair of addresses, the last mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from app.domain import history
from app.domain.classify import Link, Pair, Tab
from app.domain.confidence import USUAL_SAMPLES, WARY_SAMPLES, Absence
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.evidence.pair import WARY_ATTEMPTS
from app.domain.grid import End, Grid, Seen, last_days_of_gone, make_grid
from app.domain.history import Strip
from app.domain.ids import is_possible_id
from app.domain.why import Clients, Reason, grouped, reasons
from app.extensions import db
from app.models import ObservedSession
from app.services import (
    last_asked,
    marks,
    peering,
    peering_rows,
    relations,
    seen,
    session_history,
    silence,
    watching,
)
from app.services.marks import LastMark
from app.services.peer_facts import Facts, Offer, get_facts, list_offers
from app.services.peering import Peer
from app.services.peering_rows import Column, Party, Self

CONFIRM = timedelta(seconds=300)


@dataclass(frozen=True, slots=True)
class PeerDetails:
    """Everything the drawer says of one other member."""

    peer: Peer
    facts: Facts
    offers: tuple[Offer, ...]
    columns: tuple[Column, ...]  # the VLANs both are on
    grids: tuple[Grid, ...] = field(default=())  # in the order of the columns
    reasons: dict[Tab, list[Reason]] = field(default_factory=dict)  # what is observed
    last_mark: LastMark | None = None
    # What silence means, by my address id and theirs; of pairs without a session.
    absences: dict[tuple[int, int], Absence] = field(default_factory=dict)
    # Ninety days of each pair that was ever seen, by address ids as above.
    strips: dict[tuple[int, int], Strip] = field(default_factory=dict)

    @property
    def why(self) -> list[tuple[list[Tab], list[Reason]]]:
        """The reasons, tabs with the same ones together."""
        return grouped(self.reasons)


def get_peer(
    member_id: int,
    peer_id: int,
    *,
    now: datetime,
    lookback: timedelta,
    default_vlan: str = "",
    confirm: timedelta = CONFIRM,
) -> PeerDetails:
    """One peer as `member_id` sees it, in as many statements whatever the size of the exchange.

    The rules are those of `peering.dashboard`. Raises NotFound for whoever is on no tab.
    """
    view = _View(member_id, peer_id, now, lookback, default_vlan)
    peer = view.peer()
    grids = view.grids()
    absences, strips = view.absences(grids, confirm), view.strips(grids)
    columns = tuple(view.shared_columns())
    return PeerDetails(
        peer,
        get_facts(peer_id, [column.vlan_id for column in columns]),
        list_offers(peer_id, view.their_addresses()),
        columns,
        grids,
        view.reasons(peer, grids),
        marks.find_last(member_id, peer_id, now),
        absences,
        strips,
    )


class _View:
    """The rows of both members on the VLANs they share, read once."""

    def __init__(
        self, member_id: int, peer_id: int, now: datetime, lookback: timedelta, default_vlan: str
    ) -> None:
        self.me: Self = peering_rows.get_self(member_id)
        self.peer_id, self.now, self.lookback = peer_id, now, lookback
        if not is_possible_id(peer_id):
            raise NotFound(relations.NO_PEER)
        self.columns = peering_rows.list_columns(member_id, default_vlan)
        vlan_ids = [column.vlan_id for column in self.columns]
        self.parties = [
            Party._make(row) for row in peering_rows.list_parties(self.me, vlan_ids, only=peer_id)
        ]
        self.watches = watching.list_watches(vlan_ids, now - lookback, now)
        self.windows = watching.windows_of(self.watches, now=now, lookback=lookback)
        self.sessions = seen.list_seen(member_id, vlan_ids, now=now, windows=self.windows)
        self.ends = peering_rows.list_ends(vlan_ids, [row.member_id for row in self.parties])
        self.seen = _list_seen([row.address_id for row in self.ends], self.now)

    def peer(self) -> Peer:
        found = peering.make_peers(
            self.me,
            self.columns,
            self.parties,
            self.sessions,
            peering_rows.list_marks(self.me.id, self.now, only=self.peer_id),
            {},
        )
        if not found:
            raise NotFound(relations.NO_PEER)
        history = last_asked.find_history(self.me.id, self.peer_id)
        return found[0]._replace(
            asked=history.last,
            refused=history.refused,
            asked_us=history.received_lately(self.now),
        )

    def _ends(self, member: bool, vlan_id: int) -> list[End]:
        return [
            End._make(row[2:])
            for row in self.ends
            if row.vlan_id == vlan_id and (row.member_id == self.me.id) is member
        ]

    def their_addresses(self) -> list[int]:
        """The ids of the peer's addresses on the shared VLANs."""
        return [row.address_id for row in self.ends if row.member_id == self.peer_id]

    def shared_columns(self) -> list[Column]:
        return [column for column in self.columns if self._ends(False, column.vlan_id)]

    def grids(self) -> tuple[Grid, ...]:
        return tuple(
            make_grid(
                column.vlan_id,
                self._ends(True, column.vlan_id),
                self._ends(False, column.vlan_id),
                self.seen,
                self.windows.on(column.vlan_id),
            )
            for column in self.shared_columns()
        )

    def absences(self, grids: Sequence[Grid], confirm: timedelta) -> dict[tuple[int, int], Absence]:
        coverage = silence.read_coverage(
            (self.me.id, self.peer_id),
            self.watches,
            now=self.now,
            lookback=self.lookback,
            confirm=confirm,
        )
        return {
            (row.end.address_id, meeting.address_id): coverage.of_pair(
                row.end.address_id, meeting.address_id, grid.vlan_id, _samples(meeting.seen)
            )
            for grid in grids
            for row in grid.rows
            for meeting in row.meetings
            if meeting and meeting.link in (Link.NONE, Link.POSSIBLE)
        }

    def strips(self, grids: Sequence[Grid]) -> dict[tuple[int, int], Strip]:
        since = self.now - timedelta(days=history.DAYS)
        ids = [seen.session_id for seen in self.seen.values() if seen.grade > Grade.ATTEMPT]
        spans = session_history.list_spans(ids, since)
        days = session_history.list_watched_days([grid.vlan_id for grid in grids], since)
        return {
            (row.end.address_id, meeting.address_id): history.make_strip(
                spans[meeting.seen.session_id], days.get(grid.vlan_id, ()), self.now.date()
            )
            for grid in grids
            for row in grid.rows
            for meeting in row.meetings
            if meeting and meeting.seen and meeting.seen.session_id in spans
        }

    def reasons(self, peer: Peer, grids: Iterable[Grid]) -> dict[Tab, list[Reason]]:
        names = {column.vlan_id: column.name for column in self.columns}
        refuses = {row.member_id for row in self.parties if row.never_via_route_servers}
        clients = {
            (cell.vlan_id, cell.protocol): Clients(
                self._is_client(True, cell.vlan_id, cell.protocol),
                self._is_client(False, cell.vlan_id, cell.protocol),
                self.me.id in refuses,
                peer.id in refuses,
            )
            for cell in peer.standing.cells
        }
        return reasons(
            peer.standing.cells, names, clients, self.lookback.days, last_days_of_gone(grids),
            watching.days_of(self.watches),
        )  # fmt: skip

    def _is_client(self, member: bool, vlan_id: int, protocol: int) -> bool:
        return any(end.rs_client for end in self._ends(member, vlan_id) if end.protocol == protocol)


def _samples(seen: Seen | None) -> int:
    """How many would confirm the pair: one that keeps failing has to show more."""
    return WARY_SAMPLES if seen and seen.attempts >= WARY_ATTEMPTS else USUAL_SAMPLES


def _list_seen(ids: Sequence[int], now: datetime) -> dict[tuple[int, int], Seen]:
    """All evidence between the addresses, however old."""
    rows = db.session.scalars(
        select(ObservedSession).where(
            and_(ObservedSession.low_address_id.in_(ids), ObservedSession.high_address_id.in_(ids)),
            or_(ObservedSession.first_seen.is_(None), ObservedSession.first_seen <= now),
        )
    )
    return {Pair.of(row.low_address_id, row.high_address_id): _seen(row) for row in rows}


def _seen(row: ObservedSession) -> Seen:
    tried_by = {"low": row.low_address_id, "high": row.high_address_id}
    return Seen(
        Grade(row.grade),
        row.first_seen,
        row.last_seen,
        row.last_clean,
        row.attempts,
        row.last_attempt_at,
        tried_by.get(row.attempt_from or ""),
        row.stale_at,
        row.id,
        row.period_start,
    )
