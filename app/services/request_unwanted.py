"""Requests whose mail must not leave any more: the asked member said so, or has left."""

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.domain.member import MemberStatus
from app.domain.wishes import WORDS, Wish
from app.extensions import db
from app.models import Member, OutboxMessage, PeeringRequest


def is_unwanted() -> ColumnElement[bool]:
    """Condition: the mail is a request to a member that gets none."""
    asked = (
        exists()
        .where(
            PeeringRequest.outbox_id == OutboxMessage.id,
            PeeringRequest.peer_id == Member.id,
            _gets_none(),
        )
        .correlate(OutboxMessage)
    )
    return and_(OutboxMessage.purpose == "request", asked)


def find_refusal(message_id: int) -> str | None:
    """Why this mail must not leave, the member named; None when it may."""
    row = db.session.execute(
        select(Member.name, Member.status, Member.takes_requests)
        .join(PeeringRequest, PeeringRequest.peer_id == Member.id)
        .where(PeeringRequest.outbox_id == message_id, _gets_none())
    ).first()
    if row is None:
        return None
    left = row.status == MemberStatus.LEFT
    return f"{row.name} {'has left the exchange' if left else WORDS[Wish(row.takes_requests)]}"


def _gets_none() -> ColumnElement[bool]:
    return or_(Member.takes_requests != Wish.MAIL.value, Member.status == MemberStatus.LEFT)
