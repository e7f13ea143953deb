"""Tries in vain stay named until something shows that a session came up."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.evidence import Grade
from app.domain.grid import Seen
from app.domain.hints import is_tried_in_vain

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
TRIED = NOW - HOUR
SEEN = Seen(Grade.POSSIBLE, TRIED, TRIED, None, 9, TRIED, 1)


@pytest.mark.parametrize(
    ("seen", "in_vain"),
    [
        (SEEN, True),
        (SEEN._replace(last_clean=TRIED - HOUR), True),
        (SEEN._replace(last_clean=TRIED + SECOND), True),  # the acknowledgement that ends a try
        (SEEN._replace(last_clean=TRIED + 301 * SECOND), False),
        (SEEN._replace(grade=Grade.CONFIRMED, last_seen=TRIED + SECOND), False),
        (SEEN._replace(grade=Grade.CONFIRMED, last_seen=TRIED - SECOND), True),
        (SEEN._replace(attempts=2), False),
        (SEEN._replace(tried_by=None), False),
        (SEEN._replace(last_attempt=NOW - 200 * HOUR), False),
    ],
)
def test_the_end_of_a_failed_try_is_no_session(seen, in_vain):
    assert is_tried_in_vain(seen, NOW) is in_vain
