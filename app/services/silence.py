"""What it means that no session of a pair was seen: how well both were watched."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from app.domain.confidence import (
    BEHIND_ONE_PORT,
    BLIND,
    FLOOR,
    UNWATCHED,
    USUAL_SAMPLES,
    Absence,
    Exposure,
    absence,
)
from app.domain.sampling import Moved, wary
from app.extensions import db
from app.models import (
    AgentPort,
    InterfaceAddress,
    ObservedSession,
    SamplingPoint,
    VlanInterface,
)
from app.services.peering_rows import live_on
from app.services.watching import Watch

SILENT = timedelta(hours=2)  # a switch whose last hour of reports is older adds nothing any more
TOGETHER = timedelta(days=1)  # ports that sampled an address within it do so now
_PORT, _ADDRESS = VlanInterface.__table__, InterfaceAddress.__table__
_POINT, _SOURCE = SamplingPoint.__table__, AgentPort.__table__
_TOLD = [  # what tells the sampling of a port
    _SOURCE.c[name] for name in ("rate", "sequences", "pool", "sequences_before", "pool_before")
]

Cell = tuple[int, int]  # VLAN id and protocol


class Point(NamedTuple):
    """A port that samples what an address sends."""

    agent_id: int
    port_id: int
    sampling: float | None  # packets for each sample taken; none: nobody says
    samples: int
    last_at: datetime


class Window(NamedTuple):
    """The terms of the sentence, in seconds."""

    now: datetime
    lookback: timedelta
    confirm: timedelta


class Coverage:
    """How well some members are watched on some VLANs."""

    def __init__(
        self,
        watches: Sequence[Watch],
        points: dict[int, list[Point]],
        addresses: dict[tuple[int, int, int], list[int]],
        window: Window,
    ) -> None:
        self._watches = {(watch.vlan_id, watch.agent_id): watch for watch in watches}
        self._points, self._addresses, self._window = points, addresses, window
        self._usual = {watch.vlan_id: watch.packets or FLOOR for watch in watches}
        self._weakest: dict[int, Exposure] = {}
        self._exposures: dict[int, Exposure] = {}  # every row asks for the same own addresses
        self._seen_together: frozenset[int] | None = None

    def in_cell(self, one: int, other: int, cell: Cell) -> Absence:
        """Between two members: a session can be on any of their pairs, so the weakest decides."""
        pairs = (
            self.of_pair(mine, theirs, cell[0])
            for mine in self._addresses.get((one, *cell), ())
            for theirs in self._addresses.get((other, *cell), ())
        )
        return min(pairs, key=lambda found: found.probability, default=UNWATCHED)

    def of_pair(self, one: int, other: int, vlan_id: int, samples: int = USUAL_SAMPLES) -> Absence:
        """Between two address ids; `samples` is how many would confirm a session."""
        if vlan_id not in self._usual:
            return UNWATCHED
        if self._behind_one_port(one, other):
            return BEHIND_ONE_PORT
        return absence(
            self._exposure(one, vlan_id),
            self._exposure(other, vlan_id),
            confirm=self._window.confirm.total_seconds(),
            window=self._window.lookback.total_seconds(),
            packets=self._usual[vlan_id],
            samples=samples,
        )

    def _exposure(self, address_id: int, vlan_id: int) -> Exposure:
        """By one port: an uplink or a former one tells nothing of how packets of one pair go."""
        if address_id not in self._exposures:
            points = self._points.get(address_id)
            point = _best(points) if points else None
            self._exposures[address_id] = (
                self._at(self._watches.get((vlan_id, point.agent_id)), point.sampling)
                if point and point.sampling is not None
                else self._weakest_of(vlan_id)
            )
        return self._exposures[address_id]

    def _at(self, watch: Watch | None, sampling: float) -> Exposure:
        if watch is None:
            return BLIND
        pace = watch.arrives / sampling if self._reports(watch) else 0.0
        return Exposure(watch.arrived / sampling, pace, watch.seconds)

    def _on_its_worst_day(self, watch: Watch, rate: float) -> Exposure:
        """What was lost is in this rate already."""
        return Exposure(watch.seconds / rate, self._reports(watch) / rate, watch.seconds)

    def _reports(self, watch: Watch) -> bool:
        return self._window.now - watch.last < SILENT

    def _weakest_of(self, vlan_id: int) -> Exposure:
        """Where no sample told the port of an address yet: as bad as it can be on this VLAN."""
        if vlan_id not in self._weakest:
            here = [watch for watch in self._watches.values() if watch.vlan_id == vlan_id]
            rates = _worst_rates(self._points)
            ports = [self._at(watch, rate) for watch in here if (rate := rates.get(watch.agent_id))]
            days = [self._on_its_worst_day(watch, watch.rate) for watch in here if watch.rate]
            self._weakest[vlan_id] = min(ports + days, default=BLIND)
        return self._weakest[vlan_id]

    def _behind_one_port(self, one: int, other: int) -> bool:
        """What two customers of one reseller send each other never crosses the exchange. A port
        that samples several because it is an uplink has shown such pairs."""
        mine, theirs = self._points.get(one), self._points.get(other)
        if not mine or not theirs or len(mine) > 1 or len(theirs) > 1:
            return False
        if mine[0].port_id != theirs[0].port_id:
            return False
        if self._seen_together is None:
            self._seen_together = _ports_that_show_pairs()
        return mine[0].port_id not in self._seen_together


def read_coverage(
    member_ids: Collection[int],
    watches: Sequence[Watch],
    *,
    now: datetime,
    lookback: timedelta,
    confirm: timedelta,
) -> Coverage:
    """How well these members are watched where these switches report, in one statement."""
    points: dict[int, list[Point]] = defaultdict(list)
    addresses: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    since = now - lookback
    asked = {"vlans": sorted({watch.vlan_id for watch in watches}), "members": sorted(member_ids)}
    samplings: dict[int | None, float | None] = {}  # of a port, for each address behind it
    rows: Iterable[Any] = db.session.execute(_POINTS, asked) if watches else ()
    for row in rows:
        member_id, vlan_id, protocol, address_id, port_id, samples, last_at, agent_id, *_ = row
        known = addresses[member_id, vlan_id, protocol]
        if address_id not in known:
            known.append(address_id)
        if port_id is not None and last_at >= since:
            if port_id not in samplings:
                samplings[port_id] = _sampling(row)
            point = Point(agent_id, port_id, samplings[port_id], samples, last_at)
            points[address_id].append(point)
    return Coverage(watches, points, addresses, Window(now, lookback, confirm))


def _best(points: Sequence[Point]) -> Point:
    """Of the ports that sampled an address on the last day it was sampled, the busiest."""
    if len(points) == 1:
        return points[0]
    newest = max(point.last_at for point in points)
    recent = (point for point in points if newest - point.last_at <= TOGETHER)
    return max(recent, key=lambda point: (point.samples, -(point.sampling or 0.0), point.last_at))


def _sampling(row: Any) -> float | None:
    lately = Moved(row.sequences, row.pool)
    return wary(row.rate, lately, Moved(row.sequences_before, row.pool_before))


def _worst_rates(points: dict[int, list[Point]]) -> dict[int, float]:
    worst: dict[int, float] = {}
    for found in points.values():
        for point in found:
            worst[point.agent_id] = max(worst.get(point.agent_id, 0.0), point.sampling or 0.0)
    return worst


def _ports_that_show_pairs() -> frozenset[int]:
    low, high = _POINT.alias("low"), _POINT.alias("high")
    seen = ObservedSession.__table__.c
    query = (
        select(low.c.port_id)
        .distinct()
        .join_from(low, ObservedSession.__table__, seen.low_address_id == low.c.address_id)
        .join(high, seen.high_address_id == high.c.address_id)
        .where(low.c.port_id == high.c.port_id)
    )
    return frozenset(db.session.scalars(query))


_POINTS = (
    select(
        _PORT.c.member_id,
        _ADDRESS.c.vlan_id,
        _ADDRESS.c.protocol,
        _ADDRESS.c.id.label("address_id"),
        _POINT.c.port_id,
        _POINT.c.samples,
        _POINT.c.last_at,
        _SOURCE.c.agent_id,
        *_TOLD,
    )
    .join_from(_PORT, _ADDRESS, _ADDRESS.c.interface_id == _PORT.c.id)
    .join(_POINT, _POINT.c.address_id == _ADDRESS.c.id, isouter=True)
    .join(_SOURCE, _SOURCE.c.id == _POINT.c.port_id, isouter=True)
    .where(
        *live_on(bindparam("vlans", expanding=True)),
        _PORT.c.member_id.in_(bindparam("members", expanding=True)),
    )
    .order_by(_ADDRESS.c.id)
)


def read_paces(vlan_id: int, watches: Sequence[Watch], now: datetime) -> dict[int, float]:
    """Samples that arrive for each packet sent, by address id, averaged over the time since each
    switch was first heard of. Over all ports, which makes sessions seem slower, not faster."""
    share = {
        watch.agent_id: min(1.0, watch.arrived / max(1.0, (now - watch.first).total_seconds()))
        for watch in watches
    }
    paces: dict[int, float] = defaultdict(float)
    query = (
        select(_POINT.c.address_id, _SOURCE.c.agent_id, *_TOLD)
        .join_from(_POINT, _SOURCE)
        .join(_ADDRESS, _ADDRESS.c.id == _POINT.c.address_id)
        .where(_ADDRESS.c.vlan_id == vlan_id)
    )
    for row in db.session.execute(query):
        paces[row.address_id] += share.get(row.agent_id, 0.0) / (_sampling(row) or 1.0)
    return dict(paces)
