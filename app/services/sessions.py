"""Sessions seen on the wire: put recordings into the table, list what is there."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.directory import Place
from app.domain.errors import Invalid
from app.domain.evidence import Evidence, Grade, Sighting, Tracker
from app.domain.evidence.tracker import Change
from app.domain.feed.bounded import Count
from app.domain.intake import AHEAD, Intake, Tally
from app.domain.session_kind import End, SessionKind, session_kind
from app.extensions import db, end_reading, transaction
from app.models import (
    FeedBatch,
    InterfaceAddress,
    Member,
    ObservedSession,
    Vlan,
    VlanInterface,
)
from app.models.base import AnySelect
from app.services import feed_troubles, session_store

RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a recording held, and what of it was stored."""

    tally: Tally = field(default_factory=Tally)
    pairs: Counter[Grade] = field(default_factory=Counter)  # by the grade they have now
    earlier: datetime | None = None  # when it had been replayed before; then nothing changed


class SessionRow(NamedTuple):
    """A pair of addresses; `a` is the numerically lower one."""

    protocol: int
    vlan: str
    tag: int | None
    a_asn: int
    a_address: str
    b_asn: int
    b_address: str
    kind: SessionKind
    grade: Grade
    first_seen: datetime | None
    last_seen: datetime | None
    samples: int
    attempts: int


def replay(
    datagrams: Iterable[tuple[float, bytes]],
    *,
    digest: str,
    name: str,
    now: datetime,
    confirm: timedelta,
) -> Replay:
    """Store the sessions of a recording; all of it, or nothing.

    `datagrams` are sFlow datagrams with their arrival in seconds since 1970, `digest` tells the
    recording from others: one that was replayed before is not read again and changes nothing.
    Raises Invalid while no address of any member is known. A recording of which nothing could be
    used is not remembered, so that it can be replayed once its members are known.
    """
    earlier = find_replay(digest)
    if earlier:
        return Replay(earlier=earlier)
    directory = session_store.load_directory()
    if not directory:
        raise Invalid("No member has an address yet: import the members first (flask ixf import).")
    end_reading()  # reading a recording can take long; nobody must wait for it
    seen: list[tuple[Place, Sighting]] = []
    intake = Intake(directory, lambda *sighting: seen.append(sighting), now.timestamp())
    for at, datagram in datagrams:
        intake.take(at, datagram)
    ahead = intake.tally.skipped[AHEAD]
    if not seen and not ahead:
        return Replay(intake.tally)
    with transaction() as session:
        if ahead:
            count = Count(ahead, now.timestamp(), now.timestamp())
            feed_troubles.save_faults(session, {(b"", AHEAD): count})
        stored = session_store.Locked(session, {place for place, _ in seen})
        changes = _graded(stored.evidence, seen, confirm)
        if not changes:
            return Replay(intake.tally)
        if not session_store.claim(session, RECORDING, digest, name=name, now=now):
            return Replay(earlier=find_replay(digest))  # by somebody else, in the meantime
        stored.save(changes)
    return Replay(intake.tally, Counter(change.evidence.grade for _, change in changes))


def _graded(
    stored: Mapping[Place, Evidence], seen: Sequence[tuple[Place, Sighting]], confirm: timedelta
) -> list[tuple[Place, Change]]:
    """What a recording adds to its pairs; of others nothing is read."""
    tracker: Tracker[Place] = Tracker(confirm.total_seconds(), stored)
    for place, sighting in seen:
        tracker.see(place, sighting)
    return list(tracker.changes())


def find_replay(digest: str) -> datetime | None:
    """When a recording with this digest was replayed."""
    query = select(FeedBatch.received_at).filter_by(source=RECORDING, digest=digest)
    return db.session.scalar(query)


def list_sessions() -> list[SessionRow]:
    """Every pair of which something was seen, by VLAN, protocol and address."""
    rows = [_session_row(row) for row in db.session.execute(_query())]
    return sorted(rows, key=_order)


def _query() -> AnySelect:
    query: AnySelect = select(
        ObservedSession.protocol,
        Vlan.name.label("vlan"),
        Vlan.tag,
        ObservedSession.grade,
        ObservedSession.first_seen,
        ObservedSession.last_seen,
        ObservedSession.samples,
        ObservedSession.attempts,
    ).join(Vlan, Vlan.id == ObservedSession.vlan_id)
    ends = (("a", ObservedSession.low_address_id), ("b", ObservedSession.high_address_id))
    for end, address_id in ends:
        address, interface, member = (
            aliased(InterfaceAddress),
            aliased(VlanInterface),
            aliased(Member),
        )
        query = (
            query.join(address, address.id == address_id)
            .join(interface, interface.id == address.interface_id)
            .join(member, member.id == interface.member_id)
            .add_columns(
                address.address.label(f"{end}_address"),
                member.id.label(f"{end}_id"),
                member.asn.label(f"{end}_asn"),
                member.type.label(f"{end}_type"),
            )
        )
    return query


def _session_row(row: Any) -> SessionRow:
    return SessionRow(
        protocol=row.protocol,
        vlan=row.vlan,
        tag=row.tag,
        a_asn=row.a_asn,
        a_address=row.a_address,
        b_asn=row.b_asn,
        b_address=row.b_address,
        kind=session_kind(
            End(row.a_id, row.a_asn, row.a_type), End(row.b_id, row.b_asn, row.b_type)
        ),
        grade=Grade(row.grade),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        samples=row.samples,
        attempts=row.attempts,
    )


def _order(row: SessionRow) -> tuple[Any, ...]:
    ends = (int(ip_address(row.a_address)), int(ip_address(row.b_address)))
    return row.vlan, row.protocol, *ends
