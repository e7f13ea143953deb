"""Ninety days of a pair: in a picture and in the same words."""

from datetime import UTC, datetime, timedelta

from app.domain.evidence import Grade
from app.domain.history import DAYS, Day, Run, Span, began_at, make_strip

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


def test_an_outage_makes_no_session_new_a_watched_day_of_silence_does():
    spans = [span(60, 5), span(2, 0)]
    dark = {TODAY - timedelta(days=i) for i in (3, 4)}

    assert began_at(spans, ALWAYS - dark) == ago(60)
    assert began_at(spans, ALWAYS) == ago(2)


def test_what_was_only_possible_is_no_beginning():
    assert began_at([span(9, 8, Grade.POSSIBLE), span(7, 0)], ALWAYS) == ago(7)
    assert began_at([], ALWAYS) is None
