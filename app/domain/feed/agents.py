"""Counts of each agent between two writes, and how long it watched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MODULUS = 1 << 32
MOST_MISSED = 1 << 16  # a longer jump of the sequence is a restart, not loss
MOST_LATE = 1 << 10  # so far back a datagram has been overtaken; further back it is a restart
SILENCE = 60.0  # an agent that said nothing for longer has not been watching
HOUR = 3600.0

AgentKey = tuple[bytes, int]  # agent address (4 or 16 octets, or none), sub-agent id


class Run(NamedTuple):
    """The plain datagrams of one agent, in the order in which they came."""

    key: AgentKey
    many: int
    samples: int  # that they say to hold, as far as they have the room for it
    first: int  # sequence number of the first
    last: int
    numbers: Sequence[int]  # all of them; empty where each is one more than the one before


@dataclass(slots=True)
class AgentState:
    """One agent. The counts are those since the last drain; the rest lasts."""

    expected: int  # the sequence number of its next datagram
    since: float
    at: float
    first_at: float
    sender: bytes = b""  # of its last datagram that held BGP
    datagrams: int = 0
    samples: int = 0
    bgp: int = 0
    missed: int = 0
    restarts: int = 0
    vlans: dict[int, int] = field(default_factory=dict)  # its BGP samples by VLAN
    watched: dict[float, float] = field(default_factory=dict)  # seconds by beginning of an hour
    heard: int = 0  # of the datagrams, those that came while it was watching
    lost: int = 0  # and of the missed ones
    closed: tuple[int, int] = (0, 0)  # datagrams and missed when a span was closed last

    def close(self) -> None:
        """End the span of watching at the last datagram; the next one begins there."""
        if self.at - self.since <= SILENCE:
            for hour, seconds in hours(self.since, self.at):
                self.watched[hour] = self.watched.get(hour, 0.0) + seconds
            self.heard += self.datagrams - self.closed[0]
            self.lost += max(0, self.missed - self.closed[1])
        self.since, self.closed = self.at, (self.datagrams, self.missed)

    def drain(self, key: AgentKey) -> "AgentCount":
        """Hand over the counts, and begin them anew."""
        self.close()
        count = AgentCount(
            key,
            self.sender,
            self.first_at,
            self.at,
            self.datagrams,
            self.samples,
            self.bgp,
            self.missed,
            self.restarts,
            tuple(self.watched.items()),
            dict(self.vlans),
            self.heard,
            self.lost,
        )
        self.first_at, self.watched, self.closed = self.at, {}, (0, 0)
        self.datagrams = self.samples = self.bgp = self.missed = self.restarts = 0
        self.heard = self.lost = 0
        self.vlans = dict.fromkeys(self.vlans, 0)
        return count

    def count(self, run: Run, at: float) -> None:
        """Take in some datagrams that came at once."""
        if run.first == self.expected and not run.numbers:
            self.expected = (run.last + 1) % MODULUS
        else:
            for number in run.numbers or range(run.first, run.last + 1):
                self._follow(number)
        self.at = at
        self.datagrams += run.many
        self.samples += run.samples

    def _follow(self, sequence: int) -> None:
        """Take in a sequence number, whether the expected one or not."""
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
    heard: int = 0  # of the datagrams, those that came while it was watching
    lost: int = 0  # and of the missed ones


def hours(begin: float, end: float) -> list[tuple[float, float]]:
    """The hours that a span touches, each with the seconds of the span within it."""
    found: list[tuple[float, float]] = []
    hour = begin // HOUR * HOUR
    while hour < end or not found:
        found.append((hour, max(0.0, min(end, hour + HOUR) - max(begin, hour))))
        hour += HOUR
    return found
