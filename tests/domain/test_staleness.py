"""When a session counts as gone: seldom by mistake, and sooner where it is seen often."""

from itertools import pairwise
from random import Random

import pytest

from app.domain.confidence import FLOOR
from app.domain.evidence import Grade, Period
from app.domain.staleness import (
    LEAST_PATIENCE,
    UNLIKELY,
    Watched,
    longest_silence,
    patience,
    unheard,
)

DAY = 86400.0


def test_a_pair_seen_often_is_stale_sooner_than_one_seen_seldom():
    often, seldom = patience(2000, 10 * DAY), patience(20, 10 * DAY)

    assert often < 0.1 * seldom
    assert often == pytest.approx(9.21 * 10 * DAY / 2000, rel=0.02)


def test_two_samples_tell_nearly_nothing():
    assert patience(1, DAY) is None
    assert patience(2, 0) is None
    assert patience(2, DAY) > 1000 * DAY


def test_no_pair_is_stale_before_its_hold_time_is_over():
    assert patience(100_000, DAY) == LEAST_PATIENCE


@pytest.mark.parametrize("samples", [5, 12, 40, 300])
def test_a_session_that_lives_is_called_stale_less_than_once_in_ten_thousand(samples):
    """The next gap after `samples` samples at random moments, against the patience they give."""
    random = Random(samples)
    tries = 100_000
    false = 0
    for _ in range(tries):
        span = random.gammavariate(samples - 1, 1.0)
        false += random.expovariate(1 / DAY) > patience(samples, span * DAY)

    assert false <= 10 + 3 * 10**0.5  # ten are expected, three standard deviations more


@pytest.mark.parametrize(("interval", "sampling"), [(20, 8), (60, 64), (80, 1024)])
def test_keepalives_thinned_by_sampling_keep_within_the_promise(interval, sampling):
    """Whole lives of sessions: every gap against the patience of all samples before it."""
    random = Random(interval)
    false = gaps = 0
    for _ in range(500):
        first, at, samples = 0.0, 0.0, 1
        for _ in range(100):
            gap = interval * _packets_until_sampled(random, sampling)
            limit = patience(samples, at - first)
            if limit is not None:
                gaps += 1
                false += gap > limit
            at += gap
            samples += 1

    assert false <= gaps * UNLIKELY + 3 * (gaps * UNLIKELY) ** 0.5


@pytest.mark.parametrize("sampling", [64, 1024])
@pytest.mark.parametrize("outages", [0, 3])
def test_sessions_with_bursts_of_a_full_table_keep_within_the_promise(sampling, outages):
    """Keepalives at the slowest pace, now and then a full table, and times without a switch."""
    random = Random(sampling + outages)
    false = gaps = 0
    for _ in range(50 if sampling == 64 else 200):  # 67,000 gaps are enough
        away = [
            (start, start + DAY) for start in (random.uniform(0, 40) * DAY for _ in [0] * outages)
        ]
        moments = [at for at in _bursty_life(random, sampling, 40 * DAY) if not _within(at, away)]
        period = None
        for before, at in pairwise(moments):
            period = period or Period(before, before, Grade.CONFIRMED)
            period.move(before)
            limit = max(period.patience, longest_silence(sampling, FLOOR))
            unheard_between = sum(min(at, end) - max(before, start) for start, end in away
                                  if before < end and start < at)  # fmt: skip
            gaps += 1
            false += at - before - unheard_between > limit

    assert false <= gaps * UNLIKELY + 3 * (gaps * UNLIKELY) ** 0.5


def _bursty_life(random, sampling, length):
    """When samples of a session arrive, keepalives of both sides and bursts, in order."""
    moments = [at for _ in range(2) for at in _poisson(random, FLOOR / sampling, 0, length)]
    for start in _poisson(random, 1 / DAY, 0, length):
        moments += _poisson(random, 500 / sampling, start, start + 90)
    return sorted(moments)


def _poisson(random, rate, start, end):
    moments, at = [], start + random.expovariate(rate)
    while at < end:
        moments.append(at)
        at += random.expovariate(rate)
    return moments


def _within(at, spans):
    return any(start <= at < end for start, end in spans)


def _packets_until_sampled(random, sampling):
    packets = 1
    while random.random() * sampling >= 1:
        packets += 1
    return packets


def test_time_in_which_nobody_listened_is_that_of_the_switch_that_missed_most():
    now = 10 * DAY

    assert unheard([], now) is None
    assert unheard([Watched(0, 10 * DAY)], now) == 0
    assert unheard([Watched(0, 10 * DAY), Watched(4 * DAY, 5 * DAY)], now) == DAY
