"""Every pair of addresses of two members on a VLAN, with what was seen between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from app.domain.classify import Link, Pair
from app.domain.evidence import Grade


class End(NamedTuple):
    """One enabled address of a member's connection to a VLAN."""

    interface_id: int
    address_id: int
    protocol: int  # 4 or 6
    address: str
    rs_client: bool


class Seen(NamedTuple):
    """What is stored of a pair; times are aware UTC. `tried_by` is the address id of the side
    that tries, where only one does."""

    grade: Grade
    first_seen: datetime | None
    last_seen: datetime | None
    last_clean: datetime | None
    attempts: int
    last_attempt: datetime | None
    tried_by: int | None
    stale_at: datetime | None = None  # of a confirmed pair, while somebody listens
    session_id: int = 0
    period_start: datetime | None = None


class Window(NamedTuple):
    """What evidence still counts: seen from `since` on (the look-back), and silent for no longer
    than is likely.

    `heard` is now, less the time in which nobody listened; none: not known. Whatever the own rate
    of a pair seems to be, it counts when seen from `floor` on: for so long the slowest session can
    be silent at the present sampling. Bursts, recordings and another sampling change no session.
    """

    since: datetime
    heard: datetime | None = None
    floor: datetime | None = None


class Windows(NamedTuple):
    """The window of each VLAN: the switches that watch it say how long its sessions may be silent.
    Where none does, the look-back alone decides."""

    since: datetime
    watched: Mapping[int, Window]  # by VLAN id

    def on(self, vlan_id: int) -> Window:
        """What counts on this VLAN."""
        return self.watched.get(vlan_id) or Window(self.since)


class Meeting(NamedTuple):
    """One of their addresses as one of mine meets it; `seen` is None when nothing ever was."""

    address_id: int
    address: str
    link: Link
    seen: Seen | None
    tried_by: str = ""  # "you", "they", or nobody knows
    fallen: bool = False  # it was confirmed, is gone, and somebody tries since


class Row(NamedTuple):
    """One of my addresses, and whom it meets on each of their connections."""

    end: End
    number: int  # of my connection on this VLAN, from 1
    meetings: tuple[Meeting | None, ...]  # None where the protocol is not on both sides


class Connection(NamedTuple):
    """One of their connections: its number from 1, its addresses."""

    number: int
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """My addresses down, their connections across."""

    vlan_id: int
    connections: tuple[Connection, ...]
    rows: tuple[Row, ...]


def is_stale(seen: Seen, window: Window) -> bool:
    """Whether a confirmed pair has been silent for longer than is likely at its own rate."""
    if seen.stale_at is None or window.heard is None or seen.stale_at >= window.heard:
        return False
    if window.floor is None or seen.last_seen is None:
        return True
    return seen.last_seen < window.floor


def grade_now(seen: Seen, window: Window) -> Grade | None:
    """What evidence still counts as.

    A pair confirmed before, of which a clean sample was seen after that, is possible again; what
    only tried counts as nothing. services/seen.py says the same in SQL.
    """
    if seen.grade < Grade.POSSIBLE:
        return None
    last, clean = seen.last_seen, seen.last_clean
    if last is not None and last >= window.since and not is_stale(seen, window):
        return seen.grade
    is_clean = clean is not None and clean >= window.since and (last is None or clean > last)
    return Grade.POSSIBLE if is_clean else None


def has_fallen(seen: Seen, window: Window) -> bool:
    """Whether a session that was confirmed is gone, and somebody tries since."""
    if seen.grade < Grade.CONFIRMED or seen.last_seen is None or seen.last_attempt is None:
        return False
    return seen.last_attempt > seen.last_seen and grade_now(seen, window) is not Grade.CONFIRMED


def make_grid(
    vlan_id: int,
    mine: Sequence[End],
    theirs: Sequence[End],
    seen: Mapping[tuple[int, int], Seen],
    window: Window,
) -> Grid:
    """The grid of one VLAN; `seen` is keyed by Pair, and counts as `window` says."""
    connections = _connections(theirs)
    own = _connections(mine)
    rows = tuple(
        Row(end, connection.number, tuple(_meet(end, other, seen, window) for other in connections))
        for connection in own
        for end in connection.ends
    )
    return Grid(vlan_id, connections, rows)


def _connections(ends: Sequence[End]) -> tuple[Connection, ...]:
    by_interface: dict[int, list[End]] = {}
    for end in sorted(ends, key=lambda end: (end.interface_id, end.protocol)):
        by_interface.setdefault(end.interface_id, []).append(end)
    return tuple(
        Connection(number, tuple(found)) for number, found in enumerate(by_interface.values(), 1)
    )


def _meet(
    own: End, connection: Connection, seen: Mapping[tuple[int, int], Seen], window: Window
) -> Meeting | None:
    for end in connection.ends:
        if end.protocol == own.protocol:
            found = seen.get(Pair.of(own.address_id, end.address_id))
            return Meeting(
                end.address_id,
                end.address,
                _link(found, window),
                found,
                _tried_by(own, found),
                found is not None and has_fallen(found, window),
            )
    return None


def _link(seen: Seen | None, window: Window) -> Link:
    grade = seen and grade_now(seen, window)
    if grade is Grade.CONFIRMED:
        return Link.BILATERAL
    return Link.POSSIBLE if grade is Grade.POSSIBLE else Link.NONE


def _tried_by(own: End, seen: Seen | None) -> str:
    if seen is None or seen.tried_by is None:
        return ""
    return "you" if seen.tried_by == own.address_id else "they"


def last_days_of_gone(grids: Iterable[Grid]) -> dict[tuple[int, int], date]:
    """By VLAN and protocol, the last day of a session between the two that counts no more."""
    found: dict[tuple[int, int], date] = {}
    for grid in grids:
        for row in grid.rows:
            for meeting in row.meetings:
                if meeting and meeting.seen and meeting.link is not Link.BILATERAL:
                    _note_last(found, (grid.vlan_id, row.end.protocol), meeting.seen)
    return found


def _note_last(found: dict[tuple[int, int], date], place: tuple[int, int], seen: Seen) -> None:
    if seen.grade is Grade.CONFIRMED and seen.last_seen:
        day = seen.last_seen.date()
        found[place] = max(day, found.get(place, day))
