"""How long which switch really reported, and through which ports addresses are sampled."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.domain.confidence import FLOOR
from app.domain.grid import Window
from app.domain.staleness import Watched, longest_silence, unheard
from app.extensions import db
from app.models import Calibration, WatchHour

EDGE = timedelta(hours=2)
CHANGED = 1.5  # times between the best and the worst sampling of a switch
_HOUR, _CALIBRATION = WatchHour.__table__.c, Calibration.__table__.c
_BY_AGENT = (
    select(
        _HOUR.vlan_id,
        _HOUR.agent_id,
        func.sum(_HOUR.seconds).label("seconds"),
        func.min(_HOUR.hour).label("first"),
        func.max(_HOUR.hour).label("last"),
        func.max(_HOUR.effective_rate).label("rate"),
        func.min(_HOUR.effective_rate).label("least"),
        func.max(_CALIBRATION.packets).label("packets"),
    )
    .join_from(
        WatchHour.__table__,
        Calibration.__table__,
        _CALIBRATION.vlan_id == _HOUR.vlan_id,
        isouter=True,
    )
    .where(
        _HOUR.vlan_id.in_(bindparam("vlans", expanding=True)),
        _HOUR.hour >= bindparam("since", type_=_HOUR.hour.type),
    )
    .group_by(_HOUR.vlan_id, _HOUR.agent_id)
)


class Watch(NamedTuple):
    """What a switch did of a VLAN within the look-back."""

    vlan_id: int
    agent_id: int
    seconds: float
    first: datetime  # the beginning of an hour, as `last`
    last: datetime
    rate: float | None  # packets per sample of the switch, the worst there was
    least: float | None  # and the best
    packets: float | None  # what sessions of the VLAN send, where that was measured


def list_watches(vlan_ids: Collection[int], since: datetime) -> list[Watch]:
    """Every switch that reported of these VLANs since then."""
    asked: dict[str, Any] = {"vlans": list(vlan_ids), "since": since}
    return [Watch(*row) for row in db.session.execute(_BY_AGENT, asked)]


def window_of(watches: Sequence[Watch], *, now: datetime, lookback: timedelta) -> Window:
    """What still counts where these switches watch."""
    since = now - lookback
    missed = unheard(
        (Watched(watch.first.timestamp(), watch.seconds) for watch in watches),
        now.timestamp(),
    )
    if missed is None:
        return Window(since)
    heard = now - timedelta(seconds=missed)
    slowest = max(longest_silence(watch.rate or 1.0, watch.packets or FLOOR) for watch in watches)
    floor = heard - timedelta(seconds=min(slowest, lookback.total_seconds()))
    return Window(since, heard, _began(watches, since, now), floor)


def _began(watches: Sequence[Watch], since: datetime, now: datetime) -> datetime | None:
    """Since when all of them watch as they do now; none: for longer than the look-back."""
    if any(watch.rate and watch.least and watch.rate > CHANGED * watch.least for watch in watches):
        return now
    latest = max(watch.first for watch in watches)
    return latest if latest - since > EDGE else None


def read_window(vlan_ids: Collection[int], *, now: datetime, lookback: timedelta) -> Window:
    """What still counts on these VLANs, in one statement."""
    return window_of(list_watches(vlan_ids, now - lookback), now=now, lookback=lookback)
