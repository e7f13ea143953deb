"""Runs the migrations on the database of the current application."""

from typing import Any, Literal

from alembic import context
from flask import current_app

from app.models.base import UtcDateTime

database = current_app.extensions["migrate"].db


def _plain(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Name our own types by what they are in the database, so that revisions stand alone."""
    return "sa.DateTime()" if kind == "type" and isinstance(value, UtcDateTime) else False


with database.engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,  # SQLite changes a table by making a new one
        render_item=_plain,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
