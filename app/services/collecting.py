"""What a live collector writes every few seconds: evidence, and what it knows of its feeds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.directory import Directory, Place
from app.domain.evidence import Grade, Sighting, Tracker
from app.domain.feed.batch import Batch, Totals
from app.extensions import db, end_reading, transaction
from app.models import Collector, FeedBatch, InterfaceAddress, Vlan
from app.services import feed_store, feed_troubles, session_store
from app.services.upsert import insert_into

FLOWS = "flows"
DELETIONS = 3  # at most so many of them are met while a batch is written
Version = tuple[Any, ...]
Result = TypeVar("Result")


class Process(NamedTuple):
    """Who collects: the machine, where it listens, since when."""

    host: str
    listen: str
    started_at: datetime
    flush_seconds: int
    buffer_octets: int


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    pairs: int = 0
    risen: int = 0  # pairs that became confirmed


def load_directory(known: Version | None) -> tuple[Version, Directory | None]:
    """The addresses of the exchange with their version; none if that is the `known` one.

    Members and VLANs are changed by other processes, so only the tables can tell.
    """
    version = _version()
    directory = None if version == known else session_store.load_directory()
    end_reading()
    return version, directory


def write(
    batch: Batch,
    *,
    process: Process,
    totals: Totals,
    kernel_drops: int,
    confirm: timedelta,
    now: datetime,
) -> Written:
    """Store a batch in one transaction.

    The evidence of its pairs is read within the transaction, so that several collectors continue
    each other's connections, and none has to keep all pairs in memory. A batch that is written
    again after a fault at the very end counts its samples twice; grades and times stay right.
    Of addresses and VLANs that were deleted since the directory was read nothing is kept.
    """

    def store(batch: Batch) -> Written:
        return _write(batch, process, totals, kernel_drops, confirm, now)

    return _write_what_is_there(batch, store)


def _write(
    batch: Batch,
    process: Process,
    totals: Totals,
    kernel_drops: int,
    confirm: timedelta,
    now: datetime,
) -> Written:
    with transaction() as session:
        written = _write_sightings(batch.sightings, confirm)
        agents = feed_store.save_agents(session, batch.agents, now)
        ports = feed_store.save_ports(session, batch.ports, agents)
        feed_store.save_points(session, batch.points, agents, ports)
        feed_store.save_watching(session, batch.agents, agents)
        feed_troubles.save_faults(session, batch.faults)
        feed_troubles.save_unproven(session, [one for one in batch.agents if one.key not in agents])
        feed_troubles.save_strays(session, batch.strays)
        _save_process(process, totals, kernel_drops, now)
    return written


def write_flows(
    batch: Batch, *, digest: str | None, confirm: timedelta, now: datetime
) -> Written | None:
    """Store what flow records of another collector told, in one transaction.

    None when a batch with this `digest` was stored before; then nothing changes. Without a digest
    (a stream has none) nothing is remembered.
    """

    def store(batch: Batch) -> Written | None:
        name = "flow records"
        with transaction() as session:
            if digest and not session_store.claim(session, FLOWS, digest, name=name, now=now):
                return None
            written = _write_sightings(batch.sightings, confirm)
            feed_troubles.save_faults(session, batch.faults)
            feed_troubles.save_strays(session, batch.strays)
        return written

    return _write_what_is_there(batch, store)


def list_stored_flows() -> set[str]:
    """The digests of all flow records that were stored from files."""
    found = set(db.session.scalars(select(FeedBatch.digest).where(FeedBatch.source == FLOWS)))
    end_reading()
    return found


def stop(process: Process, *, now: datetime) -> None:
    """Note that a collector ended in order."""
    with transaction() as session:
        session.execute(
            update(Collector)
            .where(Collector.host == process.host, Collector.listen == process.listen)
            .values(stopped_at=now)
        )


def _write_what_is_there(batch: Batch, store: Callable[[Batch], Result]) -> Result:
    """Members and VLANs may be deleted after the directory was read, and during the write."""
    for _ in range(DELETIONS):
        try:
            return store(batch)
        except IntegrityError:
            batch = _without_deleted(batch)
    return store(batch)


def _without_deleted(batch: Batch) -> Batch:
    addresses = set(db.session.scalars(select(InterfaceAddress.id)))
    vlans = set(db.session.scalars(select(Vlan.id)))
    end_reading()
    agents = [
        agent._replace(vlans={vlan: many for vlan, many in agent.vlans.items() if vlan in vlans})
        for agent in batch.agents
    ]
    return replace(
        batch,
        sightings=[one for one in batch.sightings if {one[0].low_id, one[0].high_id} <= addresses],
        agents=agents,
        points=[point for point in batch.points if point.address_id in addresses],
    )


def _version() -> Version:
    address = InterfaceAddress
    query = select(
        func.count(),
        func.max(address.id),
        func.count(address.until_at),
        func.max(address.from_at),
        func.max(address.until_at),
    ).select_from(address)
    vlans = db.session.execute(select(Vlan.id, Vlan.tag).order_by(Vlan.id))
    return (*db.session.execute(query).one(), *((vlan_id, tag) for vlan_id, tag in vlans))


def _write_sightings(sightings: Iterable[tuple[Place, Sighting]], confirm: timedelta) -> Written:
    session = db.session()
    seen = sorted(sightings, key=lambda item: item[1].at)
    if not seen:
        return Written()
    stored = session_store.Locked(session, {place for place, _ in seen})
    before = {place: evidence.grade for place, evidence in stored.evidence.items()}
    tracker: Tracker[Place] = Tracker(confirm.total_seconds(), stored.evidence)
    for place, sighting in seen:
        tracker.see(place, sighting)
    changes = list(tracker.changes())
    stored.save(changes)
    risen = sum(
        change.evidence.grade is Grade.CONFIRMED and before.get(place) is not Grade.CONFIRMED
        for place, change in changes
    )
    return Written(len(changes), risen)


def _save_process(process: Process, totals: Totals, kernel_drops: int, now: datetime) -> None:
    values = process._asdict() | {
        "last_at": now,
        "stopped_at": None,
        "datagrams": totals.datagrams,
        "dismissed": totals.dismissed,
        "kernel_drops": kernel_drops,
        "refused": totals.refused,
        "not_kept": totals.not_kept,
        "dropped_at": now if kernel_drops else None,
        "left_out_at": now if totals.not_kept else None,
    }
    statement = insert_into(Collector).values(values)
    changes = {name: value for name, value in values.items() if name not in ("host", "listen")}
    changes["dropped_at"] = _when_grown("kernel_drops", "dropped_at", statement.excluded)
    changes["left_out_at"] = _when_grown("not_kept", "left_out_at", statement.excluded)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=("host", "listen"), set_=changes)
    )


def _when_grown(count: str, when: str, new: Any) -> Any:
    """When a count of this process grew last; it began with none."""
    old = Collector.__table__.c
    goes_on = old.started_at == new.started_at
    has_grown = new[count] > case((goes_on, old[count]), else_=0)
    return case((has_grown, new.last_at), (goes_on, old[when]), else_=None)
