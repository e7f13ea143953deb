"""How much of a day's allowance is used, and on which day the next request leaves."""

from collections import Counter
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from app.domain import allowance as allowances
from app.domain.allowance import Allowance
from app.extensions import db
from app.models import OutboxMessage, PeeringRequest


def count_today(member_id: int, today: date) -> int:
    """How much of the day's allowance a member has used."""
    return _leaving(PeeringRequest.member_id == member_id, today)[today]


def first_day(member_id: int, peer_id: int, allowance: Allowance, now: datetime) -> date:
    """The first day with room for one more from this member, and to the other one."""
    today = now.date()
    sent = _leaving(PeeringRequest.member_id == member_id, today)
    received = _leaving(PeeringRequest.peer_id == peer_id, today)
    return allowances.first_day(today, sent, received, allowance)


def _leaving(whose: ColumnElement[bool], today: date) -> Counter[date]:
    """How much mail leaves on each day from today on; what was withdrawn leaves room, and what
    test mode redirects takes none."""
    rows = db.session.execute(
        select(PeeringRequest.leaves_on, func.count())
        .join(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(
            whose,
            ~PeeringRequest.is_test,
            PeeringRequest.leaves_on >= today,
            OutboxMessage.state != "cancelled",
        )
        .group_by(PeeringRequest.leaves_on)
    )
    return Counter({row[0]: row[1] for row in rows})
