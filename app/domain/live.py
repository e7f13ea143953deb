"""Datagrams as they arrive: most are dismissed unread, the rest becomes sightings of pairs.

What is kept between two drains is bounded in every direction, because whatever a datagram says
may be invented.
"""

from collections import Counter

from app.domain.directory import Directory, Place, Unplaced
from app.domain.evidence import Sighting, kind_of
from app.domain.feed.agents import AgentKey, AgentState, Run
from app.domain.feed.arrivals import Arrivals
from app.domain.feed.batch import (
    MOST_SENDERS,
    MOST_SIGHTINGS,
    MOST_STRAYS,
    TOP_STRAYS,
    Batch,
    Fault,
    Stray,
    Totals,
)
from app.domain.feed.bounded import Count, Counts
from app.domain.feed.feeds import Feeds
from app.domain.feed.senders import Senders, unmapped
from app.domain.intake import sighting_of
from app.domain.sflow.datagram import NOT_VERSION_5, TRUNCATED, Datagram, FlowSample, decode

TOO_LONG, REFUSED, TURNED_AWAY = "too long", "sender not allowed", "more agents than can be kept"


class Live:
    """Takes datagrams in; `directory` may be replaced at any time."""

    def __init__(self, directory: Directory, senders: Senders | None = None) -> None:
        self.directory = self._used = directory
        self.totals = Totals()
        self.clock_since = 0.0  # what is older was told by a clock that was set since
        self._senders = senders or Senders()
        self._feeds = Feeds()
        self._sightings: list[tuple[Place, Sighting]] = []
        self._faults: Counts[Fault] = Counts(MOST_SENDERS)
        self._strays: Counts[Stray] = Counts(MOST_STRAYS)

    def take(self, at: float, arrivals: Arrivals) -> None:
        """Take in datagrams that arrived at `at` (seconds since 1970). Never raises."""
        self._take_over()
        allowed = None if self._senders.is_open else self._allowed(at, arrivals)
        runs, likely, odd = arrivals.sort(allowed)
        for run in runs:
            self._feeds.count(run, at)
        of_agent = {run.key: run for run in runs}
        known = self._feeds.agents.get
        for place in likely:
            octets = arrivals.octets(place)
            if octets is not None:
                read = decode(octets)
                key = read.agent, read.sub_agent
                state = known(key) or of_agent[key]
                self._read(at, key, read, arrivals.sender(place), state)
        for place in odd:
            self._take_odd(at, arrivals.octets(place), arrivals.sender(place))
        self.totals.datagrams += len(arrivals)
        self.totals.dismissed += sum(run.many for run in runs) - len(likely)

    def drain(self, now: float) -> Batch:
        """Hand over what came since the last drain, and begin anew."""
        self._take_over()
        sightings, self._sightings = self._sightings, []
        agents, ports, points = self._feeds.drain(now)
        rest = self._faults.rest
        faults = self._faults.drain()
        if rest:
            faults[b"", "of further senders"] = Count(rest, now, now)
        if self._feeds.turned_away:
            faults[b"", TURNED_AWAY] = Count(self._feeds.turned_away, now, now)
            self._feeds.turned_away = 0
        strays = self._strays.drain(TOP_STRAYS)
        return Batch(sightings, agents, ports, points, faults, strays)

    def go_on(self) -> None:
        """In place of a drain, while what the last one gave is still being written: silence is
        told from watching by what comes between two calls."""
        self._feeds.close_spans()

    def _take_over(self) -> None:
        """Use the newest directory: another thread puts it there."""
        newest = self.directory
        if newest is not self._used:
            self._feeds.keep_vlans(newest.vlans_kept_from(self._used))
            self._used = newest

    def _allowed(self, at: float, arrivals: Arrivals) -> list[bool] | None:
        """Which of them may be sent here; None if all. Each sender is looked up once."""
        senders = [arrivals.sender(place) for place in range(len(arrivals))]
        many = Counter(senders)
        refused = {sender for sender in many if not self._senders.allow(sender)}
        for sender in refused:
            self.totals.refused += many[sender]
            self._faults.add((sender, REFUSED), at, many[sender])
        return [sender not in refused for sender in senders] if refused else None

    def _take_odd(self, at: float, octets: bytes | None, sender: bytes) -> None:
        """Anything but a plain datagram of an IPv4 agent."""
        if octets is None:
            self._fault(sender, TOO_LONG, at)
            return
        read = decode(octets)
        if read.problem == NOT_VERSION_5 or (read.problem == TRUNCATED and not read.sequence):
            self._fault(sender, read.problem, at)
            return
        key, number = (unmapped(read.agent), read.sub_agent), read.sequence
        samples = read.flow_samples + read.counter_samples
        run = Run(key, 1, samples, number, number, ())
        self._read(at, key, read, sender, self._feeds.count(run, at) or run)

    def _read(
        self, at: float, key: AgentKey, read: Datagram, sender: bytes, state: AgentState | Run
    ) -> None:
        """With the state of its agent, or what came of one for which there was no place."""
        if read.problem:
            self._fault(sender, read.problem, at)
        if isinstance(state, AgentState):
            state.sender = sender
        for sample in read.bgp:
            state = self._take_sample(at, key, sample, state)

    def _take_sample(
        self, at: float, key: AgentKey, sample: FlowSample, state: AgentState | Run
    ) -> AgentState | Run:
        """The state of its agent, which may get one for this sample."""
        segment = sample.segment
        place = self._used.place(segment.source, segment.destination, sample.vlans, at)
        if isinstance(state, Run) and isinstance(place, Place):
            state = self._feeds.make_room(state, at) or state
        if isinstance(state, AgentState):
            state.bgp += 1
        if isinstance(place, Unplaced):
            self._stray(at, key, sample, place)
            return state
        if len(self._sightings) >= MOST_SIGHTINGS:
            self.totals.not_kept += 1
            return state
        kind = kind_of(segment.flags, segment.payload)
        self._sightings.append((place, sighting_of(at, segment, kind, self.clock_since)))
        if isinstance(state, AgentState):
            state.vlans[place.vlan_id] = state.vlans.get(place.vlan_id, 0) + 1
            sent_by_low = segment.source < segment.destination
            sender_id = place.low_id if sent_by_low else place.high_id
            self._feeds.see(key, sample, sender_id, at)
        return state

    def _stray(self, at: float, key: AgentKey, sample: FlowSample, reason: Unplaced) -> None:
        tag = sample.vlans[0] if sample.vlans else 0
        for address in (sample.segment.source, sample.segment.destination):
            if reason is not Unplaced.UNKNOWN or not self._used.knows(address):
                self._strays.add((address, reason, tag, key[0]), at)

    def _fault(self, sender: bytes, kind: str, at: float) -> None:
        self._faults.add((sender, kind), at)
