"""A small version of the simulation in bench/detection.py, and a check of its short cut."""

from random import Random

import pytest

from app.domain.evidence import Evidence, Grade
from bench.detection import (
    CONFIRM,
    DAY,
    RATES,
    WINDOW,
    confirmed_after,
    mistaken,
    sighting,
)
from bench.failures import FAILURES

SLOWLY_WRONG = FAILURES[1]._replace(interval=600)
FEW_PORTS = 14  # so that they come back often enough to be counted


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
@pytest.mark.parametrize("rate", RATES)
def test_pairs_that_only_try_are_not_confirmed_where_payload_is_visible(failure, rate):
    assert mistaken(failure, rate, Random(rate), payload=True, pairs=200) == 0


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
@pytest.mark.parametrize("rate", RATES)
def test_hardly_any_are_where_it_is_not(failure, rate):
    assert mistaken(failure, rate, Random(rate), payload=False, pairs=200) < 2


def test_an_idle_session_is_confirmed_within_a_week_at_one_in_1024():
    random = Random(1)

    times = [confirmed_after(1024, random) for _ in range(200)]
    assert sum(time < 7 * DAY for time in times) >= 199


def every_packet(failure, rate, random, days):
    """Whether a pair is confirmed, with every try of these days drawn one by one."""
    evidence = Evidence()
    for number in range(int(days * DAY / failure.interval)):
        port = random.randrange(FEW_PORTS)
        start = (number + random.uniform(-0.1, 0.1)) * failure.interval
        for step in failure.steps:
            if random.random() < 1 / rate:
                evidence.see(sighting(start + step.at, step, True, port), CONFIRM)
        evidence.attempts = 0  # two samples are enough: the case that happens often
    return evidence.grade is Grade.CONFIRMED


def test_drawing_only_the_tries_that_matter_gives_the_same_share():
    days, pairs, random = 7, 300, Random(7)
    one_by_one = sum(every_packet(SLOWLY_WRONG, 50, random, days) for _ in range(pairs))

    direct = mistaken(
        SLOWLY_WRONG, 50, random, payload=True, pairs=pairs, ports=FEW_PORTS,
        window=days * DAY, remembering=False,
    )  # fmt: skip

    assert 50 < one_by_one < 150
    assert abs(direct - one_by_one) < 25  # two standard deviations of the difference


def test_the_window_is_four_weeks():
    assert WINDOW == 28 * DAY
