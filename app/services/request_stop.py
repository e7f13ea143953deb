"""The end of requests by mail to a member, by a link that only its peering addresses get."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select

from app.domain.mail import Mail
from app.domain.mail_policy import LINK_LIVES
from app.domain.wishes import Wish
from app.extensions import db, transaction
from app.models import Contact, OutboxMessage
from app.models.base import AnyRow
from app.services import audit, outbox, relations, request_wishes

PURPOSE = "stop"
LASTS = LINK_LIVES[PURPOSE]
ASKED_EVERY = timedelta(days=1)  # so that the link cannot be used to pester anybody

Write = Callable[[int, str, str], Mail]


class StopState(StrEnum):
    """How far it is."""

    NOT_ASKED = "not asked"  # or so long ago that the mailed link works no more
    NO_ADDRESS = "no address"
    WAITING = "waiting"  # the mail has not left
    MAILED = "mailed"
    REFUSED = "refused"  # by the servers of all addresses
    ENDED = "ended"  # no request by mail goes to the member


class Standing(NamedTuple):
    """How far the end of requests to a member is, and what the page of the link needs."""

    name: str
    state: StopState
    asked_at: datetime | None = None  # of the mail that holds the link
    may_ask: bool = False  # a new mail would be sent

    @property
    def until(self) -> datetime | None:
        """When the mailed link stops to work."""
        return self.asked_at + LASTS if self.asked_at else None


def get_standing(member_id: int, now: datetime) -> Standing:
    """How far it is. Raises NotFound."""
    name = request_wishes.get_name(member_id)
    if takes_none(member_id):
        return Standing(name, StopState.ENDED)
    mails = _last_mails(member_id, now)
    if not mails:
        known = bool(_peering_addresses(member_id))
        return Standing(name, StopState.NOT_ASKED if known else StopState.NO_ADDRESS, may_ask=known)
    at: datetime = mails[0].created_at
    return Standing(name, _state({row.state for row in mails}), at, at <= now - ASKED_EVERY)


def ask(member_id: int, *, now: datetime, write: Write) -> None:
    """Mail the peering addresses of a member a link that ends requests by mail; once a day.

    Does nothing where no address is known, or no mail is sent to the member anyway.
    """
    with transaction():
        name = relations.hold(member_id)[member_id]
        if not get_standing(member_id, now).may_ask:
            return
        for email in _peering_addresses(member_id):
            outbox.enqueue(write(member_id, name, email), now=now, member_id=member_id)
        subject = request_wishes.SUBJECT
        audit.record(None, "end of requests asked for", subject, now=now, member_id=member_id)


def end(member_id: int, *, now: datetime) -> None:
    """End requests by mail to a member, as its own peering address confirmed. One that takes
    them on a page of its own, or at the route servers, keeps that."""
    with transaction():
        relations.hold(member_id)
        if not takes_none(member_id):
            request_wishes.store(None, member_id, Wish.NONE, None, now)


def takes_none(member_id: int) -> bool:
    """Whether no request by mail goes to the member."""
    return request_wishes.get_wish(member_id)[0] is not Wish.MAIL


def _last_mails(member_id: int, now: datetime) -> list[AnyRow]:
    """The mails of the last time it was asked for, while their link works."""
    rows = db.session.execute(
        select(OutboxMessage.state, OutboxMessage.created_at)
        .where(
            OutboxMessage.member_id == member_id,
            OutboxMessage.purpose == PURPOSE,
            OutboxMessage.created_at >= now - LASTS,
        )
        .order_by(OutboxMessage.created_at.desc())
    ).all()
    return [row for row in rows if row.created_at == rows[0].created_at]


def _state(states: set[str]) -> StopState:
    if states & {"sent", "doubtful"}:
        return StopState.MAILED
    return StopState.WAITING if states & {"queued", "sending"} else StopState.REFUSED


def _peering_addresses(member_id: int) -> list[str]:
    found = db.session.scalars(
        select(Contact.email)
        .where(Contact.member_id == member_id, Contact.kind == "peering", Contact.email != "")
        .distinct()
        .order_by(Contact.email)
    )
    return list(found)
