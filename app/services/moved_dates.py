"""Moves what was seen and done to later days, all of it alike: for a demo that stood still."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Table, bindparam, func, select, update

from app.extensions import db, transaction
from app.models import (
    Agent,
    AgentPort,
    AuditEntry,
    Calibration,
    Contact,
    FeedBatch,
    Note,
    ObservedSession,
    OutboxMessage,
    PeeringRequest,
    PeerRelation,
    SamplingPoint,
    SessionPeriod,
    WatchDay,
    WatchHour,
    WrongReport,
)
from app.models.base import UtcDateTime

# Not logins, invitations and what the exchange says of its members: those dates are real.
MOVED: tuple[Any, ...] = (
    ObservedSession, SessionPeriod, FeedBatch, Agent, AgentPort, SamplingPoint, WatchDay,
    WatchHour, Calibration, PeeringRequest, OutboxMessage, Note, PeerRelation, Contact,
    WrongReport, AuditEntry,
)  # fmt: skip
DONE: tuple[Any, ...] = (
    ObservedSession.last_seen, PeeringRequest.at, Note.at, PeerRelation.marked_at, AuditEntry.at,
)  # fmt: skip


def move_to(now: datetime) -> int:
    """Move every date by as many whole days as nothing was seen or done before `now`; says how
    many. What lay between two of them still does."""
    newest = [db.session.scalar(select(func.max(column))) for column in DONE]
    days = (now - max(filter(None, newest), default=now)).days
    if days > 0:
        with transaction():
            for model in MOVED:
                _move(model.__table__, timedelta(days=days))
    return max(0, days)


def _move(table: Table, by: timedelta) -> None:
    columns = [column for column in table.columns if isinstance(column.type, (UtcDateTime, Date))]
    # The newest first: some tables hold one row for each day, and no two may meet on the way.
    rows = db.session.execute(
        select(table.c.id, *columns).order_by(columns[0].desc(), table.c.id)
    ).all()
    if not rows:
        return
    statement = update(table).where(table.c.id == bindparam("row"))
    moved = [
        {"row": row[0]} | {c.name: _later(at, by) for c, at in zip(columns, row[1:], strict=True)}
        for row in rows
    ]
    db.session.connection().execute(
        statement.values({column.name: bindparam(column.name) for column in columns}), moved
    )


def _later(at: date | datetime | None, by: timedelta) -> date | datetime | None:
    return at + by if at else None
