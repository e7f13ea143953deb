"""Every pair of addresses of two members on a VLAN, with what was seen between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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


class Meeting(NamedTuple):
    """One of their addresses as one of mine meets it; `seen` is None when nothing ever was."""

    address_id: int
    address: str
    link: Link
    seen: Seen | None
    tried_by: str = ""  # "you", "they", or nobody knows


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


def grade_now(
    grade: Grade, last_seen: datetime | None, last_clean: datetime | None, since: datetime
) -> Grade | None:
    """What evidence still counts as when only what was seen from `since` on does.

    A pair confirmed before, of which a clean sample was seen since, is possible again; what
    only tried counts as nothing.
    """
    if grade < Grade.POSSIBLE:
        return None
    if last_seen is not None and last_seen >= since:
        return grade
    return Grade.POSSIBLE if last_clean is not None and last_clean >= since else None


def make_grid(
    vlan_id: int,
    mine: Sequence[End],
    theirs: Sequence[End],
    seen: Mapping[tuple[int, int], Seen],
    since: datetime,
) -> Grid:
    """The grid of one VLAN; `seen` is keyed by Pair, and counts from `since` on."""
    connections = _connections(theirs)
    own = _connections(mine)
    rows = tuple(
        Row(end, connection.number, tuple(_meet(end, other, seen, since) for other in connections))
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
    own: End, connection: Connection, seen: Mapping[tuple[int, int], Seen], since: datetime
) -> Meeting | None:
    for end in connection.ends:
        if end.protocol == own.protocol:
            found = seen.get(Pair.of(own.address_id, end.address_id))
            return Meeting(
                end.address_id, end.address, _link(found, since), found, _tried_by(own, found)
            )
    return None


def _link(seen: Seen | None, since: datetime) -> Link:
    grade = seen and grade_now(seen.grade, seen.last_seen, seen.last_clean, since)
    if grade is Grade.CONFIRMED:
        return Link.BILATERAL
    return Link.POSSIBLE if grade is Grade.POSSIBLE else Link.NONE


def _tried_by(own: End, seen: Seen | None) -> str:
    if seen is None or seen.tried_by is None:
        return ""
    return "you" if seen.tried_by == own.address_id else "they"
