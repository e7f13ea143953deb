"""A member asks people to act for it. Until they accept, only the address that was typed is known
of them: whether the portal knows it, too, makes no difference to the one who asks."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.domain import person_name
from app.domain.actor import Acting, Actor, Role
from app.domain.change import Change
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.mail import Mail
from app.domain.mail_policy import LINK_LIVES
from app.extensions import db, transaction
from app.models import Invitation, Membership, User
from app.services import audit, mail_caps, memberships, outbox, relations, users
from app.services.invitation_rows import Offer
from app.services.logins import hash_of
from app.services.upsert import insert_into

Write = Callable[[Offer, str], Mail]  # what is offered, and the token of the link
GONE = "This invitation does not stand any more: it was accepted, declined or withdrawn."


class Pending(NamedTuple):
    """An invitation as the member reads it."""

    id: int
    email: str
    role: Role
    by: str
    sent_at: datetime
    expires_at: datetime
    ran_out: bool


def list_pending(member_id: int, *, now: datetime) -> list[Pending]:
    """Those that nobody accepted yet, by address; those that ran out, too."""
    rows = db.session.execute(
        select(
            Invitation.id,
            Invitation.email,
            Invitation.role,
            User.shown_name.label("name"),
            Invitation.sent_at,
            Invitation.expires_at,
            Invitation.expires_at <= now,
        )
        .outerjoin(User, User.id == Invitation.by_id)
        .where(Invitation.member_id == member_id)
        .order_by(Invitation.email)
    )
    return [Pending._make(row)._replace(role=Role(row.role), by=row.name or "") for row in rows]


def invite(actor: Actor, *, name: str, email: str, role: Role, now: datetime, write: Write) -> None:
    """Ask somebody to act for the actor's member; an earlier invitation is replaced.

    Raises Conflict for who acts for it already, TooSoon for too many of them, Invalid, Forbidden.
    """
    own = _own(actor)
    email, name = email.strip().casefold(), name.strip()
    users.check_names("x", email, name)
    person_name.check(name)
    memberships.check_role(role)
    with transaction():
        relations.hold(own.member_id)
        if _acts_already(email, own.member_id):
            raise Conflict(f"{email} is a user of {own.name} already.", "email")
        _send(actor, own, name, email, role, now, write)
        change = Change("role", None, role.label)
        _record(actor, "invitation sent", email, own, now, change)


def resend(actor: Actor, invitation_id: int, *, now: datetime, write: Write) -> str:
    """Send a new link, which works as long as the first did; the earlier one ends. Returns the
    address. Raises NotFound, TooSoon, Invalid."""
    own = _own(actor)
    with transaction():
        relations.hold(own.member_id)
        row = _find(invitation_id, own.member_id)
        _send(actor, own, row.name, row.email, Role(row.role), now, write)
        _record(actor, "invitation sent", row.email, own, now, None)
    return str(row.email)


def withdraw(actor: Actor, invitation_id: int, *, now: datetime) -> str:
    """End an invitation; its link stops working. Returns the address. Raises NotFound."""
    own = _own(actor)
    with transaction() as session:
        relations.hold(own.member_id)
        row = _find(invitation_id, own.member_id)
        session.execute(delete(Invitation).where(Invitation.id == row.id))
        change = Change("role", Role(row.role).label, None)
        _record(actor, "invitation withdrawn", row.email, own, now, change)
    return str(row.email)


def _own(actor: Actor) -> Acting:
    if actor.member is None:
        raise Forbidden("Users are invited for a member; this login acts for none.")
    return actor.member


def _acts_already(email: str, member_id: int) -> bool:
    found = db.session.scalar(
        select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(User.email == email, Membership.member_id == member_id)
    )
    return found is not None


def _find(invitation_id: int, member_id: int) -> Any:
    row = (
        db.session.execute(
            select(Invitation.id, Invitation.email, Invitation.name, Invitation.role).where(
                Invitation.id == invitation_id, Invitation.member_id == member_id
            )
        ).first()
        if is_possible_id(invitation_id)
        else None
    )
    if row is None:
        raise NotFound(GONE)
    return row


def _send(
    actor: Actor, own: Acting, name: str, email: str, role: Role, now: datetime, write: Write
) -> None:
    """Store the invitation, with a link that is new, and queue the mail that brings it."""
    _check_inviter(actor)
    mail_caps.check_invitations(own.member_id, email, now=now)
    token = secrets.token_urlsafe(32)
    expires_at = now + LINK_LIVES["invitation"]
    values = {
        "token_hash": hash_of(token),
        "name": name,
        "role": int(role),
        "by_id": actor.user_id,
        "sent_at": now,
        "expires_at": expires_at,
    }
    statement = insert_into(Invitation).values(member_id=own.member_id, email=email, **values)
    invitation_id = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["member_id", "email"], set_=values
        ).returning(Invitation.id)
    )
    offer = Offer(
        invitation_id, own.member_id, own.name, own.asn, email, name, role, actor.name,
        expires_at,
    )  # fmt: skip
    outbox.enqueue(write(offer, token), now=now, actor=actor, member_id=own.member_id)


def _check_inviter(actor: Actor) -> None:
    if actor.name == actor.username:
        return
    try:
        person_name.check(actor.name)
    except Invalid as error:
        raise Invalid(
            f"Your own name stands in the mail, too. {error} Change it under Account, then invite."
        ) from error


def _record(
    actor: Actor, action: str, email: str, own: Acting, now: datetime, change: Change | None
) -> None:
    audit.record(
        actor,
        action,
        f"invitation of {email}",
        now=now,
        member_id=own.member_id,
        changes=[change] if change else (),
    )
