"""The statements about pairs and their periods, each for thousands of rows at once."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from json import dumps
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    update,
)

from app.models import SessionPeriod
from app.services.bulk import Bulk, Given, arrays, as_array, insert
from app.services.session_rows import KEY, PLACE, TABLE, WRITTEN

# Of two batches the one with the newer sample knows the newest connection.
NEWEST = (
    "low_port",
    "high_port",
    "connection_first",
    "connection_middle",
    "connection_last",
    "low_position",
    "high_position",
)
# And within a grade, the newest period.
PERIOD = ("period_start", "period_samples", "stale_at")

WRITERS = 0x424750  # the number of a lock of PostgreSQL, which nothing else takes

_Element = ColumnElement[Any]
_PERIOD = cast(Table, SessionPeriod.__table__)


def queue(connection: Connection) -> None:
    """Wait until nobody else writes pairs, and let nobody until the transaction ends.

    The order of the keys is not enough: one writer may wait for the row of a pair that is new to
    it, and whoever has that row for a pair that the first one has just inserted.
    """
    if connection.dialect.name != "sqlite":  # which has but one writer anyway
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({WRITERS})")


def select_pairs(
    connection: Connection, pairs: Iterable[tuple[int, int]], names: Sequence[str]
) -> Iterable[Sequence[Any]]:
    """These columns of these pairs; nobody else changes the rows until the transaction ends."""
    ordered = sorted(pairs)
    if not ordered:
        return ()
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(_select(connection.dialect, *names), (dumps(ordered),))
    low, high = map(as_array, zip(*ordered, strict=True))
    asked = {"low": low, "high": high}
    return connection.exec_driver_sql(_select(connection.dialect, *names), asked)


@lru_cache(maxsize=8)
def _select(dialect: Dialect, *names: str) -> str:
    columns = [TABLE.c[name] for name in names]
    of_pair = [TABLE.c[name] for name in KEY]
    if dialect.name == "sqlite":
        asked = func.json_each(bindparam("pairs", type_=Text)).table_valued("value")
        ends = [func.json_extract(asked.c.value, literal_column(f"'$[{n}]'")) for n in (0, 1)]
    else:
        asked = arrays({"low": of_pair[0], "high": of_pair[1]})
        ends = [asked.c.low, asked.c.high]
    found = and_(*(column == end for column, end in zip(of_pair, ends, strict=True)))
    query = select(*columns).join_from(asked, TABLE, found).with_for_update(of=TABLE)
    # SQLite has no locks of rows, and reads in the order in which it is asked.
    ordered = query if dialect.name == "sqlite" else query.order_by(*of_pair)
    return str(ordered.compile(dialect=dialect))


def _merge(dialect: str, given: Given) -> Any:
    """Surest grade; within a grade first seen earliest, last seen latest; sums of samples.

    A row that rises to a surer grade takes over its times: what led to the lower grade is no
    part of the session.
    """
    # SQLite calls them min and max, and lets one empty value win: hence the coalesce.
    names = ("min", "max") if dialect == "sqlite" else ("least", "greatest")
    least, greatest = (_ignoring_null(getattr(func, name)) for name in names)
    statement = insert(dialect, TABLE, given)
    old, new = TABLE.c, statement.excluded
    is_newer = new.last_sample_at >= func.coalesce(old.last_sample_at, new.last_sample_at)

    def by_grade(name: str, combine: Callable[[_Element, _Element], _Element]) -> _Element:
        return case(
            (new.grade > old.grade, new[name]),
            (new.grade < old.grade, old[name]),
            else_=combine(old[name], new[name]),
        )

    def newer(one: _Element, other: _Element) -> _Element:
        return case((is_newer, other), else_=one)

    changes = {name: newer(old[name], new[name]) for name in NEWEST} | {
        **{name: by_grade(name, newer) for name in PERIOD},
        "grade": greatest(old.grade, new.grade),
        "first_seen": by_grade("first_seen", least),
        "last_seen": by_grade("last_seen", greatest),
        "last_confirmed": greatest(old.last_confirmed, new.last_confirmed),
        "last_clean": greatest(old.last_clean, new.last_clean),
        "last_sample_at": greatest(old.last_sample_at, new.last_sample_at),
        "last_attempt_at": greatest(old.last_attempt_at, new.last_attempt_at),
        "attempt_from": case(
            (and_(is_newer, new.attempt_from.is_not(None)), new.attempt_from),
            else_=old.attempt_from,
        ),
        "samples": old.samples + new.samples,
        "attempts": old.attempts + new.attempts,
    }
    return statement.on_conflict_do_update(index_elements=KEY, set_=changes)


def _replace(_dialect: str, given: Given) -> Any:
    changes = {name: value for name, value in given.items() if name != "id"}
    return update(TABLE).where(TABLE.c.id == given["id"]).values(changes)


def _merge_period(dialect: str, given: Given) -> Any:
    """One row per pair and beginning: the surer grade, the later end."""
    greatest = func.max if dialect == "sqlite" else func.greatest
    statement = insert(dialect, SessionPeriod, given)
    old, new = _PERIOD.c, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=("session_id", "started_at"),
        set_={name: greatest(old[name], new[name]) for name in ("ended_at", "grade", "samples")},
    )


def _ignoring_null(function: Any) -> Callable[[_Element, _Element], _Element]:
    return lambda one, other: func.coalesce(function(one, other), one, other)


def _columns(*names: str) -> list[Column[Any]]:
    return [TABLE.c[name] for name in names]


MERGE = Bulk(_merge, _columns(*PLACE, *WRITTEN))
REPLACE = Bulk(_replace, _columns(*WRITTEN, "id"))
MERGE_PERIOD = Bulk(
    _merge_period,
    [_PERIOD.c[name] for name in ("session_id", "started_at", "ended_at", "grade", "samples")],
)
