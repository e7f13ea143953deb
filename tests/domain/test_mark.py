"""Reasons and last days of marks."""

from datetime import date, timedelta

import pytest

from app.domain.classify import Mark
from app.domain.errors import Invalid
from app.domain.mark import MOST_REASON, Decision, decision

TODAY = date(2026, 1, 15)
DAY = timedelta(days=1)


def decide(mark=Mark.REJECTED, reason="", until=None):
    return decision(mark, reason, until, today=TODAY)


def test_a_reason_is_one_line_without_edges():
    assert decide(reason=" their\r\n new  router ").reason == "their new router"


@pytest.mark.parametrize("until", [None, TODAY, TODAY + DAY])
def test_the_last_day_may_be_today_or_later_or_never(until):
    assert decide(until=until) == Decision(Mark.REJECTED, "", until)


def test_a_day_that_is_over_is_refused_with_the_days_that_work():
    with pytest.raises(Invalid, match=r"2026-01-14, is over\. Choose today \(2026-01-15\)"):
        decide(until=TODAY - DAY)


def test_a_reason_too_long_is_refused_with_its_length():
    assert decide(reason="x" * MOST_REASON).reason
    with pytest.raises(Invalid, match="at most 200 characters; this one has 201"):
        decide(reason="x" * (MOST_REASON + 1))


def test_what_no_database_stores_is_refused():
    with pytest.raises(Invalid):
        decide(reason="a\x00b")


def test_clearing_drops_reason_and_day():
    assert decide(None, "because", TODAY) == Decision(None)


def test_a_mark_stands_through_its_last_day():
    until_today = Decision(Mark.PEERED, until=TODAY)

    assert until_today.stands(TODAY)
    assert not until_today.stands(TODAY + DAY)
    assert Decision(Mark.PEERED).stands(TODAY + 9999 * DAY)
    assert not Decision(None).stands(TODAY)
