"""How evidence about pairs is kept: read into the domain's words, merged or written back."""

from collections.abc import Collection, Iterable
from datetime import datetime
from math import inf

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.domain.directory import Directory, Entry, Place
from app.domain.evidence import Evidence
from app.domain.evidence.tracker import Change
from app.extensions import db
from app.models import FeedBatch, InterfaceAddress, Vlan
from app.services import session_rows, session_sql
from app.services.bulk import Value
from app.services.session_rows import KEY, READ, Texts
from app.services.upsert import insert_into

Changes = Iterable[tuple[Place, Change]]


def load_directory() -> Directory:
    """Every address with who held it until when: a recording may be older than a move."""
    query = select(
        InterfaceAddress.id,
        InterfaceAddress.address,
        InterfaceAddress.vlan_id,
        Vlan.tag,
        InterfaceAddress.from_at,
        InterfaceAddress.until_at,
    ).join(Vlan, Vlan.id == InterfaceAddress.vlan_id)
    return Directory(
        Entry(
            row.id,
            row.address,
            row.vlan_id,
            row.tag,
            row.from_at.timestamp(),
            inf if row.until_at is None else row.until_at.timestamp(),
        )
        for row in db.session.execute(query)
    )


def claim(session: Session, source: str, digest: str, *, name: str, now: datetime) -> bool:
    """Note a recording or batch; False if it is noted already."""
    statement = (
        insert_into(FeedBatch)
        .values(source=source, digest=digest, name=name[:255], received_at=now)
        .on_conflict_do_nothing()
        .returning(FeedBatch.id)
    )
    return session.scalar(statement) is not None


class Locked:
    """What is stored of some pairs; nobody else changes it until the transaction ends."""

    def __init__(self, session: Session, places: Collection[Place]) -> None:
        self.evidence: dict[Place, Evidence] = {}
        self._connection = session.connection()
        self._ids: dict[Place, int] = {}
        session_sql.queue(self._connection)
        pairs = ((place.low_id, place.high_id) for place in places)
        found = session_sql.select_pairs(self._connection, pairs, READ)
        for row_id, place, evidence in session_rows.read(found):
            self._ids[place], self.evidence[place] = row_id, evidence

    def save(self, changes: Changes) -> None:
        """Write back what a tracker made of it: what continues a row takes its place, anything
        else (new, or graded by itself) is merged with what is there."""
        others: list[tuple[Place, Change]] = []
        rows: list[tuple[Value, ...]] = []
        periods: list[tuple[Value, ...]] = []
        texts = Texts()
        # In the order of the keys, in which the indexes are filled quickest.
        for place, change in sorted(changes, key=lambda item: item[0]):
            evidence = change.evidence
            if evidence is not self.evidence.get(place):
                others.append((place, change))
                continue
            row_id = self._ids[place]
            written = session_rows.values(evidence, evidence.samples, evidence.attempts, texts)
            rows.append((*written, row_id))
            periods += session_rows.periods(row_id, evidence, texts)
        session_sql.REPLACE.run(self._connection, rows)
        session_sql.MERGE_PERIOD.run(self._connection, periods)
        _merge(self._connection, others)


def _merge(connection: Connection, changes: list[tuple[Place, Change]]) -> None:
    """One row per pair, in whatever order batches arrive."""
    if not changes:
        return
    texts = Texts()
    rows = [
        (*place, *session_rows.values(change.evidence, change.samples, change.attempts, texts))
        for place, change in changes
    ]
    session_sql.MERGE.run(connection, rows)
    pairs = ((place.low_id, place.high_id) for place, _ in changes)
    ids = {
        (low_id, high_id): row_id
        for row_id, low_id, high_id in session_sql.select_pairs(connection, pairs, ("id", *KEY))
    }
    periods = [
        period
        for place, change in changes
        for period in session_rows.periods(ids[place[:2]], change.evidence, texts)
    ]
    session_sql.MERGE_PERIOD.run(connection, periods)
