"""When silence of a session is so unlikely that it counts as gone."""

from collections.abc import Iterable
from math import log
from typing import NamedTuple

UNLIKELY = 1e-4  # across 100,000 pairs about ten false alarms
LEAST_PATIENCE = 600.0  # the hold time of any router, and a flush or two of a collector


def patience(samples: int, seconds: float) -> float | None:
    """The silence, in seconds, that has a probability of UNLIKELY after `samples` samples in
    `seconds`; none while two samples do not even tell a rate.

    The rate itself is only known from those samples. Taking that into account, the next gap is
    longer than g with (s ÷ (s + g))^n: two samples say little, two thousand nearly the rate.
    """
    gaps = samples - 1
    if gaps < 1 or seconds <= 0:
        return None
    exponent = 1 / gaps
    if exponent * 4 > 300:  # more than a float holds
        return None
    return max(LEAST_PATIENCE, float(seconds * (UNLIKELY**-exponent - 1)))


def longest_silence(sampling: float, packets: float) -> float:
    """The silence, in seconds, that is as unlikely for a session that sends `packets` a second
    and direction, where one in `sampling` is sampled on both sides."""
    return -log(UNLIKELY) * sampling / (2 * packets)


class Watched(NamedTuple):
    """How long a switch reported of a VLAN: from the first hour on, in seconds since 1970."""

    first: float
    seconds: float


def unheard(watched: Iterable[Watched], now: float) -> float | None:
    """Seconds in which a switch did not report, of the one that missed most; none where nothing
    is known of any.

    Silence counts only while somebody listens. This much is added to everybody's patience, which
    is too much for most pairs and too little for none.
    """
    return max((max(0.0, now - one.first - one.seconds) for one in watched), default=None)
