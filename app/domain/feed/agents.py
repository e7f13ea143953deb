"""Counts of each agent and each of its ports, kept between two writes.

Agents say who they are themselves, so their number is bounded: one that comes when all places are
taken gets none until those that fell silent make room. Its samples count all the same.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.sflow.datagram import FlowSample

MODULUS = 1 << 32
MOST_MISSED = 1 << 16  # a longer jump of the sequence is a restart, not loss
MOST_LATE = 1 << 10  # so far back a datagram has been overtaken; further back it is a restart
MOST_AGENTS, MOST_PORTS, MOST_POINTS = 1000, 20_000, 50_000
SILENCE = 60.0  # an agent that said nothing for longer has not been watching
FORGET = 600.0
HOUR = 3600.0

AgentKey = tuple[bytes, int]  # agent address (4 or 16 octets, or none), sub-agent id


@dataclass(slots=True)
class AgentState:
    """One agent. The counts are those since the last drain; the rest lasts."""

    expected: int  # the sequence number of its next datagram
    since: float
    at: float
    sender: bytes = b""  # of its last datagram that held BGP
    datagrams: int = 0
    samples: int = 0
    bgp: int = 0
    missed: int = 0
    restarts: int = 0
    vlans: dict[int, int] = field(default_factory=dict)  # its BGP samples by VLAN

    def count(self, sequence: int, samples: int, at: float) -> None:
        """Take in one datagram. The hot loop does the same in place."""
        if sequence == self.expected:
            self.expected = (sequence + 1) % MODULUS
        else:
            self.jump(sequence)
        self.at = at
        self.datagrams += 1
        self.samples += samples

    def jump(self, sequence: int) -> None:
        """Take in a sequence number that is not the expected one."""
        ahead = (sequence - self.expected) % MODULUS
        if ahead < MOST_MISSED:
            self.missed += ahead
            self.expected = (sequence + 1) % MODULUS
        elif ahead >= MODULUS - MOST_LATE:
            # The same again is a copy, not one that was late.
            if ahead != MODULUS - 1 and self.missed:
                self.missed -= 1
        else:
            self.restarts += 1
            self.expected = (sequence + 1) % MODULUS


class AgentCount(NamedTuple):
    """What an agent sent since the last drain."""

    key: AgentKey
    sender: bytes
    first_at: float
    last_at: float
    datagrams: int
    samples: int
    bgp: int
    missed: int
    restarts: int
    watched: tuple[tuple[float, float], ...]  # beginning of an hour, seconds within it
    vlans: dict[int, int]


@dataclass(slots=True)
class PortState:
    """The last sample of a port, and how far its numbers moved since the last drain."""

    sequence: int
    pool: int
    drops: int
    rate: int
    at: float
    moved: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def see(self, sample: FlowSample, at: float) -> None:
        """Take in a further sample; a jump too far to be told from a wrap is left out."""
        sequences = (sample.sequence - self.sequence) % MODULUS
        pool = (sample.pool - self.pool) % MODULUS
        drops = (sample.drops - self.drops) % MODULUS
        if sample.rate != self.rate:  # what was measured before is of another sampling
            self.moved[0] = self.moved[1] = 0
        fits = sample.rate == self.rate and sequences * max(sample.rate, 1) < MODULUS // 2
        if 0 < sequences < MODULUS // 2 and fits and pool < MODULUS // 2:
            self.moved[0] += sequences
            self.moved[1] += pool
            self.moved[2] += drops if drops < MODULUS // 2 else 0
        self.moved[3] += 1
        if sequences < MODULUS - MOST_LATE:  # else it was overtaken
            self.sequence, self.pool, self.drops = sample.sequence, sample.pool, sample.drops
        self.rate, self.at = sample.rate, at


class PortCount(NamedTuple):
    """What a port's samples told since the last drain."""

    agent: AgentKey
    port: int
    rate: int
    sequences: int
    pool: int
    drops: int
    samples: int
    last_at: float


class PointCount(NamedTuple):
    """How often a port sampled what an address sent."""

    address_id: int
    agent: AgentKey
    port: int
    samples: int
    last_at: float


class Feeds:
    """All agents, their ports, and which port samples which address."""

    def __init__(self) -> None:
        self.agents: dict[AgentKey, AgentState] = {}
        self.turned_away = 0  # datagrams of agents for which there was no place
        self._ports: dict[tuple[AgentKey, int], PortState] = {}
        self._points: dict[tuple[int, AgentKey, int], list[float]] = {}

    def meet(self, key: AgentKey, sequence: int, at: float) -> AgentState | None:
        """A state for an agent that has none; None when all places are taken."""
        if len(self.agents) >= MOST_AGENTS:
            self.turned_away += 1
            return None
        state = self.agents[key] = AgentState(sequence, at, at)
        return state

    def see(self, key: AgentKey, sample: FlowSample, address_id: int, at: float) -> None:
        """Take in a BGP sample of a known address, which sent it."""
        port = key, sample.source
        state = self._ports.get(port)
        if state is not None:
            state.see(sample, at)
        elif len(self._ports) < MOST_PORTS:
            first = PortState(sample.sequence, sample.pool, sample.drops, sample.rate, at)
            first.moved[3] = 1
            self._ports[port] = first
        point = address_id, key, sample.source
        counted = self._points.get(point)
        if counted is not None:
            counted[0] += 1
            counted[1] = at
        elif len(self._points) < MOST_POINTS:
            self._points[point] = [1, at]

    def drain(self, now: float) -> tuple[list[AgentCount], list[PortCount], list[PointCount]]:
        """What came since the last drain; forgets who fell silent."""
        agents = [_agent(key, state) for key, state in self.agents.items() if state.datagrams]
        ports = [_port(key, state) for key, state in self._ports.items() if state.moved[3]]
        points = [
            PointCount(*point, int(samples), at) for point, (samples, at) in self._points.items()
        ]
        self._points = {}
        oldest = now - FORGET
        self.agents = {key: state for key, state in self.agents.items() if state.at >= oldest}
        self._ports = {
            key: state
            for key, state in self._ports.items()
            if key[0] in self.agents and state.at >= now - HOUR
        }
        return agents, ports, points


def _agent(key: AgentKey, state: AgentState) -> AgentCount:
    watched = tuple(hours(state.since, state.at)) if state.at - state.since <= SILENCE else ()
    count = AgentCount(
        key,
        state.sender,
        state.since,
        state.at,
        state.datagrams,
        state.samples,
        state.bgp,
        state.missed,
        state.restarts,
        watched,
        dict(state.vlans),
    )
    state.since = state.at
    state.datagrams = state.samples = state.bgp = state.missed = state.restarts = 0
    state.vlans = dict.fromkeys(state.vlans, 0)
    return count


def _port(key: tuple[AgentKey, int], state: PortState) -> PortCount:
    agent, port = key
    sequences, pool, drops, samples = state.moved
    count = PortCount(agent, port, state.rate, sequences, pool, drops, samples, state.at)
    state.moved = [0, 0, 0, 0]
    return count


def hours(begin: float, end: float) -> list[tuple[float, float]]:
    """The hours that a span touches, each with the seconds of the span within it."""
    found: list[tuple[float, float]] = []
    hour = begin // HOUR * HOUR
    while hour < end or not found:
        found.append((hour, max(0.0, min(end, hour + HOUR) - max(begin, hour))))
        hour += HOUR
    return found
