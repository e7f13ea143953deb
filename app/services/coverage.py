"""How well members are watched: what it means that a pair of them showed no session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

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
from app.extensions import db
from app.models import ObservedSession, SamplingPoint
from app.services.watching import Watch

SILENT = timedelta(hours=2)  # a switch whose last hour of reports is older adds nothing any more
TOGETHER = timedelta(days=1)  # ports that sampled an address within it do so now
_POINT = SamplingPoint.__table__

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
        self._in_cell: dict[tuple[int, int, Cell], Absence] = {}

    def in_cell(self, one: int, other: int, cell: Cell) -> Absence:
        """Between two members: a session can be on any of their pairs, so the weakest decides."""
        key = one, other, cell
        found = self._in_cell.get(key)
        if found is None:
            found = self._in_cell[key] = self._weakest_pair(one, other, cell)
        return found

    def _weakest_pair(self, one: int, other: int, cell: Cell) -> Absence:
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


def _best(points: Sequence[Point]) -> Point:
    """Of the ports that sampled an address on the last day it was sampled, the busiest."""
    if len(points) == 1:
        return points[0]
    newest = max(point.last_at for point in points)
    recent = (point for point in points if newest - point.last_at <= TOGETHER)
    return max(recent, key=lambda point: (point.samples, -(point.sampling or 0.0), point.last_at))


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
