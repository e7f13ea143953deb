"""The periods in which pairs were seen: written with the evidence, read as history."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.directory import Place
from app.domain.evidence import Grade
from app.domain.evidence.tracker import Change
from app.extensions import db
from app.models import ObservedSession, SessionPeriod

_SESSION, _PERIOD = ObservedSession.__table__.c, SessionPeriod.__table__.c


class Span(NamedTuple):
    """A period of a pair."""

    started_at: datetime
    ended_at: datetime
    grade: Grade
    samples: int


def save(connection: Connection, changes: Iterable[tuple[Place, Change]]) -> None:
    """Write the periods of a batch, which may be written again; the pairs are stored already."""
    rows = [
        {
            "low": place.low_id,
            "high": place.high_id,
            "start": datetime.fromtimestamp(period.start, UTC),
            "end": datetime.fromtimestamp(period.end, UTC),
            "grade_now": int(period.grade),
            "count": period.samples,
        }
        for place, change in changes
        for period in (*change.evidence.ended, change.evidence.period)
        if period is not None
    ]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


def list_spans(session_ids: list[int], since: datetime) -> dict[int, list[Span]]:
    """The periods of these pairs that reach beyond `since`, oldest first."""
    found: dict[int, list[Span]] = {}
    query = (
        select(SessionPeriod)
        .where(SessionPeriod.session_id.in_(session_ids), SessionPeriod.ended_at >= since)
        .order_by(SessionPeriod.started_at)
    )
    for row in db.session.scalars(query) if session_ids else ():
        span = Span(row.started_at, row.ended_at, Grade(row.grade), row.samples)
        found.setdefault(row.session_id, []).append(span)
    return found


def _upsert(dialect: str) -> Any:
    """One row per pair and beginning: the surer grade, the later end."""
    kind = sqlite if dialect == "sqlite" else postgresql
    greatest = func.max if dialect == "sqlite" else func.greatest
    values = select(
        _SESSION.id,
        _param("start", _PERIOD.started_at),
        _param("end", _PERIOD.ended_at),
        _param("grade_now", _PERIOD.grade),
        _param("count", _PERIOD.samples),
    ).where(
        _SESSION.low_address_id == _param("low", _SESSION.id),
        _SESSION.high_address_id == _param("high", _SESSION.id),
    )
    names = ["session_id", "started_at", "ended_at", "grade", "samples"]
    statement = kind.insert(SessionPeriod).from_select(names, values)
    old, new = _PERIOD, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=("session_id", "started_at"),
        set_={
            "ended_at": greatest(old.ended_at, new.ended_at),
            "grade": greatest(old.grade, new.grade),
            "samples": greatest(old.samples, new.samples),
        },
    )


def _param(name: str, column: Any) -> Any:
    return bindparam(name, type_=column.type)
