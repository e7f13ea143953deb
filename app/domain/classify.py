"""Where a member stands towards another: the cells both share, and the tabs they lead to.

The rules are design 3.2 and 3.3: per VLAN and protocol, over every pair of interfaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class Cell:
    """One VLAN and protocol that both members have."""

    vlan_id: int
    protocol: int
    route_server: bool
    confirmed: int  # pairs of interfaces with a confirmed session
    pairs: int  # pairs of interfaces there are
    possible: bool

    @property
    def bilateral(self) -> bool:
        return self.confirmed > 0

    @property
    def link(self) -> Link:
        if self.bilateral:
            return Link.BOTH if self.route_server else Link.BILATERAL
        if self.route_server:
            return Link.ROUTE_SERVER
        return Link.POSSIBLE if self.possible else Link.NONE

    @property
    def tabs(self) -> frozenset[Tab]:
        return TABS_FOR_LINK[self.link]


@dataclass(frozen=True, slots=True)
class Standing:
    """All cells two members share, and the tabs the other one is on."""

    cells: tuple[Cell, ...]
    tabs: frozenset[Tab]

    @property
    def linked(self) -> bool:
        """Whether routes can travel in any cell."""
        return any(Tab.PEERS in cell.tabs for cell in self.cells)


def ports_by_cell(ports: Iterable[Port]) -> dict[Where, list[Port]]:
    """A member's ports, by VLAN and protocol."""
    found: dict[Where, list[Port]] = {}
    for port in ports:
        found.setdefault((port.vlan_id, port.protocol), []).append(port)
    return found


def classify(
    mine: Ports,
    theirs: Ports,
    sessions: Sessions,
    mark: Mark | None = None,
    *,
    via_route_servers: bool = True,
) -> Standing:
    """Place the other member on tabs; a mark overrides what was observed.

    `mine` and `theirs` are as `ports_by_cell` makes them; `sessions` holds the grade of each
    pair of addresses seen within the look-back window. `via_route_servers` is false when
    either side is known to refuse routes from route servers.
    """
    cells = tuple(
        _cell(where, mine[where], theirs[where], sessions, via_route_servers)
        for where in mine
        if where in theirs
    )
    if mark:
        return Standing(cells, TABS_FOR_MARK[mark])
    return Standing(cells, frozenset().union(*(cell.tabs for cell in cells)))


def _cell(
    where: Where, mine: Sequence[Port], theirs: Sequence[Port], sessions: Sessions, via_rs: bool
) -> Cell:
    grades = [
        grade
        for a in mine
        for b in theirs
        if (grade := sessions.get(Pair.of(a.address_id, b.address_id)))
    ]
    return Cell(
        vlan_id=where[0],
        protocol=where[1],
        route_server=via_rs
        and any(port.rs_client for port in mine)
        and any(port.rs_client for port in theirs),
        confirmed=sum(grade is Grade.CONFIRMED for grade in grades),
        pairs=len(mine) * len(theirs),
        possible=Grade.POSSIBLE in grades,
    )
