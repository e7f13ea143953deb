"""Datagrams as they arrive: most are dismissed unread, the rest becomes sightings of pairs.

What is kept between two drains is bounded in every direction, because whatever a datagram says
may be invented.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from struct import Struct
from typing import Any, NamedTuple

from app.domain.bgp import PORT
from app.domain.directory import Directory, Place, Unplaced
from app.domain.evidence import Sighting, kind_of
from app.domain.feed.agents import AgentCount, AgentKey, AgentState
from app.domain.feed.bounded import Count, Counts
from app.domain.feed.feeds import Feeds
from app.domain.feed.ports import PointCount, PortCount
from app.domain.feed.senders import Senders, unmapped
from app.domain.intake import sighting_of
from app.domain.sflow.datagram import (
    NOT_VERSION_5,
    PORT_OCTETS,
    TRUNCATED,
    Datagram,
    FlowSample,
    decode,
)

FEW_TRIES = 8  # of an octet that may be the second of port 179
HEAD_OCTETS = 28  # of a datagram whose agent has an IPv4 address
MOST_SIGHTINGS = 250_000
MOST_SENDERS, MOST_STRAYS = 1000, 10_000
TOP_STRAYS = 200
TOO_LONG, REFUSED, TURNED_AWAY = "too long", "sender not allowed", "more agents than can be kept"

Stray = tuple[bytes, Unplaced, int, bytes]  # address, reason, tag or 0, agent address
Fault = tuple[bytes, str]  # sender, kind


class Slots(NamedTuple):
    """Datagrams in places of `stride` octets, one after the other."""

    buffer: bytearray
    stride: int
    sizes: list[int]
    sender: Callable[[int], bytes]  # the address that the datagram in a place came from

    def heads(self) -> Iterator[tuple[int, int, bytes, int, int, int]]:
        """The first fields of each: version, address type, agent, sub-agent, sequence number,
        samples. They mean this only if the agent's address is of IPv4."""
        layout = Struct(f">II4sII4xI{self.stride - HEAD_OCTETS}x")
        return layout.iter_unpack(memoryview(self.buffer)[: self.stride * len(self.sizes)])


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

    def take(self, at: float, slots: Slots) -> None:
        """Take in datagrams that arrived at `at` (seconds since 1970). Never raises.

        The hot loop: one function, and per datagram no more than a look at its head and one
        search for the octets of port 179.
        """
        self._take_over()
        buffer, stride, sizes, sender = slots
        find, known = buffer.find, self._feeds.agents.get
        limited = not self._senders.is_open
        dismissed = 0
        start = -stride
        for head, size in zip(slots.heads(), sizes, strict=False):
            version, family, agent, sub_agent, sequence, samples = head
            start += stride
            if limited and not self._may_send(at, sender(start // stride)):
                continue
            if version != 5 or family != 1 or size < HEAD_OCTETS or size > stride:
                self._take_odd(at, slots, start, size)
                continue
            state = known((agent, sub_agent)) or self._feeds.meet((agent, sub_agent), sequence, at)
            if state is not None:
                if sequence == state.expected:
                    state.expected = (sequence + 1) & 0xFFFFFFFF
                else:
                    state.jump(sequence)
                state.at = at
                state.datagrams += 1
                state.samples += samples if samples <= size >> 3 else size >> 3
            # The C library finds one octet ten times as fast as two; it is rare in real headers.
            place = find(PORT, start + HEAD_OCTETS, start + size)
            tries = FEW_TRIES
            while place >= 0 and buffer[place - 1]:
                tries -= 1
                if not tries:
                    place = find(PORT_OCTETS, place, start + size)
                    break
                place = find(PORT, place + 1, start + size)
            if place < 0:
                dismissed += 1
            else:
                read = decode(bytes(buffer[start : start + size]))
                self._read(at, read, sender(start // stride), state)
        self.totals.datagrams += len(sizes)
        self.totals.dismissed += dismissed

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

    def _may_send(self, at: float, sender: bytes) -> bool:
        allowed = self._senders.allow(sender)
        if not allowed:
            self.totals.refused += 1
            self._fault(sender, REFUSED, at)
        return allowed

    def _take_odd(self, at: float, slots: Slots, start: int, size: int) -> None:
        """Anything but a plain datagram of an IPv4 agent."""
        sender = slots.sender(start // slots.stride)
        if size > slots.stride:
            self._fault(sender, TOO_LONG, at)
            return
        data = bytes(slots.buffer[start : start + size])
        read = decode(data)
        if read.problem == NOT_VERSION_5 or (read.problem == TRUNCATED and not read.sequence):
            self._fault(sender, read.problem, at)
            return
        key = unmapped(read.agent), read.sub_agent
        state = self._feeds.agents.get(key) or self._feeds.meet(key, read.sequence, at)
        if state is not None:
            state.count(read.sequence, read.flow_samples + read.counter_samples, at)
        self._read(at, read, sender, state)

    def _read(self, at: float, read: Datagram, sender: bytes, state: AgentState | None) -> None:
        if read.problem:
            self._fault(sender, read.problem, at)
        if state is not None:
            state.sender = sender
        key = unmapped(read.agent), read.sub_agent
        for sample in read.bgp:
            state = self._take_sample(at, key, sample, state, read.sequence)

    def _take_sample(
        self, at: float, key: AgentKey, sample: FlowSample, state: AgentState | None, sequence: int
    ) -> AgentState | None:
        """The state of its agent, which may get one for this sample."""
        segment = sample.segment
        place = self._used.place(segment.source, segment.destination, sample.vlans, at)
        if state is None and isinstance(place, Place):
            state = self._feeds.make_room(key, sequence, at)
        if state is not None:
            state.bgp += 1
        if isinstance(place, Unplaced):
            self._stray(at, key, sample, place)
            return state
        if len(self._sightings) >= MOST_SIGHTINGS:
            self.totals.not_kept += 1
            return state
        kind = kind_of(segment.flags, segment.payload)
        self._sightings.append((place, sighting_of(at, segment, kind, self.clock_since)))
        if state is not None:
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
