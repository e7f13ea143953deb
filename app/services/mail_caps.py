"""How many mails one sender may cause within a day to addresses that nobody has confirmed."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import TooSoon
from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient

INVITATIONS = 50  # of one member, within a day
NEW_ADDRESSES = 10  # that one user types, within a day
TO_ONE = 3  # of those, to the same address


def check_invitations(member_id: int, email: str, *, now: datetime) -> None:
    """Raises TooSoon for a member that invited enough people, or one of them often enough. The
    caller keeps the member still."""
    _check(OutboxMessage.member_id == member_id, "invitation", email, INVITATIONS, now)


def check_new_addresses(user_id: int, email: str, *, now: datetime) -> None:
    """The same for links to a new address of a user, whom the caller keeps still."""
    _check(OutboxMessage.user_id == user_id, "address", email, NEW_ADDRESSES, now)


def _check(sender: ColumnElement[bool], purpose: str, email: str, most: int, now: datetime) -> None:
    """Counted by sender only: how many mails others sent to an address is not theirs to learn."""
    recent = (
        select(func.count())
        .select_from(OutboxMessage)
        .where(
            sender,
            OutboxMessage.purpose == purpose,
            OutboxMessage.created_at > now - timedelta(days=1),
        )
    )
    if (db.session.scalar(recent) or 0) >= most:
        raise TooSoon(
            f"{most} such mails within a day are enough. Nothing was sent; try again tomorrow, or "
            "ask the exchange.",
            "email",
        )
    same = recent.where(
        OutboxMessage.id.in_(
            select(OutboxRecipient.outbox_id).where(
                func.lower(OutboxRecipient.address) == email.casefold()
            )
        )
    )
    if (db.session.scalar(same) or 0) >= TO_ONE:
        raise TooSoon(
            f"{email} got {TO_ONE} such mails within a day. Nothing was sent; look for them in its "
            "spam folder, or try again tomorrow.",
            "email",
        )
