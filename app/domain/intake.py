"""From datagrams to evidence: what the replay of a recording and a live collector share."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf

from app.domain.directory import Directory, Place, Unplaced
from app.domain.evidence import Kind, Sighting, kind_of
from app.domain.sflow.datagram import FlowSample, decode
from app.domain.sflow.packet import Segment

CLOCK_ERROR = 300.0  # seconds that the clock of whoever recorded may be ahead
AHEAD = "its time lies in the future"


@dataclass(slots=True)
class Tally:
    """What was read, and what became of it."""

    datagrams: int = 0
    flow_samples: int = 0
    counter_samples: int = 0
    bgp: Counter[Kind] = field(default_factory=Counter)
    unplaced: Counter[Unplaced] = field(default_factory=Counter)  # of the BGP samples
    skipped: Counter[str] = field(default_factory=Counter)  # datagrams, by reason


def sighting_of(at: float, segment: Segment, kind: Kind, since: float = 0.0) -> Sighting:
    """The segment as the rules of evidence see it; nothing of its payload is kept."""
    from_low = segment.source < segment.destination
    ports = segment.source_port, segment.destination_port
    low_port, high_port = ports if from_low else reversed(ports)
    positions = segment.sequence, segment.acknowledged
    return Sighting(at, from_low, low_port, high_port, kind, *positions, since=since)


class Intake:
    """Reads datagrams, finds the pair of each BGP sample and hands it to `see`."""

    def __init__(
        self, directory: Directory, see: Callable[[Place, Sighting], None], now: float = inf
    ) -> None:
        self.tally = Tally()
        self._latest = now + CLOCK_ERROR
        self._directory = directory
        self._see = see

    def take(self, at: float, datagram: bytes) -> None:
        """Take in a datagram that arrived at `at` (seconds since 1970). Never raises."""
        tally = self.tally
        tally.datagrams += 1
        if at > self._latest:
            tally.skipped[AHEAD] += 1
            return
        read = decode(datagram)
        tally.flow_samples += read.flow_samples
        tally.counter_samples += read.counter_samples
        if read.problem:
            tally.skipped[read.problem] += 1
        for sample in read.bgp:
            self._take_sample(at, sample)

    def _take_sample(self, at: float, sample: FlowSample) -> None:
        segment = sample.segment
        kind = kind_of(segment.flags, segment.payload)
        self.tally.bgp[kind] += 1
        place = self._directory.place(segment.source, segment.destination, sample.vlans, at)
        if isinstance(place, Unplaced):
            self.tally.unplaced[place] += 1
            return
        self._see(place, sighting_of(at, segment, kind))
