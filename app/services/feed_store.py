"""How the counts of feeds are kept: added to what is stored, whoever else adds at the same time."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.orm import Session

from app.domain.feed.agents import HOUR, AgentCount, AgentKey
from app.domain.feed.ports import PointCount, PortCount
from app.domain.feed.senders import address_text
from app.domain.sampling import Moved, taken
from app.models import Agent, AgentPort, SamplingPoint, WatchHour
from app.services import watch_days
from app.services.upsert import add_to, insert_into, moment

# The most rows of each table: what feeds say may be invented, and none may fill the disk.
MOST_AGENTS, MOST_PORTS, MOST_POINTS = 1000, 20_000, 100_000
MOVED = "sequences", "pool", "sequences_before", "pool_before"
TIME = timedelta(days=14)  # half the usual look-back
UNHEARD = timedelta(days=30)  # an agent silent for longer makes room when there is none

AgentIds = dict[AgentKey, int]
PortIds = dict[tuple[int, int], int]  # by agent's id and port


def save_agents(session: Session, counts: Iterable[AgentCount], now: datetime) -> AgentIds:
    """Add to the agents; the ids of those that have a row. One gets it with its first BGP sample
    of two known addresses: until then it may be anybody who can send a datagram."""
    by_name = {(address_text(c.key[0]), c.key[1]): c for c in counts}
    ids = _read_ids(session, Agent.address, Agent.sub_agent, Agent.id)
    proven = {name: c for name, c in by_name.items() if c.vlans or name in ids}
    admitted = _admitted(proven, ids, MOST_AGENTS)
    if len(admitted) < len(proven):
        session.execute(delete(Agent).where(Agent.last_at < now - UNHEARD))
        ids = {}  # those that were there may have gone
    rows = [
        {
            "address": address,
            "sub_agent": sub_agent,
            "sender": address_text(count.sender) or None,
            "first_at": moment(count.first_at),
            "last_at": moment(count.last_at),
            "datagrams": count.datagrams,
            "samples": count.samples,
            "bgp_samples": count.bgp,
            "missed": count.missed,
            "restarts": count.restarts,
        }
        for (address, sub_agent), count in sorted(admitted.items())
    ]
    add_to(
        session,
        Agent,
        rows,
        key=("address", "sub_agent"),
        sums=("datagrams", "samples", "bgp_samples", "missed", "restarts"),
        newest=("sender", "last_at"),
    )
    if not admitted.keys() <= ids.keys():
        ids = _read_ids(session, Agent.address, Agent.sub_agent, Agent.id)
    return {count.key: ids[name] for name, count in admitted.items() if name in ids}


def save_ports(session: Session, counts: Iterable[PortCount], agents: AgentIds) -> PortIds:
    """Add to the ports; the ids of those that have a row."""
    by_key = {(agents[c.agent], c.port): c for c in counts if c.agent in agents}
    ids = _read_ids(session, AgentPort.agent_id, AgentPort.port, AgentPort.id)
    admitted = _admitted(by_key, ids, MOST_PORTS)
    rows = [
        {
            "agent_id": agent_id,
            "port": port,
            "rate": count.rate,
            "sequences": count.sequences,
            "pool": count.pool,
            "since": moment(count.last_at).date(),
            "sequences_before": 0,
            "pool_before": 0,
            "drops": count.drops,
            "samples": count.samples,
            "last_at": moment(count.last_at),
        }
        for (agent_id, port), count in sorted(admitted.items())
    ]
    add_to(
        session,
        AgentPort,
        rows,
        key=("agent_id", "port"),
        sums=(*MOVED, "drops", "samples"),
        newest=("rate", "last_at"),
        anew=("rate", MOVED),
    )
    if not admitted.keys() <= ids.keys():
        ids = _read_ids(session, AgentPort.agent_id, AgentPort.port, AgentPort.id)
    return ids


def save_points(
    session: Session, counts: Iterable[PointCount], agents: AgentIds, ports: PortIds
) -> None:
    """Add to what is known of the port that samples an address."""
    by_key = {
        (c.address_id, ports[agents[c.agent], c.port]): c
        for c in counts
        if c.agent in agents and (agents[c.agent], c.port) in ports
    }
    room = MOST_POINTS - (session.scalar(select(func.count()).select_from(SamplingPoint)) or 0)
    rows = [
        {
            "address_id": address_id,
            "port_id": port_id,
            "samples": count.samples,
            "last_at": moment(count.last_at),
        }
        for (address_id, port_id), count in sorted(by_key.items())
    ]
    if len(rows) > room:
        query = select(SamplingPoint.address_id, SamplingPoint.port_id)
        stored = {(row[0], row[1]) for row in session.execute(query)}
        rows = [row for row in rows if (row["address_id"], row["port_id"]) in stored]
    add_to(
        session,
        SamplingPoint,
        rows,
        key=("address_id", "port_id"),
        sums=("samples",),
        newest=("last_at",),
    )


def save_watching(session: Session, counts: Iterable[AgentCount], agents: AgentIds) -> None:
    """Add the time that each agent reported, to every VLAN it gave samples of: hours and days."""
    present = [count for count in counts if count.key in agents and count.vlans]
    rates = _effective_rates(session, {agents[count.key] for count in present})
    rows: dict[tuple[int, int, datetime], dict[str, Any]] = {}
    for count in present:
        agent_id = agents[count.key]
        watched = count.watched or ((count.last_at // HOUR * HOUR, 0.0),)
        for vlan_id, samples in count.vlans.items():
            for place, (hour, seconds) in enumerate(watched, start=1):
                key = vlan_id, agent_id, moment(hour)
                rows[key] = {
                    "vlan_id": vlan_id,
                    "agent_id": agent_id,
                    "hour": key[2],
                    "seconds": seconds,
                    "samples": samples if place == len(watched) else 0,
                    "heard": count.heard if place == len(watched) else 0,
                    "lost": count.lost if place == len(watched) else 0,
                    "effective_rate": rates.get(agent_id),
                }
    if not rows:
        return
    connection = session.connection()
    connection.execute(_add_hours(connection.dialect.name), [rows[key] for key in sorted(rows)])
    watch_days.sum_up(session, {(vlan, agent, hour.date()) for vlan, agent, hour in rows})


@cache  # by the database's kind
def _add_hours(_dialect: str) -> Any:
    insert = insert_into(WatchHour)
    new, old = insert.excluded, WatchHour.__table__.c
    # Two collectors that both hear an agent do not make an hour longer.
    both = old.seconds + new.seconds
    changes = {
        "seconds": case((both < HOUR, both), else_=HOUR),
        **{name: old[name] + new[name] for name in ("samples", "heard", "lost")},
        "effective_rate": func.coalesce(new.effective_rate, old.effective_rate),
    }
    key = ("vlan_id", "agent_id", "hour")
    return insert.on_conflict_do_update(index_elements=key, set_=changes)


def _read_ids(session: Session, *columns: Any) -> dict[Any, int]:
    """The ids of all rows, the last column, by the two before."""
    return {(one, other): row_id for one, other, row_id in session.execute(select(*columns))}


def _admitted(wanted: Mapping[Any, Any], stored: Collection[Any], most: int) -> dict[Any, Any]:
    """Those that have a row, and new ones while there is room."""
    room = most - len(stored)
    admitted = {}
    for key, value in wanted.items():
        if key not in stored:
            if room <= 0:
                continue
            room -= 1
        admitted[key] = value
    return admitted


def begin_new_times(session: Session, now: datetime) -> None:
    """What moved at a port for so long becomes what moved before; see domain.sampling."""
    session.execute(
        update(AgentPort)
        .where(AgentPort.since <= (now - TIME).date())
        .values(
            sequences_before=AgentPort.sequences,
            pool_before=AgentPort.pool,
            sequences=0,
            pool=0,
            since=now.date(),
        )
    )


def _effective_rates(session: Session, agent_ids: set[int]) -> dict[int, float | None]:
    """Packets per sample over all ports of an agent."""
    sums = [func.sum(AgentPort.__table__.c[name]) for name in MOVED]
    query = (
        select(AgentPort.agent_id, func.max(AgentPort.rate), *sums)
        .where(AgentPort.agent_id.in_(agent_ids))
        .group_by(AgentPort.agent_id)
    )
    return {
        agent_id: taken(rate, Moved(*moved[:2]), Moved(*moved[2:]))
        for agent_id, rate, *moved in session.execute(query)
    }
