"""The periods in which pairs were seen, read as history."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from app.domain.evidence import Grade
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
