"""What people do with single mails: send again, cancel, say that it arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.domain.actor import Actor
from app.domain.errors import Invalid, NotFound, Overtaken
from app.domain.ids import is_possible_id
from app.domain.mail_policy import holds_link
from app.extensions import db, transaction
from app.models import OutboxMessage, OutboxRecipient
from app.services import audit
from app.services.outbox import NO_MAIL
from app.services.outbox_sending import forget_link
from app.services.request_unwanted import find_refusal

CANCELLED = "Cancelled before it was sent."
LINK_GONE = (
    "The personal link in this mail is no longer kept, so it cannot be sent again. "
    "Whoever needs it asks for a new one."
)
UNSURE = (
    "The server may have taken this mail already. Say that it may arrive twice, or mark it as "
    "arrived."
)


def retry(
    actor: Actor | None,
    message_id: int,
    *,
    now: datetime,
    version: int | None = None,
    may_be_twice: bool = False,
) -> None:
    """Send a mail as soon as possible: again to who refused or lacks it, never to who has it.

    A doubtful one needs `may_be_twice`. Raises Invalid for one with nobody left to send to, for
    one that is being sent, for one whose personal link is gone, and for a request to a member
    that gets none; Conflict when it changed
    since `version`; NotFound.
    """
    with transaction() as session:
        row = _find(message_id, version)
        if row.state == "sending":
            raise Invalid("This mail is being sent at this moment. Look again in a minute.")
        if row.state == "doubtful" and not may_be_twice:
            raise Invalid(UNSURE, "sure")
        if row.state == "cancelled" and row.purpose == "request":
            raise Invalid("This request was withdrawn. Whoever made it can ask again.")
        if row.purpose == "request" and (refusal := find_refusal(row.id)):
            raise Invalid(f"{refusal}. Nothing was sent; this request can only be left as it is.")
        if holds_link(row.purpose) and not row.text:
            raise Invalid(LINK_GONE)
        lacking = (OutboxRecipient.outbox_id == row.id) & (OutboxRecipient.state != "sent")
        if session.scalar(select(OutboxRecipient.id).where(lacking).limit(1)) is None:
            raise Invalid("Everybody has this mail; there is nobody to send it to again.")
        session.execute(update(OutboxRecipient).where(lacking).values(state="queued", answer=None))
        attempts = row.attempts if row.state == "queued" else 0
        _store(row.id, state="queued", next_attempt_at=now, attempts=attempts, finished_at=None)
        _record(actor, "mail sent again", row, now)


def cancel(
    actor: Actor | None,
    message_id: int,
    *,
    now: datetime,
    version: int | None = None,
    why: str = CANCELLED,
) -> None:
    """Keep a queued mail from leaving; who has it already has it. `why` is kept at the others.

    Raises Invalid when it is not queued any more, Conflict, NotFound.
    """
    with transaction() as session:
        row = _find(message_id, version)
        if row.state != "queued":
            raise Invalid(f"Only a queued mail can be cancelled; this one is {row.state}.")
        here = OutboxRecipient.outbox_id == row.id
        sent = here & (OutboxRecipient.state == "sent")
        partly = session.scalar(select(OutboxRecipient.id).where(sent).limit(1)) is not None
        session.execute(
            update(OutboxRecipient)
            .where(here, OutboxRecipient.state == "queued")
            .values(state="refused", answer=why)
        )
        _store(row.id, state="sent" if partly else "cancelled", finished_at=now)
        forget_link(row.id)
        _record(actor, "mail cancelled", row, now)


def mark_arrived(
    actor: Actor | None, message_id: int, *, now: datetime, version: int | None = None
) -> None:
    """End a doubt: the mail is known to have arrived. Raises Invalid, Conflict, NotFound."""
    with transaction() as session:
        row = _find(message_id, version)
        if row.state != "doubtful":
            raise Invalid(f"Only a doubtful mail can be marked; this one is {row.state}.")
        session.execute(
            update(OutboxRecipient)
            .where(OutboxRecipient.outbox_id == row.id, OutboxRecipient.state == "queued")
            .values(state="sent", answer="Marked as arrived by hand.")
        )
        _store(row.id, state="sent", finished_at=now, last_error=None)
        forget_link(row.id)
        _record(actor, "mail marked as arrived", row, now)


def _find(message_id: int, version: int | None) -> Any:
    """The mail, kept still until the transaction ends."""
    query = select(OutboxMessage.__table__).where(OutboxMessage.id == message_id).with_for_update()
    row = db.session.execute(query).first() if is_possible_id(message_id) else None
    if row is None:
        raise NotFound(NO_MAIL)
    if version is not None and row.version != version:
        raise Overtaken(f"This mail is {row.state} by now. Nothing was done; decide again.")
    return row


def _store(message_id: int, **values: object) -> None:
    """The claim goes, too: a sender that comes back late must not settle what others decided."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(claimed_until=None, **values)
        .values(version=OutboxMessage.version + 1)
    )


def _record(actor: Actor | None, action: str, row: Any, now: datetime) -> None:
    subject = f"mail {row.id}, {row.subject}"
    audit.record(actor, action, subject, now=now, member_id=None)
