"""The outbox: mail is stored with the action that causes it, and leaves by a process of its own."""

from datetime import datetime
from email.utils import formataddr

from app.domain.actor import Actor
from app.domain.mail import Mail, new_message_id
from app.extensions import transaction
from app.models import OutboxMessage, OutboxRecipient


def enqueue(
    mail: Mail, *, now: datetime, actor: Actor | None = None, member_id: int | None = None
) -> int:
    """Store a mail within the transaction of the caller, to be sent as soon as possible.

    An address that is named twice gets it once, in the first role it has. Returns the id.
    """
    with transaction() as session:
        message = OutboxMessage(
            message_id=new_message_id(mail.sender.address),
            purpose=mail.purpose,
            user_id=actor.user_id if actor else None,
            member_id=member_id,
            sender=formataddr((mail.sender.name, mail.sender.address)),
            reply_to=", ".join(mail.reply_to) or None,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            created_at=now,
            next_attempt_at=now,
        )
        session.add(message)
        session.flush()
        unique = {one.address.casefold(): one for one in reversed(mail.recipients)}
        session.add_all(
            OutboxRecipient(outbox_id=message.id, kind=one.kind, name=one.name, address=one.address)
            for one in mail.recipients
            if unique[one.address.casefold()] is one
        )
    return message.id
