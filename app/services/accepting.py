"""Who was invited to act for a member accepts or declines: signed in, or by the mailed link."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select

from app.domain.actor import Actor
from app.domain.errors import Conflict, NotFound
from app.domain.ids import is_possible_id
from app.extensions import db, transaction
from app.models import Invitation, User
from app.services import audit, logins, memberships, one_time, passwords, relations, users
from app.services.invitation_rows import Offer, offer_of, offers
from app.services.logins import hash_of

GONE = (
    "This invitation does not stand any more: it was accepted, declined or withdrawn, it is too "
    "old, or a newer one was sent. Ask whoever invited you for a new one."
)
HAVE_LOGIN = "You have a login with this address. Log in with it, then accept."


class Known(NamedTuple):
    """The login that has the address of an invitation. `came`: it has a password."""

    user_id: int
    username: str
    name: str
    came: bool
    active: bool


def list_for(user_id: int, *, now: datetime) -> list[Offer]:
    """What a user is invited to, by member."""
    rows = db.session.execute(
        offers(now)
        .where(Invitation.email == select(User.email).where(User.id == user_id).scalar_subquery())
        .order_by(Invitation.id)
    )
    return [offer_of(row) for row in rows]


def get_offer(token: str, *, now: datetime) -> Offer:
    """What a mailed link offers; raises NotFound for one that does not work (any more)."""
    row = db.session.execute(offers(now).where(Invitation.token_hash == hash_of(token))).first()
    if row is None:
        raise NotFound(GONE)
    return offer_of(row)


def find_known(email: str) -> Known | None:
    """The login with this address; for whoever has shown that the address is theirs."""
    row = db.session.execute(
        select(
            User.id, User.username, User.name, User.password_hash.is_not(None), User.active
        ).where(User.email == email)
    ).first()
    return Known._make(row) if row else None


def accept(actor: Actor, invitation_id: int, *, now: datetime) -> Offer:
    """Act for the member from now on. Raises NotFound for an invitation of somebody else."""
    with transaction():
        offer = _held(actor.user_id, invitation_id, now)
        _join(actor, offer, now)
    return offer


def decline(actor: Actor, invitation_id: int, *, now: datetime) -> Offer:
    """Do not act for the member. Raises NotFound for an invitation of somebody else."""
    with transaction():
        offer = _held(actor.user_id, invitation_id, now)
        _decline(offer, now)
    return offer


def decline_by_link(token: str, *, now: datetime) -> Offer:
    """The same for whoever has the link and is not signed in."""
    with transaction():
        offer = _held_by_link(token, now)
        _decline(offer, now)
    return offer


def accept_by_link(
    token: str, *, name: str, new: str, now: datetime, address: str
) -> passwords.Verified:
    """A login with this password that acts for the member; returns what a session may start with.

    Raises NotFound, Invalid, Conflict for an address whose login has a password already.
    """
    offer = get_offer(token, now=now)
    users.check_names("x", offer.email, name)
    password_hash = passwords.hashed(new, (offer.email, name, offer.member))
    with transaction():
        offer = _held_by_link(token, now)
        actor = _login_for(offer, name.strip(), password_hash, now, address)
        _join(actor, offer, now)
    return passwords.Verified(actor.user_id, password_hash)


def _login_for(offer: Offer, name: str, password_hash: str, now: datetime, address: str) -> Actor:
    known = find_known(offer.email)
    if known is None:
        user_id, username = users.insert(
            username=None,
            email=offer.email,
            name=name,
            password_hash=password_hash,
            is_superuser=False,
            now=now,
        )
        actor = Actor(user_id, username, name, is_superuser=False, address=address)
        audit.record(actor, "user created", f"user {username}", now=now)
        return actor
    if known.came or not known.active:
        raise Conflict(HAVE_LOGIN)
    passwords.store(known.user_id, password_hash)
    one_time.revoke(known.user_id)
    logins.end_all(known.user_id)
    return Actor(known.user_id, known.username, name, is_superuser=False, address=address)


def _held(user_id: int, invitation_id: int, now: datetime) -> Offer:
    """An invitation of this user; its member is kept still, so that of two clicks one is first."""
    if is_possible_id(invitation_id):
        sought = select(Invitation.member_id).where(Invitation.id == invitation_id)
        member_id = db.session.scalar(sought)
        if member_id is not None:
            relations.hold(member_id)
        for offer in list_for(user_id, now=now):
            if offer.id == invitation_id:
                return offer
    raise NotFound(GONE)


def _held_by_link(token: str, now: datetime) -> Offer:
    relations.hold(get_offer(token, now=now).member_id)
    return get_offer(token, now=now)


def _join(actor: Actor, offer: Offer, now: datetime) -> None:
    if memberships.find_role(actor.user_id, offer.member_id) is None:
        memberships.add(actor, actor.user_id, offer.member_id, offer.role, now=now)
    _end(actor, "invitation accepted", offer, now)


def _decline(offer: Offer, now: datetime) -> None:
    """The member reads in its log that it was declined, and not by whom: that would tell whose
    login has the address."""
    _end(None, "invitation declined", offer, now)


def _end(actor: Actor | None, action: str, offer: Offer, now: datetime) -> None:
    with transaction() as session:
        session.execute(delete(Invitation).where(Invitation.id == offer.id))
        subject = f"invitation of {offer.email}"
        audit.record(actor, action, subject, now=now, member_id=offer.member_id)
