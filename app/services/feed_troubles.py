"""How the troubles of feeds are kept: datagrams that cannot be read, addresses without a place."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain.feed.agents import AgentCount
from app.domain.feed.batch import Fault, Stray
from app.domain.feed.bounded import Count
from app.domain.feed.senders import address_text
from app.domain.feed_troubles import UNPROVEN
from app.models import Collector, FeedFault, StrayAddress
from app.services.upsert import add_to, moment

MOST_FAULTS, MOST_STRAYS = 1000, 1000  # rows
OVER = timedelta(days=7)  # what did not come for longer is forgotten
# Most on its last day first: what somebody mended has a large sum, and is no trouble.
FAULTS_BY_RANK = FeedFault.day.desc(), FeedFault.day_datagrams.desc(), FeedFault.id
STRAYS_BY_RANK = StrayAddress.day.desc(), StrayAddress.day_samples.desc(), StrayAddress.id


def save_faults(session: Session, counts: Mapping[Fault, Count]) -> None:
    """Add to the faults; senders for which there is no row left count together."""
    query = select(FeedFault.sender, FeedFault.kind)
    stored = {(row[0], row[1]) for row in session.execute(query)}
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (sender, kind), count in counts.items():
        key = (address_text(sender), kind)
        if key not in stored and len(stored) + len(rows) >= MOST_FAULTS:
            key = ("", kind)
        row = rows.setdefault(
            key,
            {"sender": key[0], "kind": kind, "datagrams": 0, "last_at": moment(count.last_at)},
        )
        row["datagrams"] += count.number
        row["last_at"] = max(row["last_at"], moment(count.last_at))
    add_to(
        session,
        FeedFault,
        [_with_day(rows[key], "datagrams") for key in sorted(rows)],
        key=("sender", "kind"),
        sums=("datagrams", "day_datagrams"),
        newest=("last_at", "day"),
        anew=("day", ("day_datagrams",)),
    )


def save_unproven(session: Session, agents: Iterable[AgentCount]) -> None:
    """Name those that gave no BGP sample of two known addresses, beside the faults."""
    counts: dict[Fault, Count] = {}
    for one in (agent for agent in agents if not agent.vlans):
        key = one.key[0], UNPROVEN
        known = counts.get(key, Count(0, one.first_at, one.last_at))
        latest = max(known.last_at, one.last_at)
        counts[key] = Count(known.number + one.datagrams, known.first_at, latest)
    if counts:
        save_faults(session, counts)


def save_strays(session: Session, counts: Mapping[Stray, Count]) -> None:
    """Add to the addresses without a place, and keep those seen most of late."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for (packed, reason, tag, agent), count in counts.items():
        key = address_text(packed), reason.name.lower()
        row = rows.setdefault(
            key,
            {
                "address": key[0],
                "reason": key[1],
                "tag": None,
                "agent": None,
                "samples": 0,
                "first_at": moment(count.first_at),
                "last_at": moment(count.last_at),
            },
        )
        row["tag"], row["agent"] = tag or None, address_text(agent) or None
        row["samples"] += count.number
        row["first_at"] = min(row["first_at"], moment(count.first_at))
        row["last_at"] = max(row["last_at"], moment(count.last_at))
    if not rows:
        return
    add_to(
        session,
        StrayAddress,
        [_with_day(rows[key], "samples") for key in sorted(rows)],
        key=("address", "reason"),
        sums=("samples", "day_samples"),
        newest=("tag", "agent", "last_at", "day"),
        anew=("day", ("day_samples",)),
    )
    surplus = select(StrayAddress.id).order_by(*STRAYS_BY_RANK).offset(MOST_STRAYS)
    session.execute(delete(StrayAddress).where(StrayAddress.id.in_(surplus)))


def prune(session: Session, now: datetime) -> int:
    """Forget what is over, and collectors that are, except the one that ran last; how many rows
    of troubles."""
    latest = select(func.max(Collector.last_at)).scalar_subquery()
    session.execute(
        delete(Collector).where(Collector.last_at < now - OVER, Collector.last_at < latest)
    )
    return sum(
        session.execute(delete(table).where(table.last_at < now - OVER)).rowcount  # type: ignore[attr-defined]
        for table in (FeedFault, StrayAddress)
    )


def _with_day(row: dict[str, Any], count: str) -> dict[str, Any]:
    return {**row, "day": row["last_at"].date(), f"day_{count}": row[count]}
