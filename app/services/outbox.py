"""The outbox: mail is stored with the action that causes it, and leaves by a process of its own.

`outbox_sending` is what that process does, `outbox_hand` what people do with single mails.
"""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from app.domain.actor import Actor
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.mail import Mail, new_message_id
from app.domain.mail_document import header_of
from app.domain.mail_policy import holds_link
from app.extensions import db, transaction
from app.models import OutboxMessage, OutboxRecipient, User

STATES = ("queued", "sending", "sent", "failed", "doubtful", "cancelled")
NO_MAIL = "There is no such mail in the outbox."
PAGE = 50


class RecipientLine(NamedTuple):
    """One address of a mail: queued, sent or refused, and what the server said."""

    kind: str
    name: str
    address: str
    state: str
    answer: str


class Line(NamedTuple):
    """A mail as lists show it: everything but what it says."""

    id: int
    purpose: str
    state: str
    subject: str
    created_at: datetime
    next_attempt_at: datetime
    finished_at: datetime | None
    attempts: int
    last_error: str
    caused_by: str | None  # a username; none: nobody was signed in
    recipients: tuple[RecipientLine, ...]

    @property
    def refused(self) -> tuple[RecipientLine, ...]:
        return tuple(one for one in self.recipients if one.state == "refused")


class Message(NamedTuple):
    """One mail in full. `text` is None when it holds, or held, a personal link."""

    line: Line
    sender: str
    reply_to: str
    message_id: str
    text: str | None
    html: str | None
    can_resend: bool  # there still is a text to send
    version: int


def enqueue(
    mail: Mail,
    *,
    now: datetime,
    actor: Actor | None = None,
    member_id: int | None = None,
    not_before: datetime | None = None,
) -> int:
    """Store a mail within the transaction of the caller, to be sent as soon as possible.

    It does not leave before `not_before`. An address that is named twice gets it once, in the
    first role it has. Returns the id.
    """
    with transaction() as session:
        message = OutboxMessage(
            message_id=new_message_id(mail.sender.address),
            purpose=mail.purpose,
            user_id=actor.user_id if actor else None,
            member_id=member_id,
            sender=header_of(mail.sender),
            reply_to=", ".join(mail.reply_to) or None,
            in_reply_to=" ".join(mail.in_reply_to) or None,
            subject=mail.subject.replace("\0", ""),
            text=mail.text.replace("\0", ""),  # PostgreSQL keeps none
            html=mail.html.replace("\0", "") if mail.html else None,
            created_at=now,
            next_attempt_at=max(now, not_before or now),
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


def count_by_state(search: str = "") -> dict[str, int]:
    """How many mails are in each state, of those that the search finds; every state is named."""
    rows = db.session.execute(
        select(OutboxMessage.state, func.count())
        .where(*_searched(search))
        .group_by(OutboxMessage.state)
    )
    return dict.fromkeys(STATES, 0) | {row[0]: row[1] for row in rows}


def list_messages(*, state: str = "", search: str = "", offset: int = 0) -> list[Line]:
    """A page of mails, the newest first; `search` looks at subjects and addresses."""
    wanted = [OutboxMessage.state == state] if state else []
    return _lines(*wanted, *_searched(search), offset=offset)


def list_of_user(user_id: int, *, most: int = 10) -> list[Line]:
    """The newest mails that this user caused, for that user."""
    return _lines(OutboxMessage.user_id == user_id, most=most)


def get_state(message_id: int) -> Line:
    """How a mail stands, for the room that caused it. Raises NotFound."""
    found = _lines(OutboxMessage.id == message_id) if is_possible_id(message_id) else []
    if not found:
        raise NotFound(NO_MAIL)
    return found[0]


def get_message(message_id: int) -> Message:
    """One mail with its text, for the exchange; a personal link stays hidden. Raises NotFound."""
    line = get_state(message_id)
    row = db.session.execute(
        select(
            OutboxMessage.sender,
            OutboxMessage.reply_to,
            OutboxMessage.message_id,
            OutboxMessage.text,
            OutboxMessage.html,
            OutboxMessage.version,
        ).where(OutboxMessage.id == message_id)
    ).one()
    hidden = holds_link(line.purpose)
    return Message(
        line,
        row.sender,
        row.reply_to or "",
        row.message_id,
        None if hidden else row.text,
        None if hidden else row.html,
        not hidden or bool(row.text),
        row.version,
    )


def _searched(search: str) -> list[ColumnElement[bool]]:
    word = search.strip().replace("\0", "")
    if not word:
        return []
    found = select(OutboxRecipient.outbox_id).where(
        OutboxRecipient.address.icontains(word, autoescape=True)
    )
    by_subject = OutboxMessage.subject.icontains(word, autoescape=True)
    return [or_(by_subject, OutboxMessage.id.in_(found))]


def _lines(*wanted: ColumnElement[bool], offset: int = 0, most: int = PAGE) -> list[Line]:
    """Two statements: the mails, and all of their addresses."""
    rows = db.session.execute(
        select(OutboxMessage, User.username)
        .outerjoin(User, User.id == OutboxMessage.user_id)
        .where(*wanted)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
        .offset(offset)
        .limit(most)
        .execution_options(populate_existing=True)
    ).all()
    people = _recipients([message.id for message, _ in rows])
    return [_line(message, username, people.get(message.id, ())) for message, username in rows]


def _recipients(ids: list[int]) -> dict[int, tuple[RecipientLine, ...]]:
    found: dict[int, tuple[RecipientLine, ...]] = {}
    rows = db.session.execute(
        select(
            OutboxRecipient.outbox_id,
            OutboxRecipient.kind,
            OutboxRecipient.name,
            OutboxRecipient.address,
            OutboxRecipient.state,
            OutboxRecipient.answer,
        )
        .where(OutboxRecipient.outbox_id.in_(ids))
        .order_by(OutboxRecipient.id)
    )
    for row in rows:
        one = RecipientLine(row.kind, row.name, row.address, row.state, row.answer or "")
        found[row.outbox_id] = (*found.get(row.outbox_id, ()), one)
    return found


def _line(row: Any, caused_by: str | None, recipients: tuple[RecipientLine, ...]) -> Line:
    return Line(
        row.id,
        row.purpose,
        row.state,
        row.subject,
        row.created_at,
        row.next_attempt_at,
        row.finished_at,
        row.attempts,
        row.last_error or "",
        caused_by,
        recipients,
    )
