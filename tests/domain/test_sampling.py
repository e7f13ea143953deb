"""Packets for each sample: measured where it can be, never taken for better than it is."""

import pytest

from app.domain.sampling import Moved, arrived, taken, wary

NOTHING = Moved()


@pytest.mark.parametrize(
    ("rate", "lately", "before", "real", "careful"),
    [
        (1000, NOTHING, NOTHING, 1000, 1000),
        (0, NOTHING, NOTHING, None, None),
        (1000, Moved(10, 900), NOTHING, 90, 1000),
        (1000, Moved(10, 40_000), Moved(990, 960_000), 960_000 / 990, 1000),  # too few lately
        (1000, Moved(200, 4_000_000), Moved(10**6, 10**9), 20_000, 20_000),
        (1000, Moved(10**6, 10**9), Moved(200, 4_000_000), 20_000, 20_000),
        (1000, Moved(30, 60_000), Moved(30, 30_000), 1500, 1500),
    ],
)
def test_of_two_times_the_worse_one_counts_once_it_is_long_enough(
    rate, lately, before, real, careful
):
    assert (taken(rate, lately, before), wary(rate, lately, before)) == (real, careful)


def test_of_what_nothing_is_known_all_arrives():
    assert (arrived(0, 9), arrived(100, 0), arrived(50, 150)) == (1.0, 1.0, 0.25)
