"""How long which switch really reported, and through which ports addresses are sampled."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, case, func, select

from app.domain.absence_words import DAY
from app.domain.confidence import FLOOR
from app.domain.grid import Window, Windows
from app.domain.sampling import arrived
from app.domain.staleness import Watched, longest_silence, unheard
from app.extensions import db
from app.models import Calibration, WatchDay
from app.services import watch_days

_AN_HOUR, _EPOCH = timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC)
_DAY, _CALIBRATION = WatchDay.__table__.c, Calibration.__table__.c
_SINCE = bindparam("since", type_=_DAY.first_hour.type)
_IS_CUT = _DAY.first_hour < _SINCE  # the look-back begins within what was watched of this day
_LEFT = bindparam("left", type_=_DAY.seconds.type)
_SECONDS = case((and_(_IS_CUT, _DAY.seconds > _LEFT), _LEFT), else_=_DAY.seconds)
_ARRIVED = case((_DAY.heard > 0, _DAY.heard * 1.0 / (_DAY.heard + _DAY.lost)), else_=1.0)
_IS_RECENT = _DAY.day >= bindparam("recent", type_=_DAY.day.type)
_BY_AGENT = (
    select(
        _DAY.vlan_id,
        _DAY.agent_id,
        func.sum(_SECONDS),
        func.min(case((_IS_CUT, _SINCE), else_=_DAY.first_hour)),
        func.max(_DAY.last_hour),
        func.max(_DAY.rate_max),
        func.max(_CALIBRATION.packets),
        func.sum(_SECONDS * _ARRIVED),
        func.sum(case((_IS_RECENT, _DAY.heard), else_=0)),
        func.sum(case((_IS_RECENT, _DAY.lost), else_=0)),
    )
    .join_from(
        WatchDay.__table__,
        Calibration.__table__,
        _CALIBRATION.vlan_id == _DAY.vlan_id,
        isouter=True,
    )
    .where(
        _DAY.vlan_id.in_(bindparam("vlans", expanding=True)),
        _DAY.day >= bindparam("day", type_=_DAY.day.type),
        _DAY.last_hour >= _SINCE,
    )
    .group_by(_DAY.vlan_id, _DAY.agent_id)
)


class Watch(NamedTuple):
    """What a switch did of a VLAN within the look-back."""

    vlan_id: int
    agent_id: int
    seconds: float
    first: datetime  # the beginning of an hour, as `last`
    last: datetime
    rate: float | None  # packets for each sample of the switch that came, on the worst day
    packets: float | None  # what sessions of the VLAN send, where that was measured
    arrived: float  # `seconds`, of each day the share of its datagrams that came
    heard: int  # datagrams of today and yesterday
    lost: int

    @property
    def arrives(self) -> float:
        """The share of datagrams that comes of late."""
        return arrived(self.heard, self.lost)


def days_of(watches: Iterable[Watch]) -> dict[int, float]:
    """How many days each VLAN was watched, by the switch that reported longest of it."""
    longest: dict[int, float] = {}
    for watch in watches:
        longest[watch.vlan_id] = max(longest.get(watch.vlan_id, 0.0), watch.seconds / DAY)
    return longest


def first_hour(since: datetime) -> datetime:
    """The beginning of the first whole hour since then."""
    return -(-(since - _EPOCH) // _AN_HOUR) * _AN_HOUR + _EPOCH


def list_watches(vlan_ids: Collection[int], since: datetime, now: datetime) -> list[Watch]:
    """Every switch that reported of these VLANs since then, from the first whole hour on. Of `now`
    the day counts.

    Read from days. Where the look-back begins within a day, that day is known as a whole only:
    its rates count, and its seconds as far as the rest of the day has room for them, as if an
    outage had been before the look-back. All else is what the hours say.
    """
    since = first_hour(since)
    midnight = watch_days.begin_of(since.date() + timedelta(days=1))
    asked: dict[str, Any] = {
        "vlans": list(vlan_ids),
        "since": since,
        "day": since.date(),
        "recent": now.date() - timedelta(days=1),
        "left": (midnight - since).total_seconds(),
    }
    return [Watch._make(row) for row in db.session.execute(_BY_AGENT, asked)]


def windows_of(watches: Iterable[Watch], *, now: datetime, lookback: timedelta) -> Windows:
    """What still counts on each VLAN, as the switches that watch it say."""
    vlan_id = attrgetter("vlan_id")
    by_vlan = groupby(sorted(watches, key=vlan_id), vlan_id)
    return Windows(
        now - lookback,
        {vlan: _window_of(list(here), now=now, lookback=lookback) for vlan, here in by_vlan},
    )


def _window_of(watches: Sequence[Watch], *, now: datetime, lookback: timedelta) -> Window:
    """What still counts where all of these switches watch."""
    since = now - lookback
    missed = unheard(
        (Watched(watch.first.timestamp(), watch.seconds) for watch in watches),
        now.timestamp(),
    )
    if missed is None:
        return Window(since)
    heard = now - timedelta(seconds=missed)
    slowest = max(
        (longest_silence(watch.rate, FLOOR) for watch in watches if watch.rate), default=inf
    )
    floor = heard - timedelta(seconds=min(slowest, lookback.total_seconds()))
    return Window(since, heard, floor)


def read_windows(vlan_ids: Collection[int], *, now: datetime, lookback: timedelta) -> Windows:
    """What still counts on these VLANs, in one statement."""
    return windows_of(list_watches(vlan_ids, now - lookback, now), now=now, lookback=lookback)
