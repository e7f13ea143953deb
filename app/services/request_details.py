"""The sessions and recipients of all requests of a member, for searching and for the file."""

from sqlalchemy import or_, select

from app.extensions import db
from app.models import OutboxRecipient, PeeringRequest, RequestPair
from app.services.request_list import Reached, Session, pairs


def list_sessions(member_id: int) -> dict[int, list[Session]]:
    """What was asked for, by request: of those that the member sent, or that were sent to it."""
    rows = db.session.execute(
        pairs()
        .join(PeeringRequest, PeeringRequest.id == RequestPair.request_id)
        .where(or_(PeeringRequest.member_id == member_id, PeeringRequest.peer_id == member_id))
    )
    found: dict[int, list[Session]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Session(*row[1:]))
    return found


def list_recipients(member_id: int) -> dict[int, list[Reached]]:
    """To whom the requests went that the member sent itself, with what their servers said."""
    rows = db.session.execute(
        select(
            PeeringRequest.id,
            OutboxRecipient.kind,
            OutboxRecipient.address,
            OutboxRecipient.state,
            OutboxRecipient.answer,
        )
        .join(OutboxRecipient, OutboxRecipient.outbox_id == PeeringRequest.outbox_id)
        .where(PeeringRequest.member_id == member_id)
        .order_by(OutboxRecipient.id)
    )
    found: dict[int, list[Reached]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Reached(*row[1:]))
    return found
