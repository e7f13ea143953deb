"""Hours, days and watching time as the Detection page shows them."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from app.domain.evidence import Grade
from app.extensions import db
from app.models import Agent, ConfirmedDay, Infrastructure, SessionPeriod, Vlan, WatchDay
from app.services.detection_agents import last_hours, name_of, samples_by_hour
from app.services.upsert import insert_into

DAYS = 90
FRESH = timedelta(hours=2)  # a collector counts every hour
MONTH = timedelta(days=28)


class WatchLine(NamedTuple):
    """How long a switch reported of a VLAN in the last 28 days."""

    vlan: str
    agent: str
    seconds: float
    first: datetime
    samples: int
    infrastructure: str  # of the VLAN: two may have one of the same name


class HourLine(NamedTuple):
    """The BGP samples of an hour."""

    hour: datetime
    samples: int


class DayLine(NamedTuple):
    """How many sessions were confirmed on a day."""

    day: date
    sessions: int


def list_hours(now: datetime) -> list[HourLine]:
    """The BGP samples of the last hours, of all switches together."""
    by_agent = samples_by_hour(now)
    return [
        HourLine(hour, sum(hours.get(hour, 0) for hours in by_agent.values()))
        for hour in last_hours(now)
    ]


def list_days(now: datetime) -> list[DayLine]:
    """How many pairs were confirmed on each of the last days; a pair counts once a day, however
    often it came back. As counted within the last hours, or anew."""
    day = ConfirmedDay
    query = select(day.day, day.sessions).where(day.counted_at > now - FRESH, day.day <= now.date())
    stored = [DayLine(*row) for row in db.session.execute(query.order_by(day.day))][-DAYS:]
    return stored if stored and stored[-1].day == now.date() else _count_days(now)


def store_days(session: Session, now: datetime) -> None:
    """Count them, so that no page has to look at all periods."""
    rows = [line._asdict() | {"counted_at": now} for line in _count_days(now)]
    session.execute(delete(ConfirmedDay).where(ConfirmedDay.day < rows[0]["day"]))
    statement = insert_into(ConfirmedDay)
    new = {name: statement.excluded[name] for name in ("sessions", "counted_at")}
    session.execute(statement.on_conflict_do_update(index_elements=("day",), set_=new), rows)


def _count_days(now: datetime) -> list[DayLine]:
    first = now.date() - timedelta(days=DAYS - 1)
    steps = [0] * (DAYS + 1)
    for started, ended, is_back, many in db.session.execute(_spans(now)):
        start = (_day(started) - first).days + is_back  # that day counts already
        end = (_day(ended) - first).days
        if end >= max(0, start):
            steps[max(0, start)] += many
            steps[min(DAYS - 1, end) + 1] -= many
    lines, level = [], 0
    for place in range(DAYS):
        level += steps[place]
        lines.append(DayLine(first + timedelta(days=place), level))
    return lines


def _spans(now: datetime) -> Any:
    """Periods by first and last day, and whether the pair was seen on the first before."""
    started, ended = func.date(SessionPeriod.started_at), func.date(SessionPeriod.ended_at)
    before = func.lag(ended).over(
        partition_by=SessionPeriod.session_id, order_by=SessionPeriod.started_at
    )
    periods = (
        select(
            started.label("started"),
            ended.label("ended"),
            case((before == started, 1), else_=0).label("is_back"),
        )
        .where(
            SessionPeriod.grade == Grade.CONFIRMED,
            SessionPeriod.ended_at >= now - timedelta(days=DAYS),
            SessionPeriod.started_at <= now,
        )
        .subquery()
    )
    return select(*periods.c, func.count()).group_by(*periods.c)


def _day(told: object) -> date:
    return date.fromisoformat(str(told))  # SQLite knows a date as text only


def list_watching(now: datetime) -> list[WatchLine]:
    """How long each switch reported of each VLAN in the last 28 days."""
    rows = db.session.execute(
        select(
            Vlan.name,
            Agent.address,
            Agent.sub_agent,
            func.sum(WatchDay.seconds),
            func.min(WatchDay.first_hour),
            func.sum(WatchDay.samples),
            Infrastructure.name,
        )
        .join_from(WatchDay, Vlan, Vlan.id == WatchDay.vlan_id)
        .join(Infrastructure, Infrastructure.id == Vlan.infrastructure_id)
        .join(Agent, Agent.id == WatchDay.agent_id)
        .where(WatchDay.day > (now - MONTH).date())
        .group_by(Vlan.id, Vlan.name, Infrastructure.name, Agent.id, Agent.address, Agent.sub_agent)
        .order_by(Vlan.name, Infrastructure.name, Agent.address, Agent.sub_agent)
    )
    return [
        WatchLine(vlan, name_of(address, part), float(seconds), first, int(samples), home)
        for vlan, address, part, seconds, first, samples, home in rows
    ]
