"""`INSERT … ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.extensions import db
from app.models.base import Base


def insert_into(table: type[Base]) -> Any:
    """An INSERT that knows `on_conflict_do_update` on the database in use."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    return insert(table)


def add_to(
    session: Session,
    table: type[Base],
    rows: list[dict[str, Any]],
    *,
    key: tuple[str, ...],
    sums: tuple[str, ...],
    newest: tuple[str, ...],
    anew: tuple[str, tuple[str, ...]] = ("", ()),
) -> None:
    """Insert, or add `sums` to a row that is there; `newest` are taken over from the later one.
    `anew` names a column, and sums that begin anew when its value changes."""
    if not rows:
        return
    connection = session.connection()
    statement = _add(connection.dialect.name, table, key, sums, newest, anew)
    connection.execute(statement, rows)


@lru_cache(maxsize=32)  # putting it together takes longer than some dozen rows
def _add(
    _dialect: str,
    table: type[Base],
    key: tuple[str, ...],
    sums: tuple[str, ...],
    newest: tuple[str, ...],
    anew: tuple[str, tuple[str, ...]],
) -> Any:
    insert = insert_into(table)
    new, old = insert.excluded, table.__table__.c
    is_newer = new.last_at >= old.last_at
    changes = {name: old[name] + new[name] for name in sums} | {
        name: case((is_newer, new[name]), else_=old[name]) for name in newest
    }
    said, measured = anew
    for name in measured:
        is_other = and_(is_newer, new[said] != old[said])
        changes[name] = case((is_other, new[name]), else_=changes[name])
    return insert.on_conflict_do_update(index_elements=key, set_=changes)


@lru_cache(maxsize=1024)  # what arrives together has one time
def moment(seconds: float) -> datetime:
    """The point in time so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)
