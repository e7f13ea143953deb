"""Ninety days of a pair, day by day: when it was seen, and when nobody watched."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from app.domain.evidence import Grade

DAYS = 90


class Day(StrEnum):
    """What is known of a day, in UTC."""

    SEEN = "seen"
    POSSIBLE = "poss"
    BLIND = "blind"  # nobody watched
    SILENT = "silent"


class Span(NamedTuple):
    """A period of a pair."""

    started_at: datetime
    ended_at: datetime
    grade: Grade
    samples: int


class Run(NamedTuple):
    """Days of one kind in a row; `start` counts from the oldest."""

    day: Day
    start: int
    length: int


class Strip(NamedTuple):
    """The days of a pair, oldest first, and the same in words."""

    runs: tuple[Run, ...]
    words: str


def make_strip(spans: Iterable[Span], watched: Collection[date], today: date) -> Strip:
    """The strip of the last DAYS days; `watched` are those on which a switch reported."""
    first = today - timedelta(days=DAYS - 1)
    days = [Day.SILENT if first + timedelta(days=i) in watched else Day.BLIND for i in range(DAYS)]
    for span in sorted(spans, key=lambda span: span.grade):
        kind = Day.SEEN if span.grade is Grade.CONFIRMED else Day.POSSIBLE
        start = max(0, (span.started_at.date() - first).days)
        end = min(DAYS - 1, (span.ended_at.date() - first).days)
        if end >= start:
            days[start : end + 1] = [kind] * (end + 1 - start)
    return Strip(_runs(days), _words(days, first))


def began_at(spans: Sequence[Span], watched: Collection[date]) -> datetime | None:
    """When the newest confirmed period began, joined with those before it from which no watched
    day parts it: an outage, or a few hours, make no session new."""
    newest: Span | None = None
    for span in sorted(spans, reverse=True):
        if span.grade is not Grade.CONFIRMED:
            continue
        if newest is not None and _parted(span.ended_at.date(), newest.started_at.date(), watched):
            break
        newest = span
    return newest.started_at if newest else None


def _parted(end: date, start: date, watched: Collection[date]) -> bool:
    between = (end + timedelta(days=i) for i in range(1, (start - end).days))
    return any(day in watched for day in between)


def _runs(days: Sequence[Day]) -> tuple[Run, ...]:
    runs, start = [], 0
    for day, group in groupby(days):
        length = len(list(group))
        runs.append(Run(day, start, length))
        start += length
    return tuple(runs)


def _words(days: Sequence[Day], first: date) -> str:
    counts = {kind: days.count(kind) for kind in Day}
    seen = [place for place, day in enumerate(days) if day is Day.SEEN]
    parts = [f"seen on {_days(counts[Day.SEEN])} of the last {DAYS}"]
    if seen:
        parts.append(f"last on {first + timedelta(days=seen[-1])}")
    if counts[Day.POSSIBLE]:
        parts.append(f"possible on {_days(counts[Day.POSSIBLE])}")
    if counts[Day.BLIND]:
        parts.append(f"not watched on {_days(counts[Day.BLIND])}")
    return ", ".join(parts)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
