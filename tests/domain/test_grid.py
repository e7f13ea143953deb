"""Every pair of addresses on a VLAN, and what counts of it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.classify import Link, Pair
from app.domain.evidence import Grade
from app.domain.grid import End, Seen, Window, grade_now, make_grid

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
BEFORE, AFTER = SINCE - timedelta(days=1), SINCE + timedelta(days=1)
MINE = [End(1, 10, 4, "192.0.2.1", True), End(1, 11, 6, "2001:db8::1", True)]
THEIRS = [
    End(9, 22, 4, "192.0.2.9", False),
    End(8, 21, 6, "2001:db8::8", False),
    End(8, 20, 4, "192.0.2.8", False),
]


def seen(grade=Grade.CONFIRMED, last=AFTER, clean=AFTER, tried_by=None):
    return Seen(grade, BEFORE, last, clean, 0, None, tried_by)


@pytest.mark.parametrize(
    ("grade", "last_seen", "last_clean", "counts"),
    [
        (Grade.CONFIRMED, AFTER, AFTER, Grade.CONFIRMED),
        (Grade.CONFIRMED, SINCE, SINCE, Grade.CONFIRMED),
        (Grade.CONFIRMED, BEFORE, AFTER, Grade.POSSIBLE),
        (Grade.CONFIRMED, BEFORE, BEFORE, None),
        (Grade.POSSIBLE, AFTER, AFTER, Grade.POSSIBLE),
        (Grade.POSSIBLE, BEFORE, BEFORE, None),
        (Grade.ATTEMPT, None, None, None),
        (Grade.ATTEMPT, AFTER, AFTER, None),
    ],
)
def test_only_what_was_seen_within_the_window_counts(grade, last_seen, last_clean, counts):
    assert grade_now(seen(grade, last_seen, last_clean), Window(SINCE)) is counts


def test_my_addresses_go_down_and_their_connections_across():
    grid = make_grid(1, MINE, THEIRS, {}, Window(SINCE))

    assert [row.end.address for row in grid.rows] == ["192.0.2.1", "2001:db8::1"]
    assert [[e.address for e in c.ends] for c in grid.connections] == [
        ["192.0.2.8", "2001:db8::8"],
        ["192.0.2.9"],
    ]
    assert [c.number for c in grid.connections] == [1, 2]


def test_each_pair_has_its_own_state_and_a_missing_protocol_has_none():
    evidence = {Pair.of(10, 22): seen(), Pair.of(11, 21): seen(Grade.POSSIBLE)}

    four, six = make_grid(1, MINE, THEIRS, evidence, Window(SINCE)).rows

    assert [meeting and meeting.link for meeting in four.meetings] == [Link.NONE, Link.BILATERAL]
    assert [meeting and meeting.link for meeting in six.meetings] == [Link.POSSIBLE, None]
    assert four.meetings[0].seen is None


@pytest.mark.parametrize(("tried_by", "word"), [(10, "you"), (22, "they"), (None, "")])
def test_who_tries_is_said_from_my_side(tried_by, word):
    evidence = {Pair.of(10, 22): seen(Grade.ATTEMPT, None, None, tried_by)}

    meeting = make_grid(1, MINE, THEIRS, evidence, Window(SINCE)).rows[0].meetings[1]

    assert (meeting.link, meeting.tried_by) == (Link.NONE, word)
