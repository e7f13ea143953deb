"""On which day a request may leave: so many a day from one member, so many to one member."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple


class Allowance(NamedTuple):
    """How many requests leave on one day (UTC)."""

    from_one: int  # PEERING_MANAGER_DAILY_LIMIT
    to_one: int  # PEERING_MANAGER_RECIPIENT_LIMIT


def first_day(
    today: date, sent: Mapping[date, int], received: Mapping[date, int], allowance: Allowance
) -> date:
    """The first day, from today on, with room for one more.

    `sent` counts what leaves the asking member on each day, `received` what goes to the asked
    one.
    """
    day = today
    while sent.get(day, 0) >= allowance.from_one or received.get(day, 0) >= allowance.to_one:
        day += timedelta(days=1)
    return day


def leaves_at(day: date, now: datetime) -> datetime:
    """When mail of that day may leave: at once today, else as the day begins (UTC)."""
    return max(now, datetime.combine(day, time(), UTC))
