"""What a member sees of the others: its tabs, from rows, in a fixed number of statements."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from app.domain import finding
from app.domain.addresses import find_address
from app.domain.classify import (
    Cell,
    Mark,
    Sides,
    Sightings,
    Standing,
    Tab,
    classify,
)
from app.domain.finding import Finding
from app.domain.member import MemberStatus
from app.models.base import AnyRow
from app.services import houses, peering_rows, remembered, unchanged, watching
from app.services import seen as sessions_seen
from app.services.last_asked import Last, Received, Refused
from app.services.noted import Counts
from app.services.peering_rows import AnyTuple, Column, Self, sides_of
from app.services.remembered import NO_NOTES, Remembered
from app.services.unchanged import Known
from app.services.watching import Watch

LEFT = MemberStatus.LEFT.value
EVERYBODY = Finding()


class Peer(NamedTuple):
    """One other member as a row of the table."""

    id: int
    name: str
    asn: int
    policy: str | None
    left: bool
    mark: Mark | None
    standing: Standing
    notes: Counts = NO_NOTES  # what the member itself has written and done about it
    noted: str = ""  # what else it is found by, folded: the reason, the notes when searched
    asked: Last | None = None  # the last request that counts
    refused: Refused | None = None  # a newer one that their servers refused
    asked_us: Received | None = None  # what they asked lately
    reason: str | None = None  # of the mark
    until: date | None = None  # its last day
    marked_at: datetime | None = None

    @property
    def asked_at(self) -> datetime | None:
        return self.asked.at if self.asked else None

    @property
    def is_complete(self) -> bool:
        """Whether every pair of routers was seen with a session: nothing is left to ask for."""
        return all(cell.confirmed >= cell.pairs for cell in self.standing.cells)

    def cells_on(self, vlan_id: int) -> tuple[Cell | None, Cell | None] | None:
        """The IPv4 and the IPv6 cell of a VLAN, or None when the VLAN is not shared."""
        four = six = None
        for cell in self.standing.cells:
            if cell.vlan_id == vlan_id:
                if cell.protocol == 4:
                    four = cell
                else:
                    six = cell
        return (four, six) if four or six else None


@dataclass(frozen=True, slots=True)
class Board:
    """Every peer of a member in no order, and the columns its cells stand in."""

    member_id: int
    columns: tuple[Column, ...]
    peers: tuple[Peer, ...]
    watches: tuple[Watch, ...] = ()  # of these VLANs, within the look-back
    fingerprint: str = ""  # of the sessions
    known: Known = field(default_factory=Known, compare=False, repr=False)

    def on(self, tab: Tab) -> list[Peer]:
        """Everybody on a tab, in no order."""
        return [peer for peer in self.peers if tab in peer.standing.tabs]

    def found(self, tab: Tab, sought: Finding = EVERYBODY) -> list[Peer]:
        """Who is looked for on a tab, by name or as asked; those without any link first on
        Potential Peers."""
        return finding.by_group(finding.find(self.on(tab), sought), tab)

    def find(self, peer_id: int) -> Peer | None:
        return next((peer for peer in self.peers if peer.id == peer_id), None)

    def counts(self) -> dict[Tab, int]:
        """How many are on each tab."""
        alike = Counter(peer.standing.tabs for peer in self.peers)
        return {tab: sum(many for tabs, many in alike.items() if tab in tabs) for tab in Tab}


def dashboard(
    member_id: int,
    *,
    now: datetime,
    lookback: timedelta,
    default_vlan: str = "",
    search_notes: bool = False,
) -> Board:
    """All peers of a member with their cells and tabs. At most eight statements, whatever the
    size, of which the sessions alone are read each time (decision 11), and one for the version of
    PostgreSQL; with `search_notes` one more, and their notes are found by what they say.

    Evidence counts when it was last seen within `lookback` before `now`, and is not stale.
    `default_vlan` names the VLAN of the first column (its name, or its id in the member export).
    Raises NotFound.
    """
    known = unchanged.look()
    me = known.read(peering_rows.get_self, member_id)
    columns = known.read(peering_rows.list_columns, member_id, default_vlan)
    vlan_ids = tuple(column.vlan_id for column in columns)
    rows = known.read(peering_rows.list_parties, me, vlan_ids)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = watching.first_hour(now - lookback)
    watches = known.read(watching.list_watches, vlan_ids, since, midnight)
    windows = watching.windows_of(watches, now=now, lookback=lookback)
    sessions = sessions_seen.list_seen(member_id, vlan_ids, now=now, windows=windows)
    marks = known.read(peering_rows.list_marks, member_id, midnight)
    history = remembered.list_remembered(known, member_id, now=now, search=search_notes)
    peers = known.make(make_peers, member_id, me, columns, rows, sessions, marks, history)
    fingerprint = sessions_seen.fingerprint(sessions)
    return Board(member_id, tuple(columns), peers, tuple(watches), fingerprint, known)


def get_fingerprint(
    member_id: int, *, now: datetime, lookback: timedelta, default_vlan: str = ""
) -> str:
    """That of the board, in three statements: cheap enough to be asked every half minute."""
    vlan_ids = [c.vlan_id for c in peering_rows.list_columns(member_id, default_vlan)]
    windows = watching.read_windows(vlan_ids, now=now, lookback=lookback)
    return sessions_seen.fingerprint(
        sessions_seen.list_seen(member_id, vlan_ids, now=now, windows=windows)
    )


def with_holders(board: Board, words: str) -> Board:
    """The same; where the words are an address, they find whoever holds it on these VLANs."""
    address = find_address(words)
    if address is None:
        return board
    vlan_ids = [column.vlan_id for column in board.columns]
    holders = peering_rows.list_holders(vlan_ids, address)
    peers = tuple(
        peer._replace(noted=f"{peer.noted} {finding.fold(words)}") if peer.id in holders else peer
        for peer in board.peers
    )
    return replace(board, peers=peers)


def make_peers(
    me: Self,
    columns: Sequence[Column],
    rows: Sequence[AnyTuple],
    seen: Mapping[int, Sightings],
    marks: Mapping[int, AnyRow],
    history: Mapping[int, Remembered],
) -> tuple[Peer, ...]:
    """Everybody who is on a tab, from rows as peering_rows gives them."""
    mine = _in_order(sides_of(next((row[-1] for row in rows if row[0] == me.id), "")), columns)
    # Members who have the same in every cell stand alike: of a thousand there are some dozens of
    # shapes. They are found by the text that the database packed; None is on no tab.
    known: dict[tuple[str, Sightings, str | None, bool], Standing | None] = {}
    peers = []
    for member_id, name, asn, policy, status, never, held in chain(rows, _apart(me, rows, marks)):
        marked = marks.get(member_id)
        mark = marked.mark if marked else None
        shape = (held, seen.get(member_id, ()), mark, never)
        if shape not in known:
            standing = _standing(me, mine, *shape)
            known[shape] = standing if standing.tabs else None
        found = known[shape]
        if found and member_id != me.id:
            left, told = status == LEFT, history.get(member_id, ())
            peer = Peer(member_id, name, asn, policy, left, None, found, *told)
            peers.append(_with_mark(peer, marked) if marked else peer)
    return tuple(peers)


def _apart(me: Self, rows: Sequence[AnyTuple], marks: Mapping[int, AnyRow]) -> list[AnyTuple]:
    """The marked members without a live address, as rows that hold nothing."""
    if not marks:
        return []
    there = {row[0] for row in rows}
    return [
        (*row[:6], "")
        for row in marks.values()
        if row.member_id not in there and houses.is_another(me, row)
    ]


def _with_mark(peer: Peer, marked: AnyRow) -> Peer:
    reason = marked.mark_reason
    found_by = f"{peer.noted}\n{finding.fold(reason)}" if reason else peer.noted
    return peer._replace(
        mark=Mark(marked.mark),
        reason=reason,
        until=marked.mark_until,
        marked_at=marked.marked_at,
        noted=found_by,
    )


def _standing(
    me: Self, mine: Sides, held: str, seen: Sightings, mark: str | None, never: bool
) -> Standing:
    return classify(
        mine,
        sides_of(held),
        seen,
        Mark(mark) if mark else None,
        via_route_servers=not (never or me.never_via_route_servers),
    )


def _in_order(mine: Sides, columns: Sequence[Column]) -> Sides:
    """The member's own cells in the order of the columns, IPv4 first."""
    places = {column.vlan_id: place for place, column in enumerate(columns)}
    return tuple(sorted(mine, key=lambda side: (places[side.vlan_id], side.protocol)))
