"""How dense each matrix was, week by week."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.classify import Link
from app.domain.matrix_density import Week, monday
from app.extensions import db, transaction
from app.models import MatrixDensity, Vlan
from app.services import matrix
from app.services.upsert import insert_into

Counts = dict[str, Any]


def record(*, now: datetime, lookback: timedelta) -> int:
    """Store how dense each matrix is this week, as the public would see it; returns how many.

    As often as one likes: a week has one row, the newest. Everything is read first, so that nobody
    who writes waits for it.
    """
    found = [
        (vlan.vlan_id, counts)
        for vlan in matrix.list_vlans()
        for protocol in (4, 6)
        if (counts := _count(vlan.vlan_id, protocol, now, lookback))
    ]
    with transaction() as session:
        # Deleted meanwhile? The lock keeps those that are there until they are written.
        there = set(session.scalars(select(Vlan.id).with_for_update(read=True, key_share=True)))
        kept = [(vlan_id, counts) for vlan_id, counts in found if vlan_id in there]
        for vlan_id, counts in kept:
            session.execute(_upsert(vlan_id, monday(now.date()), counts))
    return len(kept)


def _count(vlan_id: int, protocol: int, now: datetime, lookback: timedelta) -> Counts | None:
    public = matrix.get_matrix(None, vlan_id, protocol, now=now, lookback=lookback)
    if not public.parties:
        return None
    totals = public.totals()
    return {
        "protocol": protocol,
        "pairs": sum(totals.values()),
        "route_server": totals[Link.ROUTE_SERVER],
        "bilateral": totals[Link.BILATERAL],
        "both": totals[Link.BOTH],
    }


def _upsert(vlan_id: int, week: date, counts: Counts):  # type: ignore[no-untyped-def]
    statement = insert_into(MatrixDensity).values(week=week, vlan_id=vlan_id, **counts)
    return statement.on_conflict_do_update(
        index_elements=["vlan_id", "protocol", "week"], set_=counts
    )


def list_weeks(vlan_id: int, protocol: int, *, most: int = 26) -> list[Week]:
    """How dense a matrix was in its last weeks, oldest first."""
    rows = db.session.execute(
        select(
            MatrixDensity.week,
            MatrixDensity.pairs,
            MatrixDensity.route_server,
            MatrixDensity.bilateral,
            MatrixDensity.both,
        )
        .where(MatrixDensity.vlan_id == vlan_id, MatrixDensity.protocol == protocol)
        .order_by(MatrixDensity.week.desc())
        .limit(most)
    )
    return [Week(*row) for row in reversed(rows.all())]
