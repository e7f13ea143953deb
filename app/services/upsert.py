"""`INSERT … ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps apart."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import db
from app.models.base import Base


def insert_into(table: type[Base]) -> Any:
    """An INSERT that knows `on_conflict_do_update` on the database in use."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    return insert(table)
