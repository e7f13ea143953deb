"""The traffic of the demo exchange as it happens: what its switches would send to a collector."""

from collections.abc import Iterator

from app.demo.networks import YOU
from app.demo.peerings import SEEN, Seen, Sign, Story
from app.demo.recording import Ends, ends_of, exchange_of
from app.demo.switches import SWITCHES, Exports, Packet
from app.domain.bgp import KEEPALIVE, UPDATE

ROUND = 120  # seconds in which every session is sampled once
COUNTERS = 30  # seconds after which a switch sends its counters
# What the demo member has in vain so far comes up while a newcomer watches, one after the other.
FIRST_UP, NEXT_UP = 45, 60
COMING = (Story.POSSIBLE, Story.ATTEMPT)


class Traffic:
    """Makes the datagrams of each second, counted from the start."""

    def __init__(self) -> None:
        pairs = [(seen, ends_of(seen, index)) for index, seen in enumerate(SEEN)]
        self._steady = [ends for seen, ends in pairs if _is_up(seen)]
        self._coming = [ends for seen, ends in pairs if _comes_up(seen)]
        self._exports = Exports()

    def second(self, number: int, at: float) -> Iterator[bytes]:
        """The datagrams of a second, which is at `at` (seconds since 1970)."""
        packets: list[Packet] = []
        for ends in self._steady[number % ROUND :: ROUND]:
            packets += exchange_of(ends, KEEPALIVE, at)
        for place, ends in enumerate(self._coming):
            since = number - FIRST_UP - NEXT_UP * place
            if since == 0 or (since > 0 and since % ROUND == 0):
                packets += exchange_of(ends, KEEPALIVE if since else UPDATE, at)
        yield from self._exports.samples_of(packets)
        if number % COUNTERS == 0:
            yield from map(self._exports.counters_of, SWITCHES)

    def coming_up(self) -> list[Ends]:
        """The pairs that come up, in their order."""
        return list(self._coming)


def _is_up(seen: Seen) -> bool:
    newest: Sign = seen.story.value[-1]
    return newest is Sign.SESSION


def _comes_up(seen: Seen) -> bool:
    return YOU in (seen.one, seen.other) and seen.story in COMING
