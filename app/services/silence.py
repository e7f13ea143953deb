"""What silence means, from rows: through which ports the addresses of members are sampled."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from app.domain.sampling import Moved, wary
from app.extensions import db
from app.models import AgentPort, InterfaceAddress, SamplingPoint, VlanInterface
from app.services.coverage import Coverage, Point, Window
from app.services.peering_rows import live_on
from app.services.unchanged import Known
from app.services.watching import Watch

_PORT, _ADDRESS = VlanInterface.__table__, InterfaceAddress.__table__
_POINT, _SOURCE = SamplingPoint.__table__, AgentPort.__table__
_TOLD = [  # what tells the sampling of a port
    _SOURCE.c[name] for name in ("rate", "sequences", "pool", "sequences_before", "pool_before")
]


def get_coverage(
    known: Known,
    member_ids: Collection[int],
    watches: Sequence[Watch],
    *,
    now: datetime,
    lookback: timedelta,
    confirm: timedelta,
) -> Coverage:
    """The same as `read_coverage`, kept while nothing changes. Whether a switch still reports is
    told from whole hours, and the look-back may as well begin with one."""
    return known.read(
        read_coverage,
        tuple(member_ids),
        tuple(watches),
        now=now.replace(minute=0, second=0, microsecond=0),
        lookback=lookback,
        confirm=confirm,
    )


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


def _sampling(row: Any) -> float | None:
    lately = Moved(row.sequences, row.pool)
    return wary(row.rate, lately, Moved(row.sequences_before, row.pool_before))


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
