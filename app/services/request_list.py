"""Requests as they are read: the last one to each member, all of a member, one of them."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select

from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.request_state import WORDS, RequestState
from app.extensions import db
from app.models import (
    InterfaceAddress,
    Member,
    OutboxMessage,
    OutboxRecipient,
    PeeringRequest,
    RequestPair,
    User,
    Vlan,
)
from app.models.base import AnySelect
from app.services.last_asked import count_sessions, is_received, state

NO_REQUEST = "There is no such request, or it is not one of yours."


class Line(NamedTuple):
    """One request as lists show it."""

    id: int
    member_id: int
    member: str
    member_asn: int
    peer_id: int
    peer: str
    peer_asn: int
    at: datetime
    by: str | None
    state: RequestState
    is_test: bool
    counted: bool
    leaves_on: date
    finished_at: datetime | None
    outbox_id: int | None
    channel: str  # "mailed", "marked"
    sessions: int


class Session(NamedTuple):
    """One session that was asked for."""

    vlan: str
    protocol: int
    own_address: str
    peer_address: str


class Reached(NamedTuple):
    """One address of the mail, and what the server said of it."""

    kind: str
    address: str
    state: str
    answer: str | None


class Request(NamedTuple):
    """One request with everything that is told of it."""

    line: Line
    subject: str
    message: str  # Markdown, as it was sent
    sessions: list[Session]
    recipients: list[Reached]
    last_error: str | None
    reply_to: str  # where answers go; empty: nobody said, or the mail is no longer kept


def list_requests(member_id: int) -> list[Line]:
    """Every request the member sent, and every one sent to it that left, newest first."""
    return [_line(row) for row in db.session.execute(_lines().where(_is_shown_to(member_id)))]


def get_request(member_id: int, request_id: int) -> Request:
    """One request the member sent, or that reached it. Raises NotFound for any other.

    Only who sent it sees BCC and what the server said.
    """
    if not is_possible_id(request_id):
        raise NotFound(NO_REQUEST)
    shown = _lines().where(PeeringRequest.id == request_id, _is_shown_to(member_id))
    row = db.session.execute(shown).first()
    if row is None:
        raise NotFound(NO_REQUEST)
    line = _line(row)
    own = line.member_id == member_id
    told = db.session.execute(
        select(
            PeeringRequest.subject,
            PeeringRequest.message,
            OutboxMessage.last_error,
            OutboxMessage.reply_to,
        )
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(PeeringRequest.id == request_id)
    ).one()
    return Request(
        line,
        told.subject,
        told.message,
        _asked(request_id),
        _reached(line.outbox_id) if own else [],
        told.last_error if own else None,
        told.reply_to or "",
    )


def list_fates(request_ids: Collection[int]) -> dict[int, str]:
    """What became of these requests, in a word; at most one statement."""
    if not request_ids:
        return {}
    rows = db.session.execute(
        select(PeeringRequest.id, state())
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(PeeringRequest.id.in_(request_ids))
    )
    return {request_id: WORDS[RequestState(found)] for request_id, found in rows}


def _is_shown_to(member_id: int) -> ColumnElement[bool]:
    """Condition: the member sent it, or has it from somebody else."""
    theirs = and_(PeeringRequest.peer_id == member_id, is_received())
    return or_(PeeringRequest.member_id == member_id, theirs)


def _lines() -> AnySelect:
    asking, asked = Member.__table__.alias("asking"), Member.__table__.alias("asked")
    return (
        select(
            PeeringRequest.id,
            PeeringRequest.member_id,
            asking.c.name.label("member"),
            asking.c.asn.label("member_asn"),
            PeeringRequest.peer_id,
            asked.c.name.label("peer"),
            asked.c.asn.label("peer_asn"),
            PeeringRequest.at,
            User.shown_name.label("by"),
            state().label("state"),
            PeeringRequest.is_test,
            PeeringRequest.counted,
            PeeringRequest.leaves_on,
            OutboxMessage.finished_at,
            PeeringRequest.outbox_id,
            PeeringRequest.channel,
            count_sessions().label("sessions"),
        )
        .join(asking, asking.c.id == PeeringRequest.member_id)
        .join(asked, asked.c.id == PeeringRequest.peer_id)
        .outerjoin(User, User.id == PeeringRequest.user_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .order_by(PeeringRequest.at.desc(), PeeringRequest.id.desc())
    )


def _line(row: Any) -> Line:
    return Line(*row)._replace(state=RequestState(row.state))


def pairs() -> AnySelect:
    """The id of a request and the columns of a `Session`, for every session of every request."""
    own, other = InterfaceAddress.__table__.alias("own"), InterfaceAddress.__table__.alias("other")
    return (
        select(RequestPair.request_id, Vlan.name, own.c.protocol, own.c.address, other.c.address)
        .select_from(RequestPair)
        .join(own, own.c.id == RequestPair.own_address_id)
        .join(other, other.c.id == RequestPair.peer_address_id)
        .join(Vlan, Vlan.id == own.c.vlan_id)
        .order_by(RequestPair.id)
    )


def _asked(request_id: int) -> list[Session]:
    rows = db.session.execute(pairs().where(RequestPair.request_id == request_id))
    return [Session(*row[1:]) for row in rows]


def _reached(outbox_id: int | None) -> list[Reached]:
    rows = db.session.execute(
        select(
            OutboxRecipient.kind,
            OutboxRecipient.address,
            OutboxRecipient.state,
            OutboxRecipient.answer,
        )
        .where(OutboxRecipient.outbox_id == outbox_id)
        .order_by(OutboxRecipient.id)
    )
    return [Reached(*row) for row in rows]
