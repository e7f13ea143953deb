"""Where a member stands towards another: the cells both share, and the tabs they lead to.

The rules are design 3.2 and 3.3: per VLAN and protocol, over every pair of interfaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from app.domain.evidence import Grade


class Tab(StrEnum):
    """The four lists, named as in their URLs."""

    POTENTIAL = "potential"
    POTENTIAL_BILATERAL = "potential-bilateral"
    PEERS = "peers"
    REJECTED = "rejected"


class Mark(StrEnum):
    """A member's own decision about another; it overrides what was observed."""

    PEERED = "peered"
    REJECTED = "rejected"


class Link(StrEnum):
    """How routes can travel in a cell. `POSSIBLE` is shown as such and counts as no link."""

    NONE = "none"
    POSSIBLE = "possible"
    ROUTE_SERVER = "route-server"
    BILATERAL = "bilateral"
    BOTH = "both"


TABS_FOR_LINK: Mapping[Link, frozenset[Tab]] = {
    Link.NONE: frozenset({Tab.POTENTIAL}),
    Link.POSSIBLE: frozenset({Tab.POTENTIAL}),
    Link.ROUTE_SERVER: frozenset({Tab.PEERS, Tab.POTENTIAL_BILATERAL}),
    Link.BILATERAL: frozenset({Tab.PEERS}),
    Link.BOTH: frozenset({Tab.PEERS}),
}
TABS_FOR_MARK: Mapping[Mark, frozenset[Tab]] = {
    Mark.PEERED: frozenset({Tab.PEERS}),
    Mark.REJECTED: frozenset({Tab.REJECTED}),
}

Where = tuple[int, int]  # VLAN id, protocol


class Port(NamedTuple):
    """One enabled address of a member on a VLAN."""

    vlan_id: int
    protocol: int  # 4 or 6
    address_id: int
    rs_client: bool


class Pair(NamedTuple):
    """Two address ids, the lower id first: a session has no direction."""

    one: int
    other: int

    @classmethod
    def of(cls, a: int, b: int) -> "Pair":
        return cls(a, b) if a < b else cls(b, a)


Sessions = Mapping[tuple[int, int], Grade]  # keyed by Pair
Ports = Mapping[Where, Sequence[Port]]


class Cell(NamedTuple):
    """One VLAN and protocol that both members have."""

    vlan_id: int
    protocol: int
    route_server: bool
    confirmed: int  # pairs of interfaces with a confirmed session
    pairs: int  # pairs of interfaces there are
    possible: bool
    link: Link

    @property
    def bilateral(self) -> bool:
        return self.confirmed > 0

    @property
    def tabs(self) -> frozenset[Tab]:
        return TABS_FOR_LINK[self.link]


class Standing(NamedTuple):
    """All cells two members share, the tabs the other one is on, and whether there is a link."""

    cells: tuple[Cell, ...]
    tabs: frozenset[Tab]
    linked: bool  # whether routes can travel in any cell


def ports_by_cell(ports: Iterable[Port]) -> dict[Where, list[Port]]:
    """A member's ports, by VLAN and protocol."""
    found: dict[Where, list[Port]] = {}
    for port in ports:
        found.setdefault((port.vlan_id, port.protocol), []).append(port)
    return found


class Viewer:
    """A member's own side, prepared once to be held against many others.

    `mine` is as `ports_by_cell` makes it; the order of its cells is that of every standing.
    `sessions` holds the grade of each pair of addresses seen within the look-back window.
    """

    def __init__(self, mine: Ports, sessions: Sessions) -> None:
        self._own = [
            (where, len(ports), any(port.rs_client for port in ports), _heard(ports, sessions))
            for where, ports in mine.items()
        ]

    def standing(
        self, theirs: Ports, mark: Mark | None = None, *, via_route_servers: bool = True
    ) -> Standing:
        """Place the other member on tabs; a mark overrides what was observed.

        `via_route_servers` is false when either side is known to refuse routes from route
        servers.
        """
        cells = []
        for where, mine, own_client, heard in self._own:
            ports = theirs.get(where)
            if ports:
                via = via_route_servers and own_client and _has_client(ports)
                cells.append(_cell(where, mine, ports, heard, via))
        observed = _tabs(tuple([cell.link for cell in cells]))
        tabs = TABS_FOR_MARK[mark] if mark else observed
        return Standing(tuple(cells), tabs, linked=Tab.PEERS in observed)


def classify(
    mine: Ports,
    theirs: Ports,
    sessions: Sessions,
    mark: Mark | None = None,
    *,
    via_route_servers: bool = True,
) -> Standing:
    """Where one member stands towards another; see Viewer."""
    return Viewer(mine, sessions).standing(theirs, mark, via_route_servers=via_route_servers)


def _has_client(ports: Sequence[Port]) -> bool:
    """A loop by place: with names it would be a tenth of a page of 2,500 members."""
    for port in ports:  # noqa: SIM110
        if port[3]:
            return True
    return False


def _heard(mine: Sequence[Port], sessions: Sessions) -> dict[int, list[Grade]]:
    """What each address of others was seen to have with mine: one look-up later, not one for
    every pair of addresses."""
    own = {port.address_id for port in mine}
    heard: dict[int, list[Grade]] = {}
    for (one, other), grade in sessions.items():
        if one in own:
            heard.setdefault(other, []).append(grade)
        if other in own:
            heard.setdefault(one, []).append(grade)
    return heard


def _cell(
    where: Where, mine: int, theirs: Sequence[Port], heard: Mapping[int, list[Grade]], via: bool
) -> Cell:
    grades = [
        grade for port in theirs if port[2] in heard for grade in heard[port[2]]
    ]  # by place: names cost a tenth of a page of 2,500 members
    confirmed = grades.count(Grade.CONFIRMED)
    possible = Grade.POSSIBLE in grades
    link = link_of(confirmed > 0, via, possible)
    return Cell(where[0], where[1], via, confirmed, mine * len(theirs), possible, link)


def link_of(bilateral: bool, route_server: bool, possible: bool) -> Link:
    """The one rule of a link; the tabs and the peering matrix both ask it."""
    if bilateral:
        return Link.BOTH if route_server else Link.BILATERAL
    if route_server:
        return Link.ROUTE_SERVER
    return Link.POSSIBLE if possible else Link.NONE


@lru_cache(maxsize=4096)  # pure, and few combinations in an exchange
def _tabs(links: tuple[Link, ...]) -> frozenset[Tab]:
    """The tabs that cells with these links lead to."""
    return frozenset().union(*(TABS_FOR_LINK[link] for link in links))
