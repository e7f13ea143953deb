"""Inviting people: a login that has no password yet, and a mailed link that sets one."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.domain.actor import Actor, Role
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.mail import Mail
from app.extensions import db, transaction
from app.models import Member, Membership, User
from app.services import memberships, one_time, outbox, relations, users

# Whom the mail is for, the link's token (None: they have a password), and for what it is.
Write = Callable[[one_time.Holder, str | None, str], Mail]
WHOLE = "the whole exchange"


class Invited(NamedTuple):
    """What came of it. `token` is for who shows the link because no mail can leave."""

    user_id: int
    token: str | None


def invite_to_member(
    actor: Actor, *, name: str, email: str, role: Role, now: datetime, write: Write
) -> None:
    """Let somebody act for the actor's member; they get a mail.

    Whether the address is known to the portal already makes no difference to the one who asks:
    a login of another member gets this one besides. Who runs the exchange is left alone.
    Raises Conflict when they act for this member already, Invalid, Forbidden.
    """
    if actor.member is None:
        raise Forbidden("Users are invited for a member; this login acts for none.")
    own = actor.member
    email = email.strip().casefold()
    users.check_names("x", email, name)
    with transaction():
        relations.hold(own.member_id)
        known = _by_email(email)
        if known and known.is_superuser:
            return
        if known is None:
            user_id = users.create(
                actor=actor,
                username=free_username(email),
                email=email,
                name=name.strip(),
                password=None,
                is_superuser=False,
                members=[],
                now=now,
            )
        else:
            user_id = known.id
        memberships.add(actor, user_id, own.member_id, role, now=now)
        _mail(user_id, own.name, own.member_id, actor, now, write)


def invite(
    actor: Actor,
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
            username=username or free_username(email),
            email=email,
            name=name,
            password=None,
            is_superuser=member_id is None,
            members=[],
            now=now,
        )
        whom = WHOLE
        if member_id is not None:
            whom = relations.hold(member_id)[member_id]
            memberships.add(actor, user_id, member_id, role, now=now)
        return Invited(user_id, _mail(user_id, whom, member_id, actor, now, write))


def resend(actor: Actor, user_id: int, *, now: datetime, write: Write | None) -> Invited:
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
        whom = WHOLE if row.is_superuser else _members_of(user_id)
        return Invited(user_id, _mail(user_id, whom, None, actor, now, write))


def _members_of(user_id: int) -> str:
    names = db.session.scalars(
        select(Member.name)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.user_id == user_id)
        .order_by(Member.name)
    ).all()
    return ", ".join(names) or "the members of the exchange"


def free_username(email: str) -> str:
    """A username that nobody has, from the beginning of an address."""
    start = re.sub(r"[^a-z0-9._-]+", "-", email.casefold().partition("@")[0]).strip("-._")[:50]
    start = start or "user"
    taken = set(db.session.scalars(select(User.username).where(User.username.startswith(start))))
    number, found = 2, start
    while found in taken:
        found, number = f"{start}{number}", number + 1
    return found


def _by_email(email: str) -> User | None:
    found: User | None = db.session.scalar(select(User).where(User.email == email))
    return found


def _mail(
    user_id: int,
    whom: str,
    member_id: int | None,
    actor: Actor,
    now: datetime,
    write: Write | None,
) -> str | None:
    """Queue the mail; the token where there is one and nobody to mail it."""
    row = db.session.execute(
        select(User.username, User.name, User.email, User.password_hash).where(User.id == user_id)
    ).one()
    token = None
    if row.password_hash is None:
        token = one_time.issue(user_id, "invitation", now=now)
    if write is None:
        return token
    holder = one_time.Holder(user_id, row.username, row.name, row.email, "invitation")
    outbox.enqueue(write(holder, token, whom), now=now, actor=actor, member_id=member_id)
    return None
