"""What silence means, in words."""

import pytest

from app.domain.absence_words import percent, sentence, short, span
from app.domain.confidence import BEHIND_ONE_PORT, UNWATCHED, Absence, Sureness

DAY = 86400.0
SURE = Absence(Sureness.SURE, 0.9972, 9 * DAY, 5 * DAY)
EARLY = Absence(Sureness.EARLY, 0.41, 1.3 * DAY, 5 * DAY)
WEAK = Absence(Sureness.WEAK, 0.62, 20 * DAY)


@pytest.mark.parametrize(
    ("absence", "words"),
    [
        (SURE, "would have shown: 99.7 %"),
        (EARLY, "too early: watched 1.3 of ~5 days"),
        (WEAK, "99 % out of reach in 28 days"),
        (BEHIND_ONE_PORT, "cannot be observed"),
        (UNWATCHED, "not watched"),
    ],
)
def test_a_row_says_it_in_a_few_words(absence, words):
    assert short(absence, 28) == words


@pytest.mark.parametrize(
    ("absence", "words"),
    [
        (SURE, "an existing session would have been confirmed by now with 99.7 %"),
        (EARLY, "too early to tell: watched 1.3 of about 5 days"),
        (WEAK, "99 % cannot be reached within 28 days at this sampling; an existing session would "
               "have been confirmed by now with 62 %"),
        (BEHIND_ONE_PORT, "cannot be observed: both of you are behind one port of the exchange"),
        (Absence(Sureness.BLIND, 0.5, DAY),
         "cannot be observed: the switches there do not report just now"),
        (UNWATCHED, "not watched: no switch reported on this VLAN in the last 28 days"),
    ],
)  # fmt: skip
def test_the_drawer_says_the_whole(absence, words):
    assert sentence(absence, 28) == words


def test_a_probability_is_never_rounded_up():
    assert [percent(p) for p in (1.0, 0.99999, 0.9899, 0.5, 0.0)] == [
        "99.9 %",
        "99.9 %",
        "98.9 %",
        "50 %",
        "0 %",
    ]


def test_a_time_is_told_in_its_own_unit():
    assert [span(s) for s in (60, 1800, 7200, 30 * 3600, 3 * DAY)] == [
        "1 minute", "30 minutes", "2 hours", "30 hours", "3 days",
    ]  # fmt: skip
