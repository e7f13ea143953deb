"""The switches as the Detection page shows them."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select

from app.domain import feed_troubles
from app.domain.actor import Actor
from app.domain.confidence import FLOOR, Exposure, absence
from app.domain.errors import Conflict, NotFound
from app.domain.sampling import Moved, arrived, taken
from app.extensions import db, transaction
from app.models import Agent, AgentPort, Calibration, SamplingPoint, WatchDay, WatchHour
from app.models.base import AnyRow
from app.services import audit

HOURS = 48


class AgentLine(NamedTuple):
    """A switch as the page shows it."""

    name: str
    sender: str | None
    last_at: datetime
    is_silent: bool
    datagrams: int
    samples: int
    bgp_samples: int
    missed: int
    drops: int  # samples that the switch dropped itself
    lost: float  # the share of its datagrams, yesterday and today
    rate: float | None  # as set, the weakest port
    taken: float | None  # packets for each sample that it takes, over all ports
    effective: float | None  # and for each that arrives
    addresses: int  # that it samples
    hours: tuple[int, ...]  # BGP samples, oldest first
    sure_seconds: float | None  # after which 99 % are reached between two of its ports


class Terms(NamedTuple):
    """What the words of certainty depend on."""

    now: datetime
    confirm: timedelta
    lookback: timedelta


class Ports(NamedTuple):
    """All ports of a switch together."""

    rate: float  # as set, the weakest
    taken: float | None  # packets for each sample
    drops: int


def list_agents(terms: Terms, *, with_hours: bool = True) -> list[AgentLine]:
    """Every switch, by address; without their hours it reads no hour of watching."""
    ports, addresses, losses = _list_ports(), _count_addresses(), _list_losses(terms.now)
    hours = samples_by_hour(terms.now) if with_hours else defaultdict(dict)
    packets = db.session.scalar(select(func.min(Calibration.packets))) or FLOOR
    lasting = last_hours(terms.now) if with_hours else []
    return [
        _line(
            row,
            ports.get(row.id, Ports(0.0, None, 0)),
            losses.get(row.id, (row.datagrams, row.missed)),
            terms,
            packets,
        )._replace(
            addresses=addresses.get(row.id, 0),
            hours=tuple(hours[row.id].get(hour, 0) for hour in lasting),
        )
        for row in db.session.scalars(select(Agent).order_by(Agent.address, Agent.sub_agent))
    ]


class Holding(NamedTuple):
    """What goes with a switch."""

    name: str
    last_at: datetime
    ports: int
    addresses: int
    seconds: float  # that it watched, of the VLAN that it watched longest


def get_holding(name: str) -> Holding:
    """What would go with a switch, named as in the list; raises NotFound."""
    row = _get(name)
    ports = select(func.count()).select_from(AgentPort).where(AgentPort.agent_id == row.id)
    longest = (
        select(func.sum(WatchDay.seconds))
        .where(WatchDay.agent_id == row.id)
        .group_by(WatchDay.vlan_id)
        .order_by(func.sum(WatchDay.seconds).desc())
        .limit(1)
    )
    return Holding(
        name,
        row.last_at,
        db.session.scalar(ports) or 0,
        _count_addresses().get(row.id, 0),
        db.session.scalar(longest) or 0.0,
    )


def _get(name: str) -> Agent:
    row = next((row for row in db.session.scalars(select(Agent)) if _name(row) == name), None)
    if row is None:
        raise NotFound(f"No agent {name} is known. Detection lists them.")
    return row


def forget_agent(actor: Actor | None, name: str, *, now: datetime) -> None:
    """Delete a switch that was replaced, named as in the list, with its ports and the time it
    watched: while it is known, its VLANs wait for it before they take silence for an end.

    Raises NotFound, and Conflict while it still sends.
    """
    with transaction() as session:
        row = _get(name)
        if now - row.last_at < feed_troubles.SILENT:
            raise Conflict(
                f"{name} sent a datagram at {row.last_at:%H:%M} UTC. One that still sends would "
                "come back at once; end its sFlow export, and forget it 15 minutes later."
            )
        session.execute(delete(Agent).where(Agent.id == row.id))
        audit.record(actor, "agent forgotten", name, now=now)


def name_of(address: str, sub_agent: int) -> str:
    """A switch as it is called: by its address, and the number of its part."""
    return address if not sub_agent else f"{address}/{sub_agent}"


def _name(row: Agent) -> str:
    return name_of(row.address, row.sub_agent)


def _line(
    row: Agent, ports: Ports, loss: tuple[int, int], terms: Terms, packets: float
) -> AgentLine:
    share = arrived(*loss)
    effective = ports.taken / share if ports.taken else None
    silent = terms.now - row.last_at >= feed_troubles.SILENT
    return AgentLine(
        name=_name(row),
        sender=row.sender,
        last_at=row.last_at,
        is_silent=silent,
        datagrams=row.datagrams,
        samples=row.samples,
        bgp_samples=row.bgp_samples,
        missed=row.missed,
        drops=ports.drops,
        lost=1 - share,
        rate=ports.rate or None,
        taken=ports.taken,
        effective=effective,
        addresses=0,
        hours=(),
        sure_seconds=None if silent or not effective else _sure_after(effective, packets, terms),
    )


def _sure_after(sampling: float, packets: float, terms: Terms) -> float | None:
    """Until 99 % between two of its ports; none where the look-back is too short for it."""
    port = Exposure(pace=1 / sampling)
    confirm, window = terms.confirm.total_seconds(), terms.lookback.total_seconds()
    return absence(port, port, confirm=confirm, window=window, packets=packets).needed


def _list_losses(now: datetime) -> dict[int, tuple[int, int]]:
    """Datagrams of yesterday and today, and those that were lost: where a switch watches several
    VLANs, as told by the one that it watched most."""
    query = (
        select(WatchDay.agent_id, func.sum(WatchDay.heard), func.sum(WatchDay.lost))
        .where(WatchDay.day >= now.date() - timedelta(days=1))
        .group_by(WatchDay.agent_id, WatchDay.vlan_id)
        .order_by(func.sum(WatchDay.heard))
    )
    return {agent: (int(heard), int(lost)) for agent, heard, lost in db.session.execute(query)}


def _list_ports() -> dict[int, Ports]:
    port = AgentPort
    rows: list[AnyRow] = list(
        db.session.execute(
            select(
                port.agent_id,
                func.max(port.rate),
                func.sum(port.drops),
                *(
                    func.sum(column)
                    for column in (
                        port.sequences, port.pool, port.sequences_before, port.pool_before
                    )
                ),
            ).group_by(port.agent_id)
        )
    )  # fmt: skip
    return {
        agent_id: Ports(float(rate), taken(rate, Moved(*moved[:2]), Moved(*moved[2:])), int(drops))
        for agent_id, rate, drops, *moved in rows
    }


def _count_addresses() -> dict[int, int]:
    rows = db.session.execute(
        select(AgentPort.agent_id, func.count(SamplingPoint.address_id.distinct()))
        .join(SamplingPoint, SamplingPoint.port_id == AgentPort.id)
        .group_by(AgentPort.agent_id)
    )
    return dict(iter(rows))


def last_hours(now: datetime) -> list[datetime]:
    latest = now.replace(minute=0, second=0, microsecond=0)
    return [latest - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]


def samples_by_hour(now: datetime) -> defaultdict[int, dict[datetime, int]]:
    found: defaultdict[int, dict[datetime, int]] = defaultdict(dict)
    rows = db.session.execute(
        select(WatchHour.agent_id, WatchHour.hour, func.sum(WatchHour.samples))
        .where(WatchHour.hour >= last_hours(now)[0])
        .group_by(WatchHour.agent_id, WatchHour.hour)
    )
    for agent_id, hour, samples in rows:
        found[agent_id][hour] = int(samples)
    return found
