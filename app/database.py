"""Connection settings that make SQLite safe for a web process and a collector at once."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, event

CHANGES_AT_BEGIN = "changes_at_begin"  # in the `info` of a connection
PRAGMAS = (
    "journal_mode=WAL",  # readers go on while one process writes
    "busy_timeout=30000",  # writers queue, in milliseconds
    "synchronous=NORMAL",  # safe with WAL; a power cut may lose the last commit, never corrupt
    "foreign_keys=ON",
)


def prepare(engine: Engine) -> None:
    """Install the listeners; a PostgreSQL engine needs none."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: sqlite3.Connection, _record: Any) -> None:
    # pysqlite begins a transaction only before a write, so a read-then-write loses updates.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
    # What this transaction wrote itself is the difference: services/unchanged.py.
    driver: Any = connection.connection.dbapi_connection
    connection.info[CHANGES_AT_BEGIN] = driver.total_changes
