"""The traffic of the demo exchange as it happens: what its switch would send to a collector."""

from collections.abc import Iterator

from app.demo.networks import YOU
from app.demo.peerings import SEEN, Seen, Sign, Story
from app.demo.recording import AGENT, Ends, ends_of, exchange_of
from app.domain.bgp import KEEPALIVE, UPDATE
from app.domain.sflow.encode import flow_datagram, flow_sample

ROUND = 120  # seconds in which every session is sampled once
RATE = 512
MOST_SAMPLES = 7  # in a datagram of the usual length
# What the demo member has in vain so far comes up while a newcomer watches, one after the other.
FIRST_UP, NEXT_UP = 45, 60
COMING = (Story.POSSIBLE, Story.ATTEMPT)


class Traffic:
    """Makes the datagrams of each second, counted from the start."""

    def __init__(self) -> None:
        pairs = [(seen, ends_of(seen, index)) for index, seen in enumerate(SEEN)]
        self._steady = [ends for seen, ends in pairs if _is_up(seen)]
        self._coming = [ends for seen, ends in pairs if _comes_up(seen)]
        self._samples = self._datagrams = 0

    def second(self, number: int, at: float) -> Iterator[bytes]:
        """The datagrams of a second, which is at `at` (seconds since 1970)."""
        frames: list[bytes] = []
        for ends in self._steady[number % ROUND :: ROUND]:
            frames += exchange_of(ends, KEEPALIVE, at)
        for place, ends in enumerate(self._coming):
            since = number - FIRST_UP - NEXT_UP * place
            if since == 0 or (since > 0 and since % ROUND == 0):
                frames += exchange_of(ends, KEEPALIVE if since else UPDATE, at)
        for start in range(0, len(frames), MOST_SAMPLES):
            yield self._datagram(frames[start : start + MOST_SAMPLES])

    def coming_up(self) -> list[Ends]:
        """The pairs that come up, in their order."""
        return list(self._coming)

    def _datagram(self, frames: list[bytes]) -> bytes:
        self._datagrams += 1
        samples = []
        for frame in frames:
            self._samples += 1
            pool = RATE * self._samples % 2**32
            samples.append(flow_sample(frame, sequence=self._samples, rate=RATE, pool=pool))
        return flow_datagram(AGENT, samples, sequence=self._datagrams)


def _is_up(seen: Seen) -> bool:
    newest: Sign = seen.story.value[-1]
    return newest is Sign.SESSION


def _comes_up(seen: Seen) -> bool:
    return YOU in (seen.one, seen.other) and seen.story in COMING
