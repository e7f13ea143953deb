"""How long which switch really reported, and through which ports addresses are sampled."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.domain.grid import Window
from app.domain.staleness import Watched, unheard
from app.extensions import db
from app.models import Calibration, WatchHour

_HOUR, _CALIBRATION = WatchHour.__table__.c, Calibration.__table__.c
_BY_AGENT = (
    select(
        _HOUR.vlan_id,
        _HOUR.agent_id,
        func.sum(_HOUR.seconds).label("seconds"),
        func.min(_HOUR.hour).label("first"),
        func.max(_HOUR.hour).label("last"),
        func.max(_HOUR.effective_rate).label("rate"),
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
    packets: float | None  # what sessions of the VLAN send, where that was measured


def list_watches(vlan_ids: Collection[int], since: datetime) -> list[Watch]:
    """Every switch that reported of these VLANs since then."""
    asked: dict[str, Any] = {"vlans": list(vlan_ids), "since": since}
    return [Watch(*row) for row in db.session.execute(_BY_AGENT, asked)]


def window_of(watches: Sequence[Watch], *, now: datetime, lookback: timedelta) -> Window:
    """What still counts where these switches watch."""
    missed = unheard(
        (Watched(watch.first.timestamp(), watch.seconds) for watch in watches),
        now.timestamp(),
    )
    heard = None if missed is None else now - timedelta(seconds=missed)
    return Window(now - lookback, heard)


def read_window(vlan_ids: Collection[int], *, now: datetime, lookback: timedelta) -> Window:
    """What still counts on these VLANs, in one statement."""
    return window_of(list_watches(vlan_ids, now - lookback), now=now, lookback=lookback)
