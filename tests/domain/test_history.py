"""Ninety days of a pair: in a picture and in the same words."""

from datetime import UTC, datetime, timedelta

from app.domain.evidence import Grade
from app.domain.history import DAYS, Day, Run, Span, make_strip

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
TODAY = NOW.date()
ALWAYS = {TODAY - timedelta(days=i) for i in range(DAYS)}


def ago(days):
    return NOW - timedelta(days=days)


def span(start, end, grade=Grade.CONFIRMED):
    return Span(ago(start), ago(end), grade, 9)


def test_seen_silent_and_unwatched_days_are_told_apart():
    watched = ALWAYS - {TODAY - timedelta(days=i) for i in (0, 1)}

    strip = make_strip([span(200, 10)], watched, TODAY)

    assert strip.runs == (Run(Day.SEEN, 0, 80), Run(Day.SILENT, 80, 8), Run(Day.BLIND, 88, 2))
    assert (
        strip.words == "seen on 80 days of the last 90, last on 2026-06-20, not watched on 2 days"
    )


def test_what_was_seen_weighs_more_than_what_was_possible():
    strip = make_strip([span(5, 0), span(7, 3, Grade.POSSIBLE)], ALWAYS, TODAY)

    assert strip.runs[-2:] == (Run(Day.POSSIBLE, 82, 2), Run(Day.SEEN, 84, 6))


def test_a_day_on_which_it_was_seen_needs_no_record_of_watching():
    assert make_strip([span(0, 0)], (), TODAY).runs[-1] == Run(Day.SEEN, 89, 1)


def test_periods_beyond_the_strip_and_none_at_all_leave_it_empty():
    assert make_strip([span(300, 120)], ALWAYS, TODAY).runs == (Run(Day.SILENT, 0, DAYS),)
    assert make_strip([], ALWAYS, TODAY).words == "seen on 0 days of the last 90"
