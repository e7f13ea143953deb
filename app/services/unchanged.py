"""What was read before, for as long as the database itself says that nothing changed since.

Whoever types a search asks for the same thousand members with every letter. Nothing here expires,
and nothing is told of a change: before each use the database is asked for its own version, which
is another one after any commit of anybody. The next answer after a commit costs what each one
would cost without this.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.database import CHANGES_AT_BEGIN
from app.extensions import db

MOST = 48  # answers kept by a connection: those of half a dozen members
_KNOWN = "unchanged"
_NOTHING = object()

Result = TypeVar("Result")


class Known:
    """Answers of one version of the database. Nobody may change what they hold."""

    def __init__(self, version: Hashable = None) -> None:
        self.version = version
        self._answers: dict[Hashable, Any] = {}

    def read(self, ask: Callable[..., Result], *arguments: Hashable, **named: Hashable) -> Result:
        """What `ask` answers. It may depend on nothing but its arguments and the database: what
        depends on the time is told it by an argument."""
        key = (ask, arguments, *named.items())
        kept = self._answers.pop(key, _NOTHING)
        found: Result = ask(*arguments, **named) if kept is _NOTHING else kept
        self._keep(key, found)
        return found

    def make(self, make: Callable[..., Result], name: Hashable, *inputs: Any) -> Result:
        """The same for inputs too long to be looked up by, or where one answer is enough: under a
        name only that of the last inputs is kept."""
        key = make, name
        kept = self._answers.pop(key, None)
        if kept is None or kept[0] != inputs:
            kept = inputs, make(*inputs)
        self._keep(key, kept)
        found: Result = kept[1]
        return found

    def _keep(self, key: Hashable, answer: Any) -> None:
        """As the newest; the one that was not asked for since longest makes room."""
        if len(self._answers) >= MOST:
            del self._answers[next(iter(self._answers))]
        self._answers[key] = answer


def look() -> Known:
    """What this connection knows of the database as it is now; nothing at first, and nothing
    where this transaction itself has written."""
    db.session.flush()  # what is not written yet tells no version
    connection = db.session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    version = _of_sqlite(connection) if is_sqlite else _of_postgresql(connection)
    if version is None:
        return Known()
    known: Known | None = connection.info.get(_KNOWN)
    if known is None or known.version != version:
        known = connection.info[_KNOWN] = Known(version)
    return known


def _of_sqlite(connection: Connection) -> Hashable:
    """`data_version` tells what others committed, `total_changes` what this connection wrote."""
    driver: Any = connection.connection.dbapi_connection
    changes = driver.total_changes
    if changes != connection.info.get(CHANGES_AT_BEGIN):
        return None
    return driver.execute("PRAGMA data_version").fetchone()[0], changes


def _of_postgresql(connection: Connection) -> Hashable:
    """Two equal snapshots see the same transactions; one of our own that wrote has a number."""
    snapshot, is_reading = connection.exec_driver_sql(
        "select pg_current_snapshot()::text, pg_current_xact_id_if_assigned() is null"
    ).one()
    version: str | None = snapshot if is_reading else None
    return version
