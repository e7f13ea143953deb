"""Withdrawing a request whose mail has not left."""

from datetime import datetime

from sqlalchemy import select

from app.domain.actor import Actor
from app.domain.errors import Conflict, NotFound
from app.domain.request_state import WORDS, RequestState
from app.extensions import db, transaction
from app.models import OutboxRecipient
from app.services import notes, outbox_hand, relations, request_list
from app.services.request_record import record, who_asks

WITHDRAWN = "Withdrawn before it left."


def withdraw(actor: Actor, request_id: int, *, now: datetime) -> None:
    """Withdraw a request whose mail has not left.

    Raises Conflict when it has left to anybody, or is leaving; NotFound for another member's.
    """
    own = who_asks(actor)
    with transaction():
        relations.hold(own.member_id)
        line = request_list.get_request(own.member_id, request_id).line
        if line.member_id != own.member_id:
            raise NotFound(request_list.NO_REQUEST)
        if line.state is not RequestState.QUEUED or line.outbox_id is None:
            raise Conflict(
                f"The request to {line.peer} is {WORDS[line.state]}; it cannot be withdrawn."
            )
        has_it = select(OutboxRecipient.address).where(
            OutboxRecipient.outbox_id == line.outbox_id, OutboxRecipient.state == "sent"
        )
        if (address := db.session.scalar(has_it.limit(1))) is not None:
            raise Conflict(
                f"The request to {line.peer} has left to {address} already; it cannot be withdrawn."
            )
        outbox_hand.cancel(actor, line.outbox_id, now=now, why=WITHDRAWN)
        if not line.is_test:
            what = "peering request withdrawn"
            notes.log(actor, line.peer_id, what, now=now, request_id=request_id)
        record(actor, "request withdrawn", line.peer_id, now, request_id)
