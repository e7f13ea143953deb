"""Samples: the message as it would leave, mailed to its own writer."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.domain.actor import Actor
from app.domain.errors import TooSoon
from app.domain.mail import Mail
from app.extensions import db, transaction
from app.models import OutboxMessage
from app.services import outbox, relations, request_brake
from app.services.request_record import check_active, who_asks

SAMPLES = 20  # to oneself, within a day


def send_sample(actor: Actor, mail: Mail, *, now: datetime) -> None:
    """Queue the message for its own writer; records nothing.

    Raises Forbidden while the operator holds requests or suspended the member, TooSoon after
    SAMPLES within a day: a sample goes to whatever address one's own login has.
    """
    own = who_asks(actor)
    with transaction():
        relations.hold(own.member_id)
        check_active(own)
        request_brake.check(own.member_id)
        recent = select(func.count()).where(
            OutboxMessage.user_id == actor.user_id,
            OutboxMessage.purpose == "sample",
            OutboxMessage.created_at > now - timedelta(days=1),
        )
        if (db.session.scalar(recent) or 0) >= SAMPLES:
            raise TooSoon(
                f"You sent yourself {SAMPLES} samples within a day. The preview shows the same."
            )
        outbox.enqueue(mail, now=now, actor=actor, member_id=own.member_id)
