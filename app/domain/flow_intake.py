"""From lines of other collectors to sightings of pairs."""

from collections import Counter
from math import inf

from app.domain.directory import Directory, Place, Unplaced
from app.domain.evidence import Kind, Sighting, kind_of
from app.domain.feed.batch import MOST_SENDERS, MOST_STRAYS, TOP_STRAYS, Batch, Fault, Stray
from app.domain.feed.bounded import Counts
from app.domain.flows import Flow, Skipped, read_line
from app.domain.intake import AHEAD, CLOCK_ERROR

STALL = 60.0  # seconds without any line
UNTIMED = (
    "without a time; pipe them in while they come (flask sessions consume -), "
    "or use a format that has one"
)


class FlowIntake:
    """Takes lines in; what is kept until the next drain is what `take` was given."""

    def __init__(self, directory: Directory, *, is_stream: bool = False) -> None:
        self.directory = directory
        self._is_stream = is_stream
        self._read_at = -inf
        # Since when reading tells the time of a line. What comes after a stall may have waited in
        # the pipe: next to what came before it would look far apart.
        self._since = -inf
        self.lines = 0
        self.kinds: Counter[Kind] = Counter()
        self.skipped: Counter[str] = Counter()
        self.unplaced: Counter[Unplaced] = Counter()
        self._sightings: list[tuple[Place, Sighting]] = []
        self._strays: Counts[Stray] = Counts(MOST_STRAYS)
        self._faults: Counts[Fault] = Counts(MOST_SENDERS)

    def take(self, line: str, now: float) -> bool:
        """Take in a line read at `now` (seconds since 1970); false where it is no record. Never
        raises."""
        self.lines += 1
        if not 0 <= now - self._read_at <= STALL:
            self._since = now
        self._read_at = now
        flow = read_line(line)
        if isinstance(flow, Skipped):
            if line.strip():
                self.skipped[flow] += 1
            return flow is not Skipped.UNRECOGNISED
        self._take(flow, now)
        return True

    def _take(self, flow: Flow, now: float) -> None:
        at, since = flow.at, 0.0
        if at is None:
            if not self._is_stream:
                self.skipped[UNTIMED] += 1
                return
            at, since = now, self._since
        if at > now + CLOCK_ERROR:
            self.skipped[AHEAD] += 1
            self._faults.add((flow.agent, AHEAD), now)
            return
        kind = kind_of(flow.flags)
        self.kinds[kind] += 1
        place = self.directory.place(flow.source, flow.destination, flow.vlans, at)
        if isinstance(place, Unplaced):
            self._stray(flow, place, at)
            return
        from_low = flow.source < flow.destination
        ports = flow.source_port, flow.destination_port
        low_port, high_port = ports if from_low else reversed(ports)
        sighting = Sighting(at, from_low, low_port, high_port, kind, since=since)
        self._sightings.append((place, sighting))

    def drain(self) -> Batch:
        """Hand over what came since the last drain."""
        sightings, self._sightings = self._sightings, []
        strays = self._strays.drain(TOP_STRAYS)
        return Batch(sightings, faults=self._faults.drain(), strays=strays)

    def _stray(self, flow: Flow, reason: Unplaced, at: float) -> None:
        self.unplaced[reason] += 1
        for address in (flow.source, flow.destination):
            if reason is not Unplaced.UNKNOWN or not self.directory.knows(address):
                tag = flow.vlans[0] if flow.vlans else 0
                self._strays.add((address, reason, tag, flow.agent), at)
