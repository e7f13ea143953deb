"""How sure silence is: the formula, its words' border lines, and simulations that prove it."""

from math import log
from random import Random

import pytest

from app.domain.confidence import (
    BLIND,
    ENOUGH_SESSIONS,
    FLOOR,
    MOST_TIMES_FLOOR,
    NEEDED,
    Exposure,
    Heard,
    Sureness,
    absence,
    calibrated,
    confirmed_by,
)

DAY = 86400.0
MONTH = 28 * DAY
CONFIRM = 300.0


def watching(seconds, sampling):
    return Exposure(seconds / sampling, 1 / sampling, seconds)


def judge(seconds, sampling, other=None, window=MONTH, packets=FLOOR):
    return absence(
        watching(seconds, sampling),
        watching(seconds, other or sampling),
        confirm=CONFIRM,
        window=window,
        packets=packets,
    )


def test_the_time_until_99_percent_is_where_the_formula_says_99_percent():
    needed = judge(0, 1024).needed

    assert confirmed_by(NEEDED) == pytest.approx(0.99)
    assert judge(needed - 1, 1024).sureness is Sureness.EARLY
    assert judge(needed + 1, 1024).sureness is Sureness.SURE
    assert needed == pytest.approx(6.638 * 1024 * 40 + CONFIRM, rel=1e-3)


def test_too_early_says_how_much_of_how_long():
    early = judge(1.5 * DAY, 2048)

    assert early.sureness is Sureness.EARLY
    assert early.elapsed == pytest.approx(1.5 * DAY)
    assert 6 * DAY < early.needed < 7 * DAY


def test_the_weaker_switch_decides_less_than_both_together_can_give():
    assert judge(3 * DAY, 1024, 8192).probability < judge(3 * DAY, 1024).probability
    assert judge(3 * DAY, 1024, 8192).probability > judge(3 * DAY, 8192).probability


def test_thin_sampling_cannot_reach_99_percent_inside_the_look_back():
    weak = judge(20 * DAY, 100_000)

    assert weak.sureness is Sureness.WEAK
    assert weak.needed is None
    assert 0 < weak.probability < 0.5


def test_a_pair_that_no_switch_samples_cannot_be_observed():
    blind = absence(BLIND, BLIND, confirm=CONFIRM, window=MONTH)

    assert blind.sureness is Sureness.BLIND


def test_one_watched_side_is_enough_and_takes_longer():
    one = absence(watching(2 * DAY, 1024), BLIND, confirm=CONFIRM, window=MONTH)

    assert one.sureness is Sureness.EARLY
    assert one.needed == pytest.approx(2 * (judge(0, 1024).needed - CONFIRM) + CONFIRM)


def test_before_one_confirm_time_nothing_can_be_confirmed_however_dense_the_sampling():
    assert judge(CONFIRM - 1, 1).probability == 0
    assert judge(CONFIRM + 1, 1).probability < 0.01


def sampled(random, interval, sampling, until, outages):
    """When packets sent every `interval` seconds, a little late or early, are sampled 1 in
    `sampling` within `until` seconds, none in an outage."""
    at, phase = [], random.uniform(0, interval)
    number = 0
    while True:
        if sampling > 1:
            number += int(log(1 - random.random()) / log(1 - 1 / sampling))
        moment = phase + interval * (number + random.uniform(-0.1, 0.1))
        number += 1
        if moment > until:
            return at
        if moment >= 0 and not any(start <= moment < end for start, end in outages):
            at.append(moment)


def is_confirmed(random, interval, samplings, until, outages):
    times = sorted(
        moment
        for sampling in samplings
        for moment in sampled(random, interval, sampling, until, outages)
    )
    return len(times) > 1 and times[-1] - times[0] >= CONFIRM


def watched_until(needed, outages):
    """When a switch has reported for `needed` seconds."""
    until = needed
    for start, end in outages:
        if start < until:
            until += end - start
    return until


TRIES = 4000
# Three standard deviations of a fraction of 0.99 over so many tries.
SLACK = 3 * (0.99 * 0.01 / TRIES) ** 0.5


@pytest.mark.parametrize("interval", [10, 20, 30, 60, 80])
@pytest.mark.parametrize("samplings", [(1, 1), (16, 16), (1024, 1024), (512, 8192)])
@pytest.mark.parametrize("broken", [False, True])
def test_99_percent_is_right_99_percent_of_the_time(interval, samplings, broken):
    """λ of the sessions is known, as after calibration; sessions that exist, watched so long."""
    packets = 1 / interval
    one, other = (Exposure(0.0, 1 / sampling, 0.0) for sampling in samplings)
    needed = absence(one, other, confirm=CONFIRM, window=1e12, packets=packets).needed
    outages = [(needed * 0.2, needed * 0.5), (needed * 0.8, needed * 2.8)] if broken else []
    until = watched_until(needed, outages)
    random = Random(f"{interval} {samplings} {broken}")

    hits = sum(is_confirmed(random, interval, samplings, until, outages) for _ in range(TRIES))

    assert hits / TRIES >= 0.99 - SLACK
    if min(samplings) >= 512:  # where sampling is thin the claim is also no understatement
        assert hits / TRIES <= 0.99 + SLACK


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6])
@pytest.mark.parametrize("later", [0.0, 0.7], ids=["both as long", "one began later"])
@pytest.mark.parametrize("arrives", [1.0, 0.2], ids=["whole", "with loss"])
def test_the_figure_on_the_way_to_99_percent_is_right_too(share, later, arrives):
    """Of sessions that exist so many are confirmed after a part of the time, where one side is
    watched only for the last part of that, and where datagrams are lost."""
    interval, sampling = 60, 256
    pace = arrives / sampling
    rate = {"confirm": CONFIRM, "window": 1e12, "packets": 1 / interval}
    until = share * absence(Exposure(pace=pace), Exposure(pace=pace), **rate).needed
    begin = later * until
    one = Exposure(until * pace, pace, until)
    other = Exposure((until - begin) * pace, pace, until - begin)
    said = absence(one, other, **rate).probability
    random = Random(f"{share} {later} {arrives}")

    def is_seen():
        mine = sampled(random, interval, sampling, until, [])
        theirs = sampled(random, interval, sampling, until, [(0.0, begin)])
        times = sorted(at for at in mine + theirs if random.random() < arrives)
        return len(times) > 1 and times[-1] - times[0] >= CONFIRM

    hits = sum(is_seen() for _ in range(TRIES)) / TRIES
    assert abs(hits - said) <= 3 * (said * (1 - said) / TRIES) ** 0.5 + 0.01


@pytest.mark.parametrize("interval", [10, 80])
@pytest.mark.parametrize("sampling", [8, 1024])
def test_a_pair_that_keeps_failing_needs_a_third_sample_and_the_promise_holds(interval, sampling):
    one = Exposure(0.0, 1 / sampling, 0.0)
    needed = absence(one, one, confirm=CONFIRM, window=1e12, packets=1 / interval, samples=3).needed
    random = Random(f"{interval} {sampling}")

    def shows_three():
        times = sorted(
            moment for _ in range(2) for moment in sampled(random, interval, sampling, needed, [])
        )
        second = next((at for at in times if at - times[0] >= CONFIRM), None)
        return second is not None and times[-1] - second >= CONFIRM

    assert sum(shows_three() for _ in range(TRIES)) / TRIES >= 0.99 - SLACK


def test_without_calibration_the_floor_promises_no_more_than_it_keeps():
    """Sessions that send more than the floor are seen sooner than is said."""
    needed = judge(0, 256).needed
    random = Random(1)

    hits = sum(is_confirmed(random, 30, (256, 256), needed, []) for _ in range(1000))

    assert hits / 1000 > 0.999


def heard(rate, count):
    return [Heard(int(rate * 10_000), 10_000.0) for _ in range(count)]


def test_calibration_takes_nearly_the_slowest_of_well_watched_sessions():
    rates = [1 / 60] * 90 + [1 / 30] * 10

    assert calibrated(h for rate in rates for h in heard(rate, 1)) == pytest.approx(
        1 / 60, rel=0.01
    )


def test_few_or_badly_watched_sessions_do_not_calibrate():
    assert calibrated(heard(1 / 20, ENOUGH_SESSIONS - 1)) == FLOOR
    assert calibrated([Heard(5, 10.0)] * 500) == FLOOR


def test_chatty_sessions_raise_the_rate_only_so_far():
    assert calibrated(heard(5, 50)) == MOST_TIMES_FLOOR * FLOOR
