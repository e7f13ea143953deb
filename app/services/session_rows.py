"""A row of `observed_session` in the words of the domain, and back; times as text."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Table

from app.domain.directory import Place
from app.domain.evidence import Connection, Evidence, Grade, Period
from app.models import ObservedSession
from app.services.bulk import Value

TABLE = cast(Table, ObservedSession.__table__)
KEY = ("low_address_id", "high_address_id")
PLACE = (*KEY, "vlan_id", "protocol")
# In the order in which `read` and `values` have them.
COUNTS = ("grade", "samples", "attempts", "attempt_from", "period_samples")
STREAM = ("low_port", "high_port", "low_position", "high_position")
TIMES = (
    "first_seen",
    "last_seen",
    "last_confirmed",
    "last_clean",
    "last_attempt_at",
    "last_sample_at",
    "period_start",
    "connection_first",
    "connection_middle",
    "connection_last",
)
READ = ("id", *PLACE, *COUNTS, *STREAM, *TIMES)
WRITTEN = (*COUNTS, *STREAM, *TIMES, "stale_at")

_EPOCH = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)
_GRADES = {int(grade): grade for grade in Grade}
_FROM_LOW = {None: None, "low": True, "high": False}
_TRIED_BY = {None: None, True: "low", False: "high"}


class Seconds(dict[Any, float | None]):
    """Seconds since 1970 by what a driver hands out; the ten times of a pair are mostly three."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, stored: str | datetime) -> float:
        at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        seconds = self[stored] = (at - _EPOCH).total_seconds()
        return seconds


class Texts(dict[float | None, str | None]):
    """And back: the text that SQLite stores and PostgreSQL reads, put down once for each time."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, seconds: float) -> str:
        at = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        text = self[seconds] = at.isoformat(" ", "microseconds")
        return text


def read(rows: Iterable[Sequence[Any]]) -> Iterator[tuple[int, Place, Evidence]]:
    """The id of each row, which pair it is of, and what is known of that."""
    second = Seconds().__getitem__
    for (
        row_id, low_id, high_id, vlan_id, protocol,
        grade, samples, attempts, attempt_from, period_samples,
        low_port, high_port, low_position, high_position,
        *times,
    ) in rows:  # fmt: skip
        (
            first_seen, last_seen, last_confirmed, last_clean, last_attempt_at, last_sample_at,
            period_start, connection_first, connection_middle, connection_last,
        ) = map(second, times)  # fmt: skip
        connection = period = None
        if connection_first is not None and connection_last is not None:
            is_confirmed = grade == Grade.CONFIRMED and last_seen == connection_last
            connection = Connection(
                low_port,
                high_port,
                connection_first,
                connection_last,
                connection_middle,
                low_position,
                high_position,
                is_confirmed,
            )
        if period_start is not None and last_seen is not None:
            period = Period(period_start, last_seen, _GRADES[grade], period_samples or 0)
        evidence = Evidence(
            _GRADES[grade],
            first_seen,
            last_seen,
            last_confirmed,
            last_clean,
            samples,
            attempts,
            last_attempt_at,
            _FROM_LOW[attempt_from],
            last_sample_at or last_seen or last_attempt_at or 0.0,
            connection,
            period,
        )
        yield row_id, Place(low_id, high_id, vlan_id, protocol), evidence


def values(evidence: Evidence, samples: int, attempts: int, texts: Texts) -> tuple[Value, ...]:
    """The columns WRITTEN; the counts are given, because some statements add them."""
    connection, period = evidence.connection, evidence.period
    stream: tuple[Value, ...] = (None,) * len(STREAM)
    connected: tuple[Value, ...] = (None,) * 3
    if connection is not None:
        stream = (
            connection.low_port,
            connection.high_port,
            connection.low_position,
            connection.high_position,
        )
        connected = (texts[connection.first], texts[connection.middle], texts[connection.last])
    return (
        int(evidence.grade),
        samples,
        attempts,
        _TRIED_BY[evidence.attempt_from_low],
        None if period is None else period.samples,
        *stream,
        texts[evidence.first_seen],
        texts[evidence.last_seen],
        texts[evidence.last_confirmed],
        texts[evidence.last_clean],
        texts[evidence.last_attempt_at],
        texts[evidence.last_sample_at],
        texts[None if period is None else period.start],
        *connected,
        texts[_stale_at(evidence)],
    )


def periods(row_id: int, evidence: Evidence, texts: Texts) -> Iterable[tuple[Value, ...]]:
    """Rows of `session_period`: those that ended in this batch, and the one that goes on."""
    found: dict[str | None, tuple[Any, ...]] = {}
    for period in (*evidence.ended, evidence.period):
        if period is None:
            continue
        start = texts[period.start]
        row = (row_id, start, texts[period.end], int(period.grade), period.samples)
        # A connection that is confirmed late begins where a possible period did: it is one row.
        found[start] = tuple(map(max, found[start], row)) if start in found else row
    return found.values()


def _stale_at(evidence: Evidence) -> float | None:
    if evidence.grade < Grade.CONFIRMED or evidence.last_seen is None or not evidence.period:
        return None
    return evidence.last_seen + evidence.period.patience
