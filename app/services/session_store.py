"""How evidence about pairs is kept: read into the domain's words, merged back by one upsert."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from math import inf
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Table, and_, case, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.domain.directory import Directory, Entry, Place
from app.domain.evidence import Connection, Evidence, Grade, Period
from app.domain.evidence.tracker import Change
from app.extensions import db
from app.models import FeedBatch, InterfaceAddress, ObservedSession, Vlan
from app.services import session_history
from app.services.upsert import insert_into, moment

TABLE = cast(Table, ObservedSession.__table__)
KEY = ("low_address_id", "high_address_id")
AT_ONCE = 500  # pairs asked for in one statement
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

Column = ColumnElement[Any]


def load_directory() -> Directory:
    """Every address with who held it until when: a recording may be older than a move."""
    query = select(
        InterfaceAddress.id,
        InterfaceAddress.address,
        InterfaceAddress.vlan_id,
        Vlan.tag,
        InterfaceAddress.from_at,
        InterfaceAddress.until_at,
    ).join(Vlan, Vlan.id == InterfaceAddress.vlan_id)
    return Directory(
        Entry(
            row.id,
            row.address,
            row.vlan_id,
            row.tag,
            row.from_at.timestamp(),
            inf if row.until_at is None else row.until_at.timestamp(),
        )
        for row in db.session.execute(query)
    )


def load_evidence() -> dict[Place, Evidence]:
    """What is stored of every pair, so that a batch can continue it."""
    return {
        Place(row.low_address_id, row.high_address_id, row.vlan_id, row.protocol): _evidence(row)
        for row in db.session.execute(select(TABLE))
    }


def claim(session: Session, source: str, digest: str, *, name: str, now: datetime) -> bool:
    """Note a recording or batch; False if it is noted already."""
    statement = (
        insert_into(FeedBatch)
        .values(source=source, digest=digest, name=name[:255], received_at=now)
        .on_conflict_do_nothing()
        .returning(FeedBatch.id)
    )
    return session.scalar(statement) is not None


def lock_evidence(session: Session, places: Collection[Place]) -> dict[Place, Evidence]:
    """What is stored of these pairs; nobody else changes it until the transaction ends."""
    found: dict[Place, Evidence] = {}
    keys = sorted((place.low_id, place.high_id) for place in places)
    of_pair = tuple_(TABLE.c.low_address_id, TABLE.c.high_address_id)
    query = select(TABLE).order_by(*(TABLE.c[name] for name in KEY)).with_for_update()
    for start in range(0, len(keys), AT_ONCE):
        chunk = query.where(of_pair.in_(keys[start : start + AT_ONCE]))
        for row in session.connection().execute(chunk):
            place = Place(row.low_address_id, row.high_address_id, row.vlan_id, row.protocol)
            found[place] = _evidence(row)
    return found


def save(session: Session, changes: Iterable[tuple[Place, Change]]) -> None:
    """Merge a batch into the table: one row per pair, in whatever order batches arrive."""
    # In the order of the keys, so that two writers never wait for each other in a circle.
    changes = sorted(changes, key=lambda item: item[0])
    rows = [_values(place, change) for place, change in changes]
    if rows:
        connection = session.connection()
        connection.execute(_upsert(connection.dialect.name), rows)
        session_history.save(connection, changes)


def _evidence(row: Row[Any]) -> Evidence:
    connection = None
    if row.connection_first is not None:
        connection = Connection(
            low_port=row.low_port,
            high_port=row.high_port,
            first=row.connection_first.timestamp(),
            middle=_seconds(row.connection_middle),
            last=row.connection_last.timestamp(),
            low_position=row.low_position,
            high_position=row.high_position,
            confirmed=row.grade == Grade.CONFIRMED and row.last_seen == row.connection_last,
        )
    latest = row.last_sample_at or row.last_seen or row.last_attempt_at
    return Evidence(
        grade=Grade(row.grade),
        first_seen=_seconds(row.first_seen),
        last_seen=_seconds(row.last_seen),
        last_confirmed=_seconds(row.last_confirmed),
        last_clean=_seconds(row.last_clean),
        samples=row.samples,
        attempts=row.attempts,
        last_attempt_at=_seconds(row.last_attempt_at),
        attempt_from_low=None if row.attempt_from is None else row.attempt_from == "low",
        last_sample_at=_seconds(latest) or 0.0,
        connection=connection,
        period=_period(row),
    )


def _period(row: Row[Any]) -> Period | None:
    if row.period_start is None or row.last_seen is None:
        return None
    start, end = row.period_start.timestamp(), row.last_seen.timestamp()
    return Period(start, end, Grade(row.grade), row.period_samples or 0)


def _stale_at(evidence: Evidence) -> datetime | None:
    if evidence.grade < Grade.CONFIRMED or evidence.last_seen is None or not evidence.period:
        return None
    return _moment(evidence.last_seen + evidence.period.patience)


def _values(place: Place, change: Change) -> dict[str, Any]:
    evidence = change.evidence
    connection = evidence.connection
    tried_by = {None: None, True: "low", False: "high"}
    return {
        "low_address_id": place.low_id,
        "high_address_id": place.high_id,
        "vlan_id": place.vlan_id,
        "protocol": place.protocol,
        "grade": int(evidence.grade),
        "first_seen": _moment(evidence.first_seen),
        "last_seen": _moment(evidence.last_seen),
        "last_confirmed": _moment(evidence.last_confirmed),
        "last_clean": _moment(evidence.last_clean),
        "low_port": connection and connection.low_port,
        "high_port": connection and connection.high_port,
        "connection_first": connection and _moment(connection.first),
        "connection_middle": connection and _moment(connection.middle),
        "connection_last": connection and _moment(connection.last),
        "low_position": connection and connection.low_position,
        "high_position": connection and connection.high_position,
        "last_sample_at": _moment(evidence.last_sample_at),
        "samples": change.samples,
        "attempts": change.attempts,
        "last_attempt_at": _moment(evidence.last_attempt_at),
        "attempt_from": tried_by[evidence.attempt_from_low],
        "period_start": _moment(evidence.period.start if evidence.period else None),
        "period_samples": evidence.period and evidence.period.samples,
        "stale_at": _stale_at(evidence),
    }


def _upsert(dialect: str) -> Any:
    """Surest grade; within a grade first seen earliest, last seen latest; sums of samples.

    A row that rises to a surer grade takes over its times: what led to the lower grade is no
    part of the session.
    """
    # SQLite calls them min and max, and lets one empty value win: hence the coalesce.
    names = ("min", "max") if dialect == "sqlite" else ("least", "greatest")
    least, greatest = (_ignoring_null(getattr(func, name)) for name in names)
    statement: Any = (sqlite if dialect == "sqlite" else postgresql).insert(TABLE)
    old, new = TABLE.c, statement.excluded
    is_newer = new.last_sample_at >= func.coalesce(old.last_sample_at, new.last_sample_at)

    def by_grade(name: str, combine: Callable[[Column, Column], Column]) -> Column:
        return case(
            (new.grade > old.grade, new[name]),
            (new.grade < old.grade, old[name]),
            else_=combine(old[name], new[name]),
        )

    def newer(one: Column, other: Column) -> Column:
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


def _ignoring_null(function: Any) -> Callable[[Column, Column], Column]:
    return lambda one, other: func.coalesce(function(one, other), one, other)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
