"""Switches that report, and the ports through which they sample addresses."""

from datetime import timedelta

from app.extensions import transaction
from app.models import Agent, AgentPort, SamplingPoint, WatchHour
from app.services import watch_days
from tests.factories import NOON

LATER = timedelta(hours=1)


def make_agent(lan, *, hours, until=NOON, rate=1000.0, address="198.51.100.1", missed=0):
    """A switch that reported for so many hours until then, of whose datagrams `missed` were lost
    for every hundred that came."""
    with transaction() as session:
        agent = Agent(address=address, first_at=until, last_at=until, datagrams=100, missed=missed)
        session.add(agent)
        session.flush()
        store_hours(session, [
            WatchHour(vlan_id=lan.id, agent_id=agent.id, hour=until - hour * LATER,
                      seconds=3600.0, effective_rate=rate, heard=100, lost=missed)
            for hour in range(1, hours + 1)
        ])  # fmt: skip
    return agent.id


def store_hours(session, hours):
    """These hours of watching, new or changed, and their days: as the collector stores both."""
    session.add_all(hours)
    session.flush()
    touched = {(hour.vlan_id, hour.agent_id, hour.hour.date()) for hour in hours}
    watch_days.sum_up(session, touched)


def make_port(agent_id, port, *address_ids, rate=1000, last_at=NOON, samples=1, **counts):
    with transaction() as session:
        row = AgentPort(agent_id=agent_id, port=port, rate=rate, last_at=last_at,
                        since=last_at.date(), **counts)  # fmt: skip
        session.add(row)
        session.flush()
        for address_id in address_ids:
            session.add(
                SamplingPoint(
                    address_id=address_id, port_id=row.id, samples=samples, last_at=last_at
                )
            )
