"""On which day a request leaves."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.allowance import Allowance, first_day, leaves_at

TODAY = date(2026, 1, 15)
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_it_leaves_today_while_there_is_room():
    assert first_day(TODAY, {TODAY: 99}, {TODAY: 9}, Allowance(100, 10)) == TODAY


def test_a_full_day_of_the_one_who_asks_moves_it_to_the_next():
    assert first_day(TODAY, {TODAY: 100}, {}, Allowance(100, 10)) == TODAY + timedelta(days=1)


def test_a_full_day_of_the_one_who_is_asked_moves_it_to_the_next():
    tomorrow = TODAY + timedelta(days=1)
    found = first_day(TODAY, {}, {TODAY: 10, tomorrow: 12}, Allowance(100, 10))

    assert found == TODAY + timedelta(days=2)


def test_it_leaves_at_once_today_and_as_the_day_begins_later():
    assert leaves_at(TODAY, NOON) == NOON
    assert leaves_at(TODAY + timedelta(days=1), NOON) == datetime(2026, 1, 16, tzinfo=UTC)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 40))
def test_no_day_ever_holds_more_than_allowed(from_one, to_one, many):
    sent: dict[date, int] = {}
    for _ in range(many):
        day = first_day(TODAY, sent, sent, Allowance(from_one, to_one))
        sent[day] = sent.get(day, 0) + 1

    assert all(count <= min(from_one, to_one) for count in sent.values())
    assert sum(sent.values()) == many
