"""What stands in the outbox, for tests that look at it."""

from sqlalchemy import select

from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient

# Settings with which mail leaves.
MAILING = {"app_url": "https://portal.example"}


def queued() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def addresses() -> list[str]:
    return list(db.session.scalars(select(OutboxRecipient.address).order_by(OutboxRecipient.id)))
