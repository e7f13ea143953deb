"""Waits after failed tries."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.throttle import PER_ACCOUNT, WINDOW, Limit, in_words, wait, window_of
from tests.factories import NOON

SOON = NOON + timedelta(minutes=10)


def test_the_first_tries_are_free():
    assert all(not wait(PER_ACCOUNT, n, SOON, SOON) for n in range(PER_ACCOUNT.free))


def test_each_further_try_waits_twice_as_long():
    waits = [wait(Limit(2, 99), n, SOON, SOON).total_seconds() for n in (2, 3, 4, 5)]

    assert waits == [5, 10, 20, 40]


def test_after_the_most_it_is_shut_until_the_window_ends():
    assert wait(Limit(2, 6), 6, NOON, SOON) == timedelta(minutes=50)


def test_a_wait_that_is_over_is_over():
    assert not wait(Limit(2, 9), 3, SOON, SOON + timedelta(seconds=10))


@given(st.integers(0, 40), st.timedeltas(timedelta(0), WINDOW))
def test_more_tries_never_wait_less(tries, passed):
    now = window_of(NOON) + passed
    last = window_of(NOON)

    assert wait(PER_ACCOUNT, tries, last, now) <= wait(PER_ACCOUNT, tries + 1, last, now)


@given(st.timedeltas(-WINDOW * 9, WINDOW * 9))
def test_a_window_holds_its_moment(passed):
    now = NOON + passed

    assert timedelta(0) <= now - window_of(now) < WINDOW


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (1, "1 second"), (40, "40 seconds"), (118.1, "119 seconds"),
     (119.1, "2 minutes"),
     (120, "2 minutes"), (121, "3 minutes"), (3600, "60 minutes")],
)  # fmt: skip
def test_waits_are_told_rounded_up(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words
