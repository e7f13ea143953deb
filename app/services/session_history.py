"""The periods in which pairs were seen: written with the evidence, read as history."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from app.domain.directory import Place
from app.domain.evidence import Grade
from app.domain.evidence.tracker import Change
from app.domain.history import Span
from app.extensions import db
from app.models import (
    InterfaceAddress,
    Member,
    ObservedSession,
    SessionPeriod,
    Vlan,
    VlanInterface,
    WatchDay,
)
from app.models.base import AnySelect
from app.services.upsert import moment

_SESSION, _PERIOD = ObservedSession.__table__.c, SessionPeriod.__table__.c


def save(connection: Connection, changes: Iterable[tuple[Place, Change]]) -> None:
    """Write the periods of a batch, which may be written again; the pairs are stored already."""
    rows = [
        {
            "low": place.low_id,
            "high": place.high_id,
            "start": moment(period.start),
            "end": moment(period.end),
            "grade_now": int(period.grade),
            "count": period.samples,
        }
        for place, change in changes
        for period in (*change.evidence.ended, change.evidence.period)
        if period is not None
    ]
    if rows:
        connection.execute(_upsert(connection.dialect.name), rows)


def list_spans(session_ids: list[int], since: datetime) -> dict[int, list[Span]]:
    """The periods of these pairs that reach beyond `since`, oldest first."""
    found: dict[int, list[Span]] = {}
    query = (
        select(SessionPeriod)
        .where(SessionPeriod.session_id.in_(session_ids), SessionPeriod.ended_at >= since)
        .order_by(SessionPeriod.started_at)
    )
    for row in db.session.scalars(query) if session_ids else ():
        span = Span(row.started_at, row.ended_at, Grade(row.grade), row.samples)
        found.setdefault(row.session_id, []).append(span)
    return found


def list_watched_days(vlan_ids: list[int], since: datetime) -> dict[int, set[date]]:
    """The days on which a switch reported of these VLANs."""
    if not vlan_ids:
        return {}
    query = (
        select(WatchDay.vlan_id, WatchDay.day)
        .where(
            WatchDay.vlan_id.in_(vlan_ids),
            WatchDay.day >= since.date(),
            WatchDay.last_hour >= since,
            WatchDay.seconds > 0,
        )
        .distinct()
    )
    found: dict[int, set[date]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.vlan_id, set()).add(row.day)
    return found


class HistoryRow(NamedTuple):
    """A period of a pair; `a` is the numerically lower address."""

    vlan: str
    a_asn: int
    a_address: str
    b_asn: int
    b_address: str
    grade: Grade
    started_at: datetime
    ended_at: datetime
    samples: int


def list_history(*, since: datetime, asn: int | None = None) -> list[HistoryRow]:
    """Every period that reaches beyond `since`, newest first; with `asn` only of its members."""
    query: AnySelect = (
        select(Vlan.name.label("vlan"))
        .join_from(SessionPeriod, ObservedSession, ObservedSession.id == SessionPeriod.session_id)
        .join(Vlan, Vlan.id == ObservedSession.vlan_id)
    )
    asns = []
    for address_id in (ObservedSession.low_address_id, ObservedSession.high_address_id):
        address, port, member = aliased(InterfaceAddress), aliased(VlanInterface), aliased(Member)
        query = (
            query.join(address, address.id == address_id)
            .join(port, port.id == address.interface_id)
            .join(member, member.id == port.member_id)
            .add_columns(member.asn, address.address)
        )
        asns.append(member.asn)
    query = query.add_columns(
        SessionPeriod.grade, SessionPeriod.started_at, SessionPeriod.ended_at, SessionPeriod.samples
    ).where(SessionPeriod.ended_at >= since)
    if asn is not None:
        query = query.where(or_(*(one == asn for one in asns)))
    rows = db.session.execute(query.order_by(SessionPeriod.started_at.desc(), SessionPeriod.id))
    return [HistoryRow._make((*row[:5], Grade(row[5]), *row[6:])) for row in rows]


def _upsert(dialect: str) -> Any:
    """One row per pair and beginning: the surer grade, the later end."""
    kind = sqlite if dialect == "sqlite" else postgresql
    greatest = func.max if dialect == "sqlite" else func.greatest
    values = select(
        _SESSION.id,
        _param("start", _PERIOD.started_at),
        _param("end", _PERIOD.ended_at),
        _param("grade_now", _PERIOD.grade),
        _param("count", _PERIOD.samples),
    ).where(
        _SESSION.low_address_id == _param("low", _SESSION.id),
        _SESSION.high_address_id == _param("high", _SESSION.id),
    )
    names = ["session_id", "started_at", "ended_at", "grade", "samples"]
    statement = kind.insert(SessionPeriod).from_select(names, values)
    old, new = _PERIOD, statement.excluded
    return statement.on_conflict_do_update(
        index_elements=("session_id", "started_at"),
        set_={
            "ended_at": greatest(old.ended_at, new.ended_at),
            "grade": greatest(old.grade, new.grade),
            "samples": greatest(old.samples, new.samples),
        },
    )


def _param(name: str, column: Any) -> Any:
    return bindparam(name, type_=column.type)
