"""What the collector hands over to be written, and how much of each there may be."""

from dataclasses import dataclass, field
from typing import Any

from app.domain.directory import Place, Unplaced
from app.domain.evidence import Sighting
from app.domain.feed.agents import AgentCount
from app.domain.feed.bounded import Count
from app.domain.feed.ports import PointCount, PortCount

MOST_SIGHTINGS = 250_000
MOST_SENDERS, MOST_STRAYS = 1000, 10_000
TOP_STRAYS = 200

Stray = tuple[bytes, Unplaced, int, bytes]  # address, reason, tag or 0, agent address
Fault = tuple[bytes, str]  # sender, kind


@dataclass(slots=True)
class Totals:
    """Since the start."""

    datagrams: int = 0
    dismissed: int = 0
    refused: int = 0
    not_kept: int = 0


@dataclass(slots=True)
class Batch:
    """What came between two drains."""

    sightings: list[tuple[Place, Sighting]] = field(default_factory=list)
    agents: list[AgentCount] = field(default_factory=list)
    ports: list[PortCount] = field(default_factory=list)
    points: list[PointCount] = field(default_factory=list)
    faults: dict[Fault, Count] = field(default_factory=dict)
    strays: dict[Stray, Count] = field(default_factory=dict)

    def __reduce__(self) -> tuple[Any, ...]:
        """On its way to the process that writes. Sightings go as plain rows: a named tuple is
        asked for its values by a call each, while the thread that takes datagrams in waits."""
        rows = [(*place, *sighting) for place, sighting in self.sightings]
        rest = self.agents, self.ports, self.points, self.faults, self.strays
        return _batch_of_rows, (rows, *rest)


def _batch_of_rows(rows: list[tuple[Any, ...]], *rest: Any) -> Batch:
    ends = len(Place._fields)
    pairs = [(Place._make(row[:ends]), Sighting._make(row[ends:])) for row in rows]
    return Batch(pairs, *rest)
