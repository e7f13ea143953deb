"""The declarative base: one naming convention for every key and index, from the first table on."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, Row, Select
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

# A row, or a query, of columns whose names say more than their types.
AnyRow = Row[*tuple[Any, ...]]
AnySelect = Select[*tuple[Any, ...]]


class Base(DeclarativeBase):
    """Base of all tables; constraint names are the same on SQLite and PostgreSQL."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, plain UTC in the database; a naive value is a mistake."""

    impl = DateTime
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """A flush stores thousands of times that are a few hundred: each is put down once."""
        process = super().bind_processor(dialect)
        return process and lru_cache(maxsize=1024)(process)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None] | None:
        """And read once: the twelve times of a pair are mostly three."""
        process = super().result_processor(dialect, coltype)
        return process and lru_cache(maxsize=1024)(process)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a point in time without a time zone reached the database")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)
