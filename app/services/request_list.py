"""Requests as they are read: the last one to each member, all of a member, one of them."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.request_state import RequestState
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
from app.services.last_asked import count_sessions, is_reached, is_refused

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


def _state() -> ColumnElement[str]:
    return case(
        (PeeringRequest.channel == "marked", RequestState.MARKED.value),
        (OutboxMessage.state == "cancelled", RequestState.WITHDRAWN.value),
        (is_refused(), RequestState.REFUSED.value),
        (is_reached(), RequestState.SENT.value),  # a copy may still wait for its server
        (OutboxMessage.state.is_(None), RequestState.SENT.value),  # its mail was tidied away
        else_=OutboxMessage.state,
    )


def list_requests(member_id: int) -> list[Line]:
    """Every request the member sent, and every one sent to it that left, newest first."""
    theirs = and_(
        PeeringRequest.peer_id == member_id,
        ~PeeringRequest.is_test,
        OutboxMessage.state == "sent",
        ~is_refused(),
    )
    query = _lines().where(or_(PeeringRequest.member_id == member_id, theirs))
    return [_line(row) for row in db.session.execute(query)]


def get_request(member_id: int, request_id: int) -> Request:
    """One request the member sent, or that reached it. Raises NotFound for any other.

    Only who sent it sees BCC and what the server said.
    """
    if not is_possible_id(request_id):
        raise NotFound(NO_REQUEST)
    row = db.session.execute(_lines().where(PeeringRequest.id == request_id)).first()
    line = _line(row) if row else None
    own = line is not None and line.member_id == member_id
    reached = (
        line is not None
        and line.peer_id == member_id
        and line.state is RequestState.SENT
        and not line.is_test
    )
    if line is None or not (own or reached):
        raise NotFound(NO_REQUEST)
    told = db.session.execute(
        select(PeeringRequest.subject, PeeringRequest.message, OutboxMessage.last_error)
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
    )


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
            _state().label("state"),
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


def _asked(request_id: int) -> list[Session]:
    own, other = InterfaceAddress.__table__.alias("own"), InterfaceAddress.__table__.alias("other")
    rows = db.session.execute(
        select(Vlan.name, own.c.protocol, own.c.address, other.c.address)
        .select_from(RequestPair)
        .join(own, own.c.id == RequestPair.own_address_id)
        .join(other, other.c.id == RequestPair.peer_address_id)
        .join(Vlan, Vlan.id == own.c.vlan_id)
        .where(RequestPair.request_id == request_id)
        .order_by(RequestPair.id)
    )
    return [Session(*row) for row in rows]


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


class Volume(NamedTuple):
    """How much one member asks: what leaves today, waits, was refused; what leaves later; all of
    the last 30 days."""

    name: str
    asn: int
    today: int
    queued: int
    refused: int
    later: int
    month: int


def list_volume(today: date) -> list[Volume]:
    """Who asks how much by mail, most today first."""
    since = today - timedelta(days=30)
    is_today = PeeringRequest.leaves_on == today
    rows = db.session.execute(
        select(
            Member.name,
            Member.asn,
            func.count().filter(is_today),
            func.count().filter(OutboxMessage.state.in_(("queued", "sending"))),
            func.count().filter(is_today, is_refused()),
            func.count().filter(PeeringRequest.leaves_on > today),
            func.count(),
        )
        .select_from(PeeringRequest)
        .join(Member, Member.id == PeeringRequest.member_id)
        .join(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(PeeringRequest.leaves_on > since, OutboxMessage.state != "cancelled")
        .group_by(Member.id)
        .order_by(func.count().filter(is_today).desc(), func.count().desc(), Member.name)
    )
    return [Volume(*row) for row in rows]
