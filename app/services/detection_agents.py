"""The switches as the Detection page shows them."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select

from app.domain import feed_troubles
from app.domain.actor import Actor
from app.domain.confidence import FLOOR, NEEDED
from app.domain.errors import Conflict, NotFound
from app.extensions import db, transaction
from app.models import Agent, AgentPort, Calibration, SamplingPoint, WatchHour
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
    lost: float  # the share of its datagrams
    rate: float | None  # as set, the weakest port
    effective: float | None  # what arrives, over all ports
    addresses: int  # that it samples
    hours: tuple[int, ...]  # BGP samples, oldest first
    sure_seconds: float | None  # after which 99 % are reached between two of its ports


class Ports(NamedTuple):
    """All ports of a switch together."""

    rate: float  # as set, the weakest
    taken: float  # packets for each sample
    drops: int


def list_agents(now: datetime, *, with_hours: bool = True) -> list[AgentLine]:
    """Every switch, by address; without their hours it reads no time of watching."""
    ports, addresses = _list_ports(), _count_addresses()
    hours = samples_by_hour(now) if with_hours else defaultdict(dict)
    packets = db.session.scalar(select(func.min(Calibration.packets))) or FLOOR
    lasting = last_hours(now) if with_hours else []
    return [
        _line(
            row,
            ports.get(row.id),
            addresses.get(row.id, 0),
            tuple(hours[row.id].get(hour, 0) for hour in lasting),
            packets,
            now,
        )
        for row in db.session.scalars(select(Agent).order_by(Agent.address, Agent.sub_agent))
    ]


def forget_agent(actor: Actor | None, name: str, *, now: datetime) -> None:
    """Delete a switch that was replaced, named as in the list, with its ports and the time it
    watched: while it is known, its VLANs wait for it before they take silence for an end.

    Raises NotFound, and Conflict while it still sends.
    """
    with transaction() as session:
        row = next((row for row in session.scalars(select(Agent)) if _name(row) == name), None)
        if row is None:
            raise NotFound(f"No agent {name} is known. Detection lists them.")
        if now - row.last_at < feed_troubles.SILENT:
            raise Conflict(
                f"{name} sent a datagram at {row.last_at:%H:%M} UTC. One that still sends would "
                "come back at once; end its sFlow export, and forget it 15 minutes later."
            )
        session.execute(delete(Agent).where(Agent.id == row.id))
        audit.record(actor, "agent forgotten", name, now=now)


def _name(row: Agent) -> str:
    return row.address if not row.sub_agent else f"{row.address}/{row.sub_agent}"


def _line(
    row: Agent,
    ports: Ports | None,
    addresses: int,
    hours: tuple[int, ...],
    packets: float,
    now: datetime,
) -> AgentLine:
    sent = row.datagrams + row.missed
    lost = row.missed / sent if sent else 0.0
    effective = ports.taken / (1 - lost) if ports and lost < 1 else None
    silent = now - row.last_at >= feed_troubles.SILENT
    return AgentLine(
        name=_name(row),
        sender=row.sender,
        last_at=row.last_at,
        is_silent=silent,
        datagrams=row.datagrams,
        samples=row.samples,
        bgp_samples=row.bgp_samples,
        missed=row.missed,
        drops=ports.drops if ports else 0,
        lost=lost,
        rate=ports.rate if ports else None,
        effective=effective,
        addresses=addresses,
        hours=hours,
        sure_seconds=NEEDED * effective / (2 * packets) if effective and not silent else None,
    )


def _list_ports() -> dict[int, Ports]:
    pool, sequences = func.sum(AgentPort.pool), func.sum(AgentPort.sequences)
    rows: list[AnyRow] = list(
        db.session.execute(
            select(
                AgentPort.agent_id,
                func.max(AgentPort.rate).label("rate"),
                pool.label("pool"),
                sequences.label("sequences"),
                func.sum(AgentPort.drops).label("drops"),
            ).group_by(AgentPort.agent_id)
        )
    )
    return {
        row.agent_id: Ports(
            float(row.rate),
            float(row.pool / row.sequences if row.pool and row.sequences else row.rate),
            int(row.drops),
        )
        for row in rows
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
