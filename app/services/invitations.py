"""The exchange invites: a login that has no password yet, and a link that sets one."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.domain.actor import Actor, Role
from app.domain.errors import Conflict, NotFound
from app.domain.mail import Mail
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.services import one_time, outbox, users

# Whom the mail is for, the link's token, and the members it is for (empty: the exchange itself).
Write = Callable[[one_time.Holder, str, str], Mail]


class Invited(NamedTuple):
    """What came of it. `token` is for who shows the link because no mail can leave."""

    user_id: int
    token: str | None


def invite(
    actor: Actor | None,
    *,
    username: str,
    email: str,
    name: str,
    member_id: int | None,
    role: Role,
    now: datetime,
    write: Write | None,
) -> Invited:
    """A new login, for a member or (without one) to run the exchange.

    Without `write` the token is returned, to be shown once. Raises Conflict for a name or address
    that is taken, Invalid, NotFound.
    """
    with transaction():
        user_id = users.create(
            actor=actor,
            username=username or None,
            email=email,
            name=name,
            password=None,
            is_superuser=member_id is None,
            members=[] if member_id is None else [(member_id, role)],
            now=now,
        )
        return Invited(user_id, _mail(user_id, member_id, actor, now, write))


def resend(actor: Actor | None, user_id: int, *, now: datetime, write: Write | None) -> Invited:
    """A new link for somebody who has not come yet; the earlier one stops working.

    Raises Conflict for who has a password already.
    """
    with transaction():
        row = db.session.execute(
            select(User.password_hash, User.is_superuser, User.active).where(User.id == user_id)
        ).first()
        if row is None:
            raise NotFound("There is no such user.")
        if not row.active:
            raise Conflict(
                "This login is switched off, so its link would not work. Enable it first."
            )
        if row.password_hash is not None:
            raise Conflict("They have set a password already; “Forgot the password?” helps them.")
        return Invited(user_id, _mail(user_id, None, actor, now, write))


def _members_of(user_id: int) -> str:
    names = db.session.scalars(
        select(Member.name)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.user_id == user_id)
        .order_by(Member.name)
    ).all()
    return ", ".join(names)


def _mail(
    user_id: int, member_id: int | None, actor: Actor | None, now: datetime, write: Write | None
) -> str | None:
    """Queue the mail; the token where there is nobody to mail it."""
    row = db.session.execute(
        select(User.username, User.name, User.email).where(User.id == user_id)
    ).one()
    token = one_time.issue(user_id, "invitation", now=now)
    if write is None:
        return token
    holder = one_time.Holder(user_id, row.username, row.name, row.email, "invitation")
    mail = write(holder, token, _members_of(user_id))
    outbox.enqueue(mail, now=now, actor=actor, member_id=member_id)
    return None
