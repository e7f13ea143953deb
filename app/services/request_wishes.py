"""How a member wishes to be asked: set by itself, or by a link it was mailed (`request_stop`)."""

from datetime import datetime

from sqlalchemy import select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Forbidden, Invalid, NotFound
from app.domain.member import MemberStatus
from app.domain.wishes import Wish
from app.extensions import db, transaction
from app.models import Member, OutboxMessage, PeeringRequest
from app.services import audit, origins, outbox_hand, relations
from app.services.request_unwanted import is_unwanted

SUBJECT = "peering requests by mail"
NOT_ANY_MORE = "Not sent: they take no requests by mail any more."
HAS_LEFT = "Not sent: they have left the exchange."


def get_name(member_id: int) -> str:
    """The name of a member; raises NotFound."""
    name: str | None = db.session.scalar(select(Member.name).where(Member.id == member_id))
    if name is None:
        raise NotFound("That member has left the exchange.")
    return name


def get_wish(member_id: int) -> tuple[Wish, str | None]:
    """How a member wishes to be asked, and the page for it."""
    row = db.session.execute(
        select(Member.takes_requests, Member.requests_url).where(Member.id == member_id)
    ).one()
    return Wish(row.takes_requests), row.requests_url


def set_wish(actor: Actor, wish: Wish, url: str | None, *, now: datetime) -> None:
    """Say how the actor's member wishes to be asked.

    `url` is a checked address of a page. Raises Invalid when the wish needs one and there is
    none, Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("How to be asked is a member's own wish; this login acts for none.")
    if wish is Wish.URL and not url:
        raise Invalid("Type the address of the page on which you take requests.", "requests_url")
    store(actor, actor.member.member_id, wish, url if wish is Wish.URL else None, now)


def store(actor: Actor | None, member_id: int, wish: Wish, url: str | None, now: datetime) -> None:
    """Keep a checked wish; who asked and still waits is told."""
    with transaction() as session:
        relations.hold(member_id)
        before, page = get_wish(member_id)
        if (before, page) == (wish, url):
            return
        session.execute(
            update(Member)
            .where(Member.id == member_id)
            .values(takes_requests=wish.value, requests_url=url, version=Member.version + 1)
        )
        origins.say(member_id, ["takes_requests"], "member", now=now)
        changes = [Change("takes requests", before.value, wish.value)]
        if wish is not Wish.MAIL:
            cancel_unwanted(now=now, member_id=member_id)
        if page != url:
            changes.append(Change("page for requests", page, url))
        audit.record(actor, "wish changed", SUBJECT, now=now, member_id=member_id, changes=changes)


def cancel_unwanted(*, now: datetime, member_id: int | None = None) -> int:
    """Cancel the queued requests to members that get none, or to this one; who asked reads why.

    They are kept still first: one that a sender claims in the same moment is left to it, and is
    cancelled later should it come back to the queue.
    """
    wanted = [OutboxMessage.state == "queued", is_unwanted()]
    if member_id is not None:
        wanted.append(PeeringRequest.peer_id == member_id)
    with transaction() as session:
        rows = session.execute(
            select(OutboxMessage.id, Member.status)
            .join(PeeringRequest, PeeringRequest.outbox_id == OutboxMessage.id)
            .join(Member, Member.id == PeeringRequest.peer_id)
            .where(*wanted)
            .order_by(OutboxMessage.id)
            .with_for_update(of=OutboxMessage)
        ).all()
        for message_id, status in rows:
            why = HAS_LEFT if status == MemberStatus.LEFT else NOT_ANY_MORE
            outbox_hand.cancel(None, message_id, now=now, why=why)
    return len(rows)
