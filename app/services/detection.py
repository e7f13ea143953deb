"""How well detection works: feeds, losses, addresses without a place, watching time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.domain import feed_troubles
from app.domain.evidence import Grade
from app.domain.feed_troubles import Fault, Level, Listener, Stray, Switch, Trouble
from app.extensions import db
from app.models import (
    Agent,
    Collector,
    FeedFault,
    ObservedSession,
    SessionPeriod,
    StrayAddress,
    Vlan,
    WatchHour,
)
from app.services import feed_troubles as troubles_store
from app.services.detection_agents import AgentLine, last_hours, list_agents, samples_by_hour

DAYS = 90
TOP = 20
MONTH = timedelta(days=28)


class WatchLine(NamedTuple):
    """How long a switch reported of a VLAN in the last 28 days."""

    vlan: str
    agent: str
    seconds: float
    first: datetime
    samples: int


class HourLine(NamedTuple):
    """The BGP samples of an hour."""

    hour: datetime
    samples: int


class DayLine(NamedTuple):
    """How many sessions were confirmed on a day."""

    day: date
    sessions: int


@dataclass(frozen=True, slots=True)
class State:
    """What works and what does not: all that the metrics say."""

    at: datetime
    troubles: tuple[Trouble, ...]
    listeners: tuple[Listener, ...]
    agents: tuple[AgentLine, ...]
    faults: tuple[Fault, ...]
    strays: tuple[Stray, ...]
    grades: Counter[Grade]
    newest: datetime | None

    @property
    def level(self) -> Level:
        """The worst of all troubles."""
        return max((trouble.level for trouble in self.troubles), default=Level.FINE)


@dataclass(frozen=True, slots=True)
class Detection(State):
    """Everything the page and the command say."""

    watching: tuple[WatchLine, ...]
    hours: tuple[HourLine, ...]
    days: tuple[DayLine, ...]


def get_detection(*, now: datetime) -> Detection:
    """A bounded number of statements, whatever was seen."""
    state = get_state(now=now, with_hours=True)
    return Detection(
        **{field.name: getattr(state, field.name) for field in fields(State)},
        watching=tuple(_list_watching(now)),
        hours=tuple(_list_hours(now)),
        days=tuple(_list_days(now)),
    )


def get_state(*, now: datetime, with_hours: bool = False) -> State:
    """The same without charts and watching time, for who asks every few seconds. The samples of
    each hour of each switch only `with_hours`."""
    listeners = _list_listeners()
    agents = list_agents(now, with_hours=with_hours)
    faults, strays = _list_faults(), _list_strays()
    switches = [Switch(a.name, a.last_at, a.lost, a.rate, a.effective) for a in agents]
    troubles = [
        *feed_troubles.of_listeners(listeners, now),
        *feed_troubles.of_switches(switches, now),
        *feed_troubles.of_strays(strays, now),
        *feed_troubles.of_faults(faults, now),
    ]
    grades = select(ObservedSession.grade, func.count()).group_by(ObservedSession.grade)
    return State(
        at=now,
        troubles=tuple(sorted(troubles, key=lambda trouble: -trouble.level)),
        listeners=tuple(listeners),
        agents=tuple(agents),
        faults=tuple(faults),
        strays=tuple(strays),
        grades=Counter({Grade(grade): many for grade, many in db.session.execute(grades)}),
        newest=db.session.scalar(select(func.max(ObservedSession.last_sample_at))),
    )


def as_json(found: Detection) -> dict[str, Any]:
    """Everything but the lines of the charts."""
    return {
        "at": found.at.isoformat(),
        "level": found.level.name.lower(),
        "newest_sample": found.newest and found.newest.isoformat(),
        "sessions": {grade.label: many for grade, many in sorted(found.grades.items())},
        "troubles": [
            {"level": one.level.name.lower(), "what": one.what, "do": one.do,
             "since": one.since and one.since.isoformat()}
            for one in found.troubles
        ],
        "agents": [
            {**one._asdict(), "last_at": one.last_at.isoformat(), "hours": list(one.hours)}
            for one in found.agents
        ],
        "collectors": [
            {**_plain(one), "running": one.runs(found.at)} for one in found.listeners
        ],
        "faults": [_plain(one) for one in found.faults],
        "strays": [_plain(one) for one in found.strays],
        "watching": [{**one._asdict(), "first": one.first.isoformat()} for one in found.watching],
    }  # fmt: skip


def _plain(one: Listener | Fault | Stray) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in one._asdict().items()
    }


def _list_listeners() -> list[Listener]:
    rows = db.session.scalars(select(Collector).order_by(Collector.host, Collector.listen))
    return [
        Listener(
            f"{row.host} {row.listen}", row.last_at, row.stopped_at, row.kernel_drops, row.not_kept
        )
        for row in rows
    ]


def _list_hours(now: datetime) -> list[HourLine]:
    by_agent = samples_by_hour(now)
    return [
        HourLine(hour, sum(hours.get(hour, 0) for hours in by_agent.values()))
        for hour in last_hours(now)
    ]


def _list_days(now: datetime) -> list[DayLine]:
    """From the periods: how many pairs were confirmed on each of the last days."""
    first = now.date() - timedelta(days=DAYS - 1)
    steps = [0] * (DAYS + 1)
    rows = db.session.execute(
        select(func.date(SessionPeriod.started_at), func.date(SessionPeriod.ended_at), func.count())
        .where(
            SessionPeriod.grade == Grade.CONFIRMED,
            SessionPeriod.ended_at >= now - timedelta(days=DAYS),
            SessionPeriod.started_at <= now,
        )
        .group_by(func.date(SessionPeriod.started_at), func.date(SessionPeriod.ended_at))
    )
    for started, ended, many in rows:  # SQLite knows a date as text only
        start = (date.fromisoformat(str(started)) - first).days
        end = (date.fromisoformat(str(ended)) - first).days
        if end >= 0:
            steps[max(0, start)] += many
            steps[min(DAYS - 1, end) + 1] -= many
    lines, level = [], 0
    for place in range(DAYS):
        level += steps[place]
        lines.append(DayLine(first + timedelta(days=place), level))
    return lines


def _list_watching(now: datetime) -> list[WatchLine]:
    rows = db.session.execute(
        select(
            Vlan.name,
            Agent.address,
            func.sum(WatchHour.seconds),
            func.min(WatchHour.hour),
            func.sum(WatchHour.samples),
        )
        .join_from(WatchHour, Vlan, Vlan.id == WatchHour.vlan_id)
        .join(Agent, Agent.id == WatchHour.agent_id)
        .where(WatchHour.hour >= now - MONTH)
        .group_by(Vlan.id, Vlan.name, Agent.id, Agent.address)
        .order_by(Vlan.name, Agent.address)
    )
    return [WatchLine(v, a, float(s), first, int(n)) for v, a, s, first, n in rows]


def _list_faults() -> list[Fault]:
    rows: Sequence[FeedFault] = db.session.scalars(
        select(FeedFault).order_by(*troubles_store.FAULTS_BY_RANK).limit(TOP)
    ).all()
    return [
        Fault(row.sender, row.kind, row.datagrams, row.last_at, row.day_datagrams) for row in rows
    ]


def _list_strays() -> list[Stray]:
    rows: Sequence[StrayAddress] = db.session.scalars(
        select(StrayAddress).order_by(*troubles_store.STRAYS_BY_RANK).limit(TOP)
    ).all()
    return [
        Stray(
            row.address,
            row.reason,
            row.tag,
            row.agent,
            row.samples,
            row.first_at,
            row.last_at,
            row.day_samples,
        )
        for row in rows
    ]
