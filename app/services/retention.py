"""What is thrown away after its time, and what is measured anew meanwhile."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, select

from app.domain.confidence import ENOUGH_SESSIONS, Heard, calibrated
from app.domain.evidence import Grade
from app.extensions import db, transaction
from app.models import (
    Calibration,
    ObservedSession,
    SessionPeriod,
    WatchDay,
    WatchHour,
)
from app.services import detection_days, feed_store, feed_troubles, silence, watch_days, watching
from app.services.upsert import insert_into

MONTH = timedelta(days=28)
MOST_MEASURED = 5000  # sessions of a VLAN


class Pruned(NamedTuple):
    """How many rows went."""

    periods: int
    watch_hours: int
    sessions: int
    troubles: int


def prune(now: datetime, keep: timedelta) -> Pruned:
    """Delete history older than `keep`, and pairs of which nothing is left; measure what the
    exchange's sessions send. Of watching whole days go, each with its hours. Troubles of feeds are
    forgotten after a week without one."""
    before = now - keep
    seen = ObservedSession
    with transaction() as session:
        periods = session.execute(delete(SessionPeriod).where(SessionPeriod.ended_at < before))
        midnight = watch_days.begin_of(before.date())
        hours = session.execute(delete(WatchHour).where(WatchHour.hour < midnight))
        session.execute(delete(WatchDay).where(WatchDay.day < before.date()))
        sessions = session.execute(delete(seen).where(seen.last_sample_at < before))
        troubles = feed_troubles.prune(session, now)
        feed_store.begin_new_times(session, now)
        detection_days.store_days(session, now)
        _calibrate(now)
    counts = [done.rowcount for done in (periods, hours, sessions)]  # type: ignore[attr-defined]
    return Pruned._make((*counts, troubles))


def _calibrate(now: datetime) -> None:
    """Per VLAN: what its confirmed sessions gave, against how well both sides were watched."""
    vlan_ids = list(db.session.scalars(select(WatchDay.vlan_id).distinct()))
    watches = watching.list_watches(vlan_ids, now - MONTH, now)
    for vlan_id in sorted({watch.vlan_id for watch in watches}):
        heard = _list_heard(vlan_id, watches, now)
        if len(heard) < ENOUGH_SESSIONS:
            continue
        values = {"packets": calibrated(heard), "sessions": len(heard), "measured_at": now}
        statement = insert_into(Calibration).values(vlan_id=vlan_id, **values)
        db.session.execute(
            statement.on_conflict_do_update(index_elements=("vlan_id",), set_=values)
        )


def _list_heard(vlan_id: int, watches: list[watching.Watch], now: datetime) -> list[Heard]:
    """Only of sessions that were first seen by those who watch: what a recording says of an
    earlier time was sampled in another way."""
    here = [watch for watch in watches if watch.vlan_id == vlan_id]
    seen = ObservedSession
    rows = db.session.execute(
        select(
            seen.low_address_id, seen.high_address_id, seen.period_start, seen.last_seen,
            seen.period_samples,
        )
        .where(
            seen.vlan_id == vlan_id,
            seen.grade == Grade.CONFIRMED,
            seen.last_seen >= now - MONTH,
            seen.period_start >= min(watch.first for watch in here),
        )
        .order_by(seen.id)
        .limit(MOST_MEASURED)
    ).all()  # fmt: skip
    spans = {
        (row.low_address_id, row.high_address_id): (
            (row.last_seen - row.period_start).total_seconds(),
            row.period_samples or 0,
        )
        for row in rows
    }
    paces = silence.read_paces(vlan_id, here, now)
    return [
        Heard(samples, seconds * (paces[low] + paces[high]))
        for (low, high), (seconds, samples) in spans.items()
        if low in paces and high in paces and seconds > 0
    ]
