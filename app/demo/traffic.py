"""The traffic of the demo exchange as it happens: what its switches would send to a collector."""

from collections.abc import Iterator

from app.demo.networks import YOU
from app.demo.peerings import SEEN, Seen, Sign
from app.demo.recording import ends_of, exchange_of
from app.demo.switches import SWITCHES, Exports, Packet
from app.domain.bgp import KEEPALIVE, UPDATE

ROUND = 120  # seconds in which every session is sampled once
COUNTERS = 30  # seconds after which a switch sends its counters
# These come up while a newcomer watches, one after the other: nothing was seen of them so far, so
# that everything else the demo shows, such as who tries in vain, stays as it is.
FIRST_UP, NEXT_UP = 45, 60
COMING = (
    Seen(YOU, 65537, 1, 4),
    Seen(YOU, 65537, 1, 6),
    Seen(YOU, 64496, 2, 4),
    Seen(YOU, 64496, 2, 6),
    Seen(YOU, 64498, 1, 4),
)


class Traffic:
    """Makes the datagrams of each second, counted from the start."""

    def __init__(self) -> None:
        self._steady = [ends_of(seen, index) for index, seen in enumerate(SEEN) if _is_up(seen)]
        self._coming = [ends_of(seen, index) for index, seen in enumerate(COMING, len(SEEN))]
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


def _is_up(seen: Seen) -> bool:
    newest: Sign = seen.story.value[-1]
    return newest is Sign.SESSION
