"""The last requests to and from each member: "asked 12 days ago by", "they asked you"."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)

from app.domain.request_state import RequestState
from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair, User
from app.models.base import AnySelect

REMINDED = timedelta(days=30)  # of a request that was received


class Last(NamedTuple):
    """The last request to a member that counts, and how many there were."""

    id: int
    at: datetime
    by: str | None  # none: nobody who is still known
    sessions: int
    many: int
    state: RequestState
    leaves_on: date
    by_id: int | None = None


class Refused(NamedTuple):
    """A request that no address of the other member took, and that no later one replaced."""

    id: int
    at: datetime


class Received(NamedTuple):
    """The last request that a member sent to us."""

    id: int
    at: datetime


class History(NamedTuple):
    """How it stands with asking one member, and with being asked by it."""

    last: Last | None = None
    refused: Refused | None = None
    received: Received | None = None

    def received_lately(self, now: datetime) -> Received | None:
        """What they asked, while it is worth a reminder."""
        return self.received if self.received and self.received.at > now - REMINDED else None


NEVER = History()


def is_refused() -> ColumnElement[bool]:
    """No address of the other member took the mail."""
    open_ended = exists().where(
        OutboxRecipient.outbox_id == PeeringRequest.outbox_id,
        OutboxRecipient.kind == "to",
        OutboxRecipient.state != "refused",
    )
    return and_(
        PeeringRequest.outbox_id.is_not(None),
        or_(OutboxMessage.state == "failed", ~open_ended),
    )


def was_refused() -> ColumnElement[bool]:
    """Condition: the servers of the other side refused it; one that was withdrawn was not."""
    return and_(~PeeringRequest.is_test, OutboxMessage.state != "cancelled", is_refused())


def is_reached() -> ColumnElement[bool]:
    """An address of the other member took the mail."""
    return exists().where(
        OutboxRecipient.outbox_id == PeeringRequest.outbox_id,
        OutboxRecipient.kind == "to",
        OutboxRecipient.state == "sent",
    )


def is_received() -> ColumnElement[bool]:
    """Condition: who was asked has it, so that it may be shown there; over an outer join."""
    return and_(~PeeringRequest.is_test, state() == RequestState.SENT.value)


def counts() -> ColumnElement[bool]:
    """Condition: the request is a "last sent"; over an outer join with its mail."""
    return and_(
        PeeringRequest.counted,
        or_(
            OutboxMessage.id.is_(None),
            and_(OutboxMessage.state.not_in(("failed", "cancelled")), ~is_refused()),
        ),
    )


def count_sessions() -> Any:
    """How many sessions a request asks for."""
    return (
        select(func.count())
        .where(RequestPair.request_id == PeeringRequest.id)
        .correlate(PeeringRequest)
        .scalar_subquery()
    )


def state() -> ColumnElement[str]:
    """A `RequestState` in words; over an outer join with the mail."""
    return case(
        (PeeringRequest.channel == "marked", RequestState.MARKED.value),
        (OutboxMessage.state == "cancelled", RequestState.WITHDRAWN.value),
        (is_refused(), RequestState.REFUSED.value),
        (is_reached(), RequestState.SENT.value),  # a copy may still wait for its server
        (OutboxMessage.state.is_(None), RequestState.SENT.value),  # its mail was tidied away
        else_=OutboxMessage.state,
    )


def list_history(member_id: int) -> dict[int, History]:
    """How it stands with each member that was ever asked, or asked us, by its id. One statement."""
    rows = db.session.execute(_newest(to_one=False), {"member_id": member_id}).all()
    return {row[0]: found for row in rows if (found := _history(*row[1:])) is not NEVER}


def find_history(member_id: int, peer_id: int) -> History:
    """How it stands with asking this one."""
    asked = {"member_id": member_id, "peer_id": peer_id}
    row = db.session.execute(_newest(to_one=True), asked).first()
    return _history(*row[1:]) if row else NEVER


def find_last(member_id: int, peer_id: int) -> Last | None:
    """The last request of one member to another that counts."""
    return find_history(member_id, peer_id).last


def _history(
    request_id: int | None, at: Any, by: str | None, sessions: Any, many: Any, state: Any,
    leaves_on: Any, refused_id: int | None, refused_at: Any, received_id: int | None,
    received_at: Any, by_id: int | None,
) -> History:  # fmt: skip
    """From the three requests of a row of `_newest`; what was refused and asked again since is
    left out."""
    last = refused = received = None
    if request_id is not None:
        last = Last(request_id, at, by, sessions, many, RequestState(state), leaves_on, by_id)
    if refused_id is not None and (last is None or refused_id > last.id):
        refused = Refused(refused_id, refused_at)
    if received_id is not None:
        received = Received(received_id, received_at)
    return History(last, refused, received) if last or refused or received else NEVER


def has_left(request_id: int) -> bool:
    """Whether a request was made by other means, or its mail was taken by their server."""
    left = or_(PeeringRequest.channel == "marked", OutboxMessage.state.is_(None), is_reached())
    found = db.session.scalar(
        select(PeeringRequest.id)
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(PeeringRequest.id == request_id, left)
    )
    return found is not None


@cache  # every list of members asks it, and building it takes longer than answering it
def _newest(*, to_one: bool) -> AnySelect:
    newest = _ids_by_member(to_one=to_one)
    refused = PeeringRequest.__table__.alias("refused")
    received = PeeringRequest.__table__.alias("received")
    return (
        select(
            newest.c.peer_id,
            newest.c.id,
            PeeringRequest.at,
            User.shown_name.label("by"),
            count_sessions().label("sessions"),
            newest.c.many,
            state().label("state"),
            PeeringRequest.leaves_on,
            newest.c.refused_id,
            refused.c.at.label("refused_at"),
            newest.c.received_id,
            received.c.at.label("received_at"),
            PeeringRequest.user_id,
        )
        .select_from(newest)
        .outerjoin(PeeringRequest, PeeringRequest.id == newest.c.id)
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .outerjoin(User, User.id == PeeringRequest.user_id)
        .outerjoin(refused, refused.c.id == newest.c.refused_id)
        .outerjoin(received, received.c.id == newest.c.received_id)
    )


def _ids_by_member(*, to_one: bool) -> Subquery:
    """The newest request to each member and of each, by what became of it."""
    me: BindParameter[int] = bindparam("member_id")
    by_us, to_us = PeeringRequest.member_id == me, PeeringRequest.peer_id == me
    other = case((by_us, PeeringRequest.peer_id), else_=PeeringRequest.member_id)
    query = (
        select(
            other.label("peer_id"),
            func.max(PeeringRequest.id).filter(by_us, counts()).label("id"),
            func.count().filter(by_us, counts()).label("many"),
            func.max(PeeringRequest.id).filter(by_us, was_refused()).label("refused_id"),
            func.max(PeeringRequest.id).filter(to_us, is_received()).label("received_id"),
        )
        .select_from(PeeringRequest)
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(or_(by_us, to_us))
        .group_by(other)
    )
    if to_one:
        peer_id: BindParameter[int] = bindparam("peer_id")
        query = query.where(
            or_(PeeringRequest.peer_id == peer_id, PeeringRequest.member_id == peer_id)
        )
    return query.subquery()
