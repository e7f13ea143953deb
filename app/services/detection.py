"""How well detection works: feeds, losses, addresses without a place, watching time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.domain import feed_troubles
from app.domain.evidence import Grade
from app.domain.feed_troubles import Fault, Level, Listener, Stray, Switch, Trouble
from app.extensions import db
from app.models import (
    Collector,
    FeedFault,
    ObservedSession,
    StrayAddress,
)
from app.services import feed_troubles as troubles_store
from app.services.detection_agents import AgentLine, Terms, list_agents
from app.services.detection_days import (
    MONTH,
    DayLine,
    HourLine,
    WatchLine,
    list_days,
    list_hours,
    list_watching,
)

TOP = 20
CONFIRM = timedelta(seconds=300)


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
    watching: tuple[WatchLine, ...]
    unproven: tuple[Fault, ...]  # agents that gave no BGP sample of two known addresses yet

    @property
    def level(self) -> Level:
        """The worst of all troubles."""
        return max((trouble.level for trouble in self.troubles), default=Level.FINE)


@dataclass(frozen=True, slots=True)
class Detection(State):
    """Everything the page and the command say."""

    hours: tuple[HourLine, ...]
    days: tuple[DayLine, ...]


def get_detection(
    *, now: datetime, confirm: timedelta = CONFIRM, lookback: timedelta = MONTH
) -> Detection:
    """A bounded number of statements, whatever was seen."""
    state = get_state(now=now, confirm=confirm, lookback=lookback, with_hours=True)
    return Detection(
        **{field.name: getattr(state, field.name) for field in fields(State)},
        hours=tuple(list_hours(now)),
        days=tuple(list_days(now)),
    )


def get_state(
    *,
    now: datetime,
    confirm: timedelta = CONFIRM,
    lookback: timedelta = MONTH,
    with_hours: bool = False,
) -> State:
    """The same without charts, for who asks every few seconds. The samples of each hour of each
    switch only `with_hours`."""
    listeners = list_listeners()
    agents = list_agents(Terms(now, confirm, lookback), with_hours=with_hours)
    unproven = _list_faults(FeedFault.kind == feed_troubles.UNPROVEN)
    faults, strays = _list_faults(FeedFault.kind != feed_troubles.UNPROVEN), _list_strays()
    switches = [Switch(a.name, a.last_at, a.lost, a.rate, a.taken) for a in agents]
    troubles = [
        *feed_troubles.of_listeners(listeners, now),
        *feed_troubles.of_switches(switches, now, listeners),
        *feed_troubles.of_strays(strays, now),
        *feed_troubles.of_faults(faults, now),
    ]
    grades = _list_grades()
    known = {agent.name.partition("/")[0] for agent in agents}
    return State(
        at=now,
        troubles=tuple(sorted(troubles, key=lambda trouble: -trouble.level)),
        listeners=tuple(listeners),
        agents=tuple(agents),
        faults=tuple(faults),
        strays=tuple(strays),
        grades=Counter({grade: many for grade, many, _ in grades}),
        newest=max((at for *_, at in grades if at), default=None),
        watching=tuple(list_watching(now)),
        unproven=tuple(one for one in unproven if one.sender not in known),
    )


def _list_grades() -> list[tuple[Grade, int, datetime | None]]:
    """How many pairs there are of each grade, and the newest sample: one look at all of them."""
    seen = ObservedSession
    query = select(seen.grade, func.count(), func.max(seen.last_sample_at)).group_by(seen.grade)
    return [(Grade(grade), many, newest) for grade, many, newest in db.session.execute(query)]


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
        "unproven": [_plain(one) for one in found.unproven],
        "strays": [_plain(one) for one in found.strays],
        "watching": [{**one._asdict(), "first": one.first.isoformat()} for one in found.watching],
    }  # fmt: skip


def _plain(one: Listener | Fault | Stray) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in one._asdict().items()
    }


def list_listeners() -> list[Listener]:
    """Every collector that is remembered."""
    rows = db.session.scalars(select(Collector).order_by(Collector.host, Collector.listen))
    return [
        Listener(
            f"{row.host} {row.listen}",
            row.last_at,
            row.stopped_at,
            row.kernel_drops,
            row.not_kept,
            row.dropped_at,
            row.left_out_at,
            row.started_at,
        )
        for row in rows
    ]


def _list_faults(which: ColumnElement[bool]) -> list[Fault]:
    rows: Sequence[FeedFault] = db.session.scalars(
        select(FeedFault).where(which).order_by(*troubles_store.FAULTS_BY_RANK).limit(TOP)
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
