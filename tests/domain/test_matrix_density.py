"""The shares of a week, and the bands of a chart."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.classify import Link
from app.domain.matrix_density import HEIGHT, WIDTH, Week, bands, monday

MONDAY = date(2026, 11, 23)
COUNTS = st.lists(st.integers(0, 50), min_size=3, max_size=3)


def week(number: int, *links: int, pairs: int = 200) -> Week:
    return Week(MONDAY + timedelta(weeks=number), pairs, *links)


def points(polygon: str) -> list[tuple[float, float]]:
    return [tuple(map(float, point.split(","))) for point in polygon.split(" ")]


def test_the_shares_are_percent_of_all_pairs_and_add_up():
    found = week(0, 100, 40, 20)

    assert found.shares == {Link.BOTH: 10, Link.BILATERAL: 20, Link.ROUTE_SERVER: 50}
    assert found.linked == 80


def test_without_pairs_nothing_is_linked():
    assert week(0, 0, 0, 0, pairs=0).linked == 0


def test_each_kind_stands_on_the_one_before():
    found = bands([week(0, 100, 40, 20), week(1, 0, 0, 200)])

    assert points(found[Link.BOTH]) == [(0, 72), (260, 0), (260, 80), (0, 80)]
    assert points(found[Link.BILATERAL]) == [(0, 56), (260, 0), (260, 0), (0, 72)]
    assert points(found[Link.ROUTE_SERVER]) == [(0, 16), (260, 0), (260, 0), (0, 56)]


def test_a_week_that_was_missed_leaves_its_room():
    found = bands([week(0, 1, 1, 1), week(1, 1, 1, 1), week(4, 1, 1, 1)])

    assert [x for x, _ in points(found[Link.BOTH])[:3]] == [0, WIDTH / 4, WIDTH]


def test_a_single_week_fills_the_chart_and_none_draws_nothing():
    assert [x for x, _ in points(bands([week(0, 1, 1, 1)])[Link.BOTH])] == [0, 260, 260, 0]
    assert bands([]) == {}


@given(st.lists(COUNTS, min_size=1, max_size=30))
def test_no_band_leaves_the_chart(many):
    found = bands([week(number, *links) for number, links in enumerate(many)])

    for polygon in found.values():
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points(polygon))


def test_weeks_begin_on_monday():
    assert monday(MONDAY + timedelta(days=6)) == MONDAY
    assert monday(MONDAY + timedelta(days=7)) == MONDAY + timedelta(days=7)
