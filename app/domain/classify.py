"""Where a member stands towards another: the cells both share, and the tabs they lead to.

The rules are design 3.2 and 3.3: per VLAN and protocol, over every pair of interfaces.
"""

from collections.abc import Mapping
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


class Side(NamedTuple):
    """What one member has in a cell: at least one enabled address."""

    vlan_id: int
    protocol: int  # 4 or 6
    addresses: int
    rs_client: bool  # any of them


class Pair(NamedTuple):
    """Two address ids, the lower id first: a session has no direction."""

    one: int
    other: int

    @classmethod
    def of(cls, a: int, b: int) -> "Pair":
        return cls(a, b) if a < b else cls(b, a)


class Sighting(NamedTuple):
    """A pair of addresses of two members in a cell, and how sure its session is."""

    vlan_id: int
    protocol: int
    grade: Grade


Sides = tuple[Side, ...]  # at most one for each cell
Sightings = tuple[Sighting, ...]  # at most one for each pair of addresses


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


def classify(
    mine: Sides,
    theirs: Sides,
    seen: Sightings = (),
    mark: Mark | None = None,
    *,
    via_route_servers: bool = True,
) -> Standing:
    """Where one member stands towards another; a mark overrides what was observed.

    The cells come in the order of `mine`. `seen` are the sessions between both within the
    look-back window. `via_route_servers` is false when either side is known to refuse routes
    from route servers.
    """
    others = {side[:2]: side for side in theirs}
    cells = tuple(
        _cell(own, others[own[:2]], seen, via_route_servers) for own in mine if own[:2] in others
    )
    observed: frozenset[Tab] = frozenset().union(*(cell.tabs for cell in cells))
    tabs = TABS_FOR_MARK[mark] if mark else observed
    return Standing(cells, tabs, linked=Tab.PEERS in observed)


def _cell(own: Side, other: Side, seen: Sightings, via_route_servers: bool) -> Cell:
    grades = [sighting.grade for sighting in seen if sighting[:2] == own[:2]]
    via = via_route_servers and own.rs_client and other.rs_client
    confirmed = grades.count(Grade.CONFIRMED)
    possible = Grade.POSSIBLE in grades
    return Cell(
        own.vlan_id,
        own.protocol,
        via,
        confirmed,
        own.addresses * other.addresses,
        possible,
        link_of(confirmed > 0, via, possible),
    )


def link_of(bilateral: bool, route_server: bool, possible: bool) -> Link:
    """The one rule of a link; the tabs and the peering matrix both ask it."""
    if bilateral:
        return Link.BOTH if route_server else Link.BILATERAL
    if route_server:
        return Link.ROUTE_SERVER
    return Link.POSSIBLE if possible else Link.NONE
