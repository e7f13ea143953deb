"""What people do with their own login: their password, and a link when it is forgotten."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.domain.actor import Actor
from app.domain.errors import Invalid
from app.domain.mail import Mail
from app.extensions import db, transaction
from app.models import User
from app.models.base import AnyRow
from app.services import audit, login_names, logins, one_time, outbox, passwords, user_details

Write = Callable[[one_time.Holder, str], Mail]  # the mail that brings somebody a token
SAME = "That is your password already. Type another one."


def get_details(user_id: int) -> AnyRow:
    """Username, e-mail address and name of a user."""
    return db.session.execute(
        select(User.username, User.email, User.name).where(User.id == user_id)
    ).one()


def change_password(
    actor: Actor, *, current: str, new: str, now: datetime, notice: Mail | None
) -> passwords.Verified:
    """Change one's own password and end all sessions, this one with them; returns what a new
    session may start with.

    Raises Invalid for a wrong current or a weak new password, or when another was set meanwhile.
    """
    right = passwords.find_right(actor.user_id, current)
    if right is None:
        raise Invalid(user_details.WRONG, "current")
    if new == current:
        raise Invalid(SAME, "new")
    password_hash = passwords.hashed(new, passwords.known_of(actor.user_id))
    with transaction():
        passwords.hold(actor.user_id, right)
        passwords.store(actor.user_id, password_hash)
        one_time.revoke(actor.user_id)
        logins.end_all(actor.user_id)
        audit.record(actor, "password changed", f"user {actor.username}", now=now)
        if notice:
            outbox.enqueue(notice, now=now, actor=actor)
    return passwords.Verified(actor.user_id, password_hash)


def request_reset(login: str, *, now: datetime, write: Write) -> None:
    """Mail a link to whoever this username or address belongs to.

    Does as much for an unknown name, and undoes it, so that neither answer nor time tells.
    """
    with transaction() as session:
        found = db.session.scalar(login_names.whose(login).where(User.active))
        anybody = db.session.scalar(select(User.id).where(User.active).limit(1))
        user_id = found or anybody
        if user_id is None:
            return
        savepoint = session.begin_nested()
        token = one_time.issue(user_id, "reset", now=now)
        holder = one_time.get_holder(token, now=now)
        outbox.enqueue(write(holder, token), now=now)
        audit.record(None, "password link asked for", f"user {holder.username}", now=now)
        session.flush()
        savepoint.commit() if found else savepoint.rollback()


def set_password_by_link(
    token: str,
    new: str,
    *,
    now: datetime,
    address: str,
    write: Callable[[one_time.Holder], Mail] | None,
) -> passwords.Verified:
    """Set the password of whom the link is for, and end all of their sessions; returns what a new
    session may start with.

    Raises NotFound for a link that does not work any more, Invalid for a weak password.
    """
    user_id = one_time.get_holder(token, now=now).user_id
    password_hash = passwords.hashed(new, passwords.known_of(user_id))
    if passwords.find_right(user_id, new):
        raise Invalid(SAME, "new")
    with transaction():
        holder = one_time.use(token, now=now)
        one_time.revoke(holder.user_id)
        passwords.store(holder.user_id, password_hash)
        logins.end_all(holder.user_id)
        action = "invitation accepted" if holder.purpose == "invitation" else "password set by link"
        actor = Actor(
            holder.user_id, holder.username, holder.name, is_superuser=False, address=address
        )
        audit.record(actor, action, f"user {holder.username}", now=now)
        if write and holder.purpose == "reset":
            outbox.enqueue(write(holder), now=now, actor=actor)
    return passwords.Verified(holder.user_id, password_hash)
