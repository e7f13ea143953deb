"""Thousands of rows written by one statement, through the bare driver.

SQLAlchemy looks at each value of each row, which takes longer than the database needs to store
it. Here it only puts the statement together, once. Values are such as the database reads itself:
numbers, None, and text without commas, quotes and braces; points in time are such text.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Text,
    bindparam,
    cast,
    func,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

Value = int | str | None
Rows = Sequence[tuple[Value, ...]]
Given = Mapping[str, ColumnElement[Any]]  # what a row gives, by the name of the column


class Bulk:
    """A statement that `build` makes for a kind of database, out of what each row gives."""

    def __init__(self, build: Callable[[str, Given], Any], columns: Sequence[Column[Any]]) -> None:
        self._build, self._columns = build, {column.name: column for column in columns}
        self._compiled: dict[str, tuple[str, list[int]]] = {}

    def run(self, connection: Connection, rows: Rows) -> None:
        """Execute it for all rows, in their order; each has the columns in theirs."""
        if not rows:
            return
        kind = connection.dialect.name
        if kind not in self._compiled:
            self._compiled[kind] = self._compile(connection.dialect)
        sql, places = self._compiled[kind]
        if kind == "sqlite":
            if places != list(range(len(self._columns))):
                rows = [tuple([row[place] for place in places]) for row in rows]
            connection.exec_driver_sql(sql, rows)
        else:
            values = map(as_array, zip(*rows, strict=True))
            connection.exec_driver_sql(sql, dict(zip(self._columns, values, strict=True)))

    def _compile(self, dialect: Dialect) -> tuple[str, list[int]]:
        """The words, and for SQLite which column each of its question marks stands for."""
        given = _given(dialect.name, self._columns)
        compiled = self._build(dialect.name, given).compile(dialect=dialect)
        names = list(self._columns)
        return compiled.string, [names.index(name) for name in compiled.positiontup or ()]


def insert(dialect: str, table: Any, given: Given) -> Any:
    """An INSERT of all that is given, which knows `on_conflict_do_update`."""
    kind = sqlite if dialect == "sqlite" else postgresql
    # Without a WHERE, SQLite takes the ON of ON CONFLICT for that of a join.
    rows = select(*given.values()).where(true())
    return kind.insert(table).from_select(list(given), rows)


def as_array(values: Sequence[Value]) -> str:
    """As PostgreSQL reads an array; the driver itself takes five times as long for it."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def arrays(columns: Mapping[str, Column[Any]]) -> Any:
    """What PostgreSQL is given: as many rows as each of the arrays of these names has values."""
    values = (
        cast(bindparam(name, type_=Text), ARRAY(column.type)) for name, column in columns.items()
    )
    return func.unnest(*values).table_valued(*columns).render_derived()


def _given(dialect: str, columns: Mapping[str, Column[Any]]) -> Given:
    if dialect == "sqlite":
        return {name: bindparam(name, type_=column.type) for name, column in columns.items()}
    rows = arrays(columns)
    return {name: rows.c[name] for name in columns}
