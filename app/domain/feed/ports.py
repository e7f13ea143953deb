"""Counts of each port of an agent between two writes, and whose packets it samples."""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.feed.agents import MODULUS, MOST_LATE, AgentKey
from app.domain.sflow.datagram import FlowSample


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

    def drain(self, key: tuple[AgentKey, int]) -> "PortCount":
        """Hand over the counts, and begin them anew."""
        sequences, pool, drops, samples = self.moved
        self.moved = [0, 0, 0, 0]
        return PortCount(*key, self.rate, sequences, pool, drops, samples, self.at)


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
