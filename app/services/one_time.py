"""Links that are mailed to set a password or to confirm an address: stored as a hash, for one use,
for a while."""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, or_, select, update

from app.domain.errors import NotFound
from app.domain.mail_policy import LINK_LIVES
from app.extensions import db, transaction
from app.models import OneTimeToken, User
from app.services.logins import hash_of

PASSWORD = ("reset", "invitation")  # what sets a password never confirms an address
ADDRESS = ("address",)

USED_UP = (
    "This link does not work any more: it was used, it is too old, or a newer one was sent. "
    "Ask for a new one with “Forgot the password?” on the login page."
)


NOT_YOURS = (
    "This link does not work for your login: it was used, it is too old, a newer one was sent, or "
    "another login asked for it. Log in with the one that asked, or ask for a new link under "
    "Account."
)


class Holder(NamedTuple):
    """Whom a link is for."""

    user_id: int
    username: str
    name: str
    email: str
    purpose: str
    new_email: str = ""  # that a link confirms


class Pending(NamedTuple):
    """A new address whose link was not used yet."""

    email: str
    expires_at: datetime


def find_pending(user_id: int, *, now: datetime) -> Pending | None:
    """The new address that a user asked for and has not confirmed; its link still works."""
    row = db.session.execute(
        select(OneTimeToken.email, OneTimeToken.expires_at).where(
            OneTimeToken.user_id == user_id,
            OneTimeToken.purpose.in_(ADDRESS),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
        )
    ).first()
    return Pending(row.email or "", row.expires_at) if row else None


def issue(user_id: int, purpose: str, *, now: datetime, email: str = "") -> str:
    """Make a token within the caller's transaction; earlier ones of this user that do the same
    stop working. `email` is the new address that it confirms."""
    kind = ADDRESS if purpose in ADDRESS else PASSWORD
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        # Of two who ask at once, the later one's link is the one that works.
        _hold(user_id)
        expired = OneTimeToken.expires_at <= now
        same = (OneTimeToken.user_id == user_id) & OneTimeToken.purpose.in_(kind)
        session.execute(delete(OneTimeToken).where(or_(same, expired)))
        session.add(
            OneTimeToken(
                token_hash=hash_of(token),
                purpose=purpose,
                user_id=user_id,
                email=email or None,
                created_at=now,
                expires_at=now + LINK_LIVES[purpose],
            )
        )
        session.flush()
    return token


def _hold(user_id: int) -> None:
    db.session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def revoke(user_id: int, kind: tuple[str, ...] = (*PASSWORD, *ADDRESS)) -> None:
    """Make the links of this user stop working, within the caller's transaction."""
    with transaction() as session:
        session.execute(
            delete(OneTimeToken).where(
                OneTimeToken.user_id == user_id, OneTimeToken.purpose.in_(kind)
            )
        )


def get_holder(token: str, *, now: datetime, kind: tuple[str, ...] = PASSWORD) -> Holder:
    """Whom a link of this kind that still works is for; raises NotFound for any other."""
    row = db.session.execute(
        select(
            User.id,
            User.username,
            User.name,
            User.email,
            OneTimeToken.purpose,
            func.coalesce(OneTimeToken.email, ""),
        )
        .join(User, User.id == OneTimeToken.user_id)
        .where(
            OneTimeToken.token_hash == hash_of(token),
            OneTimeToken.purpose.in_(kind),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > now,
            User.active,
        )
    ).first()
    if row is None:
        raise NotFound(USED_UP)
    return Holder(*row)


def get_own(token: str, user_id: int, *, now: datetime) -> Holder:
    """The new address that a link of this user confirms. Raises NotFound, in the same words for
    the link of another user: a mistyped address reads nothing of whose it was to be."""
    try:
        holder = get_holder(token, now=now, kind=ADDRESS)
    except NotFound:
        raise NotFound(NOT_YOURS) from None
    if holder.user_id != user_id:
        raise NotFound(NOT_YOURS)
    return holder


def use(token: str, *, now: datetime, kind: tuple[str, ...] = PASSWORD) -> Holder:
    """Use a link up within the caller's transaction; of two at once, one gets NotFound.

    The user is kept still first, as by `issue`: of two who take both in turn, nobody waits for
    the other for ever.
    """
    with transaction() as session:
        user_id = get_holder(token, now=now, kind=kind).user_id
        _hold(user_id)
        holder = get_holder(token, now=now, kind=kind)
        used = session.execute(
            update(OneTimeToken)
            .where(OneTimeToken.token_hash == hash_of(token), OneTimeToken.used_at.is_(None))
            .values(used_at=now)
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]
            raise NotFound(USED_UP)
    return holder
