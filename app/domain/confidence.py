"""How sure it is that a session which exists would have been seen.

A session of two routers sends at least its keepalives. Of what one side sends, the switch at its
port samples one packet in `N` while it reports; so the samples of both directions together arrive
at a rate λ, and two of them a confirm time apart confirm the session. After the time T that is
the case with P = 1 − e^(−λT′)(1 + λT′), T′ = T less the confirm time: the first sample may come
when it likes, a second one must come that much later. A pair that keeps failing has to show a
third, which takes one confirm time more.
"""

from collections.abc import Iterable
from enum import Enum
from functools import cache
from math import exp
from typing import NamedTuple

SURE = 0.99
USUAL_SAMPLES, WARY_SAMPLES = 2, 3
KEEPALIVE_SECONDS = 80.0  # the slowest usual: a third of a hold time of 240 s
FLOOR = 1 / KEEPALIVE_SECONDS  # packets a second and direction that every session sends
# Calibration: so many sessions, each watched for so long that the floor alone would give so many
# samples; slower ones are then hardly missing among them.
ENOUGH_SESSIONS = 20
ENOUGH_SAMPLES = 20
LOW_SHARE = 20  # one session in so many may be slower than what is assumed of all
MOST_TIMES_FLOOR = 4


class Exposure(NamedTuple):
    """How well what one address sends has been watched within the look-back.

    `watched` is seconds ÷ N of the port that samples it, `pace` what a second adds from now on:
    1 ÷ N, nothing while the switch is silent. `seconds` is how long its switch reported.
    """

    watched: float = 0.0
    pace: float = 0.0
    seconds: float = 0.0


BLIND = Exposure()


class Sureness(Enum):
    """What can be said of a pair without a session."""

    UNWATCHED = "nobody watches this VLAN"
    BLIND = "cannot be observed"
    EARLY = "too early to tell"
    WEAK = "cannot reach 99 % within the look-back"
    SURE = "would have been seen"


class Absence(NamedTuple):
    """What it means that nothing was seen. Times are seconds of watching."""

    sureness: Sureness
    probability: float = 0.0
    elapsed: float = 0.0
    needed: float | None = None  # until 99 %; none where that cannot be reached


UNWATCHED = Absence(Sureness.UNWATCHED)
BEHIND_ONE_PORT = Absence(Sureness.BLIND)


def confirmed_by(expected: float, samples: int = USUAL_SAMPLES) -> float:
    """The probability of a confirmation when `expected` samples are expected (λT′)."""
    term = fewer = 1.0
    for k in range(1, samples):
        term *= expected / k
        fewer += term
    return max(0.0, 1 - exp(-expected) * fewer)


@cache
def samples_needed(samples: int = USUAL_SAMPLES) -> float:
    """How many samples must be expected for 99 %: the inverse, by halving."""
    low, high = 0.0, 64.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if confirmed_by(middle, samples) < SURE else (low, middle)
    return high


NEEDED = samples_needed()


def absence(
    mine: Exposure,
    theirs: Exposure,
    *,
    confirm: float,
    window: float,
    packets: float = FLOOR,
    samples: int = USUAL_SAMPLES,
) -> Absence:
    """What silence between two addresses says.

    `packets` is what a session sends per second and direction; `confirm` and `window` (the
    look-back) are seconds. The weaker a switch samples, the longer it takes; `samples` is how many
    the pair has to show.
    """
    apart = confirm * (samples - 1)
    seconds = max(mine.seconds, theirs.seconds)
    watched = (mine.watched + theirs.watched) * packets
    pace = (mine.pace + theirs.pace) * packets
    usable = max(0.0, seconds - apart) / seconds if seconds else 0.0
    probability = confirmed_by(watched * usable, samples)
    needed = samples_needed(samples) / pace + apart if pace else None
    if needed is not None and needed > window:
        needed = None
    if probability >= SURE:
        return Absence(Sureness.SURE, probability, seconds, needed)
    if not pace:
        return Absence(Sureness.BLIND, probability, seconds)
    if needed is None:
        return Absence(Sureness.WEAK, probability, seconds)
    # What switches watched at different paces is told as time at the present one.
    return Absence(Sureness.EARLY, probability, min(watched / pace, needed), needed)


class Heard(NamedTuple):
    """A confirmed session as a measure: its samples, and the sum of seconds ÷ N of both sides."""

    samples: int
    watched: float


def calibrated(sessions: Iterable[Heard]) -> float:
    """Packets per second and direction that sessions of this exchange send, cautiously.

    Of the well watched ones, nearly the slowest; the floor while there are too few.
    """
    rates = sorted(
        heard.samples / heard.watched
        for heard in sessions
        if heard.watched * FLOOR >= ENOUGH_SAMPLES
    )
    if len(rates) < ENOUGH_SESSIONS:
        return FLOOR
    return min(rates[len(rates) // LOW_SHARE], MOST_TIMES_FLOOR * FLOOR)
