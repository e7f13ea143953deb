"""The days of watching: each sums up its hours, so that no list has to read a month of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from app.models import WatchDay, WatchHour
from app.services.upsert import insert_into

_HOUR, _DAY = WatchHour.__table__.c, WatchDay.__table__.c

Touched = tuple[int, int, date]  # VLAN's id, agent's id, day in UTC


def sum_up(session: Session, touched: Iterable[Touched]) -> None:
    """Write these days anew from their hours, which are stored already.

    In the transaction that stored the hours: it holds the row of the agent, so that of two
    collectors that hear one switch the second sees the hours of the first.
    """
    rows = [
        {"vlan": vlan_id, "agent": agent_id, "on": day, "begin": begin_of(day),
         "end": begin_of(day + timedelta(days=1))}
        for vlan_id, agent_id, day in sorted(set(touched))
    ]  # fmt: skip
    if rows:
        connection = session.connection()
        connection.execute(_upsert(connection.dialect.name), rows)


def begin_of(day: date) -> datetime:
    """Midnight, in UTC."""
    return datetime.combine(day, time(), UTC)


@cache  # by the database's kind: a collector writes every few seconds
def _upsert(_dialect: str) -> Any:
    heard, lost = func.sum(_HOUR.heard), func.sum(_HOUR.lost)
    sums = {
        "seconds": func.sum(_HOUR.seconds),
        "first_hour": func.min(_HOUR.hour),
        "last_hour": func.max(_HOUR.hour),
        "rate_max": case(
            (heard > 0, func.max(_HOUR.effective_rate) * (heard + lost) / heard),
            else_=func.max(_HOUR.effective_rate),
        ),
        "samples": func.sum(_HOUR.samples),
        "heard": heard,
        "lost": lost,
    }
    hours = (
        select(_HOUR.vlan_id, _HOUR.agent_id, bindparam("on", type_=_DAY.day.type), *sums.values())
        .where(
            _HOUR.vlan_id == bindparam("vlan"),
            _HOUR.agent_id == bindparam("agent"),
            _HOUR.hour >= bindparam("begin", type_=_HOUR.hour.type),
            _HOUR.hour < bindparam("end", type_=_HOUR.hour.type),
        )
        .group_by(_HOUR.vlan_id, _HOUR.agent_id)
    )
    key = "vlan_id", "agent_id", "day"
    statement = insert_into(WatchDay).from_select([*key, *sums], hours)
    new = {name: statement.excluded[name] for name in sums}
    return statement.on_conflict_do_update(index_elements=key, set_=new)
