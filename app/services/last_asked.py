"""The last request to each member that counts: what "asked 12 days ago by" is read from."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select

from app.domain.request_state import RequestState
from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair, User
from app.models.base import AnySelect


class Last(NamedTuple):
    """The last request to a member that counts, and how many there were."""

    id: int
    at: datetime
    by: str | None  # none: nobody who is still known
    sessions: int
    many: int
    state: RequestState
    leaves_on: date


class Refused(NamedTuple):
    """A request that no address of the other member took, and that no later one replaced."""

    id: int
    at: datetime


class History(NamedTuple):
    """How it stands with asking one member."""

    last: Last | None = None
    refused: Refused | None = None


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
    """Condition: the servers of the other side refused it; one that was taken back was not."""
    return and_(~PeeringRequest.is_test, OutboxMessage.state != "cancelled", is_refused())


def is_reached() -> ColumnElement[bool]:
    """An address of the other member took the mail."""
    return exists().where(
        OutboxRecipient.outbox_id == PeeringRequest.outbox_id,
        OutboxRecipient.kind == "to",
        OutboxRecipient.state == "sent",
    )


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
    """How it stands with asking each member that was ever asked, by its id. One statement."""
    rows = db.session.execute(_newest(to_one=False), {"member_id": member_id}).all()
    return {row[0]: found for row in rows if (found := _history(row)) is not NEVER}


def find_history(member_id: int, peer_id: int) -> History:
    """How it stands with asking this one."""
    asked = {"member_id": member_id, "peer_id": peer_id}
    row = db.session.execute(_newest(to_one=True), asked).first()
    return _history(row) if row else NEVER


def list_last(member_id: int) -> dict[int, Last]:
    """The last request that counts to each member, by its id."""
    return {key: one.last for key, one in list_history(member_id).items() if one.last}


def find_last(member_id: int, peer_id: int) -> Last | None:
    """The last request of one member to another that counts."""
    return find_history(member_id, peer_id).last


def _history(row: Any) -> History:
    """From the two requests of a row; what was refused and asked again since is left out."""
    last = refused = None
    if row.id is not None:
        fields = (row.id, row.at, row.by, row.sessions, row.many)
        last = Last(*fields, RequestState(row.state), row.leaves_on)
    if row.refused_id is not None and (last is None or row.refused_id > last.id):
        refused = Refused(row.refused_id, row.refused_at)
    return History(last, refused) if last or refused else NEVER


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
    asked = [PeeringRequest.member_id == bindparam("member_id")]
    if to_one:
        asked.append(PeeringRequest.peer_id == bindparam("peer_id"))
    newest = (
        select(
            PeeringRequest.peer_id,
            func.max(PeeringRequest.id).filter(counts()).label("id"),
            func.count().filter(counts()).label("many"),
            func.max(PeeringRequest.id).filter(was_refused()).label("refused_id"),
        )
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(*asked)
        .group_by(PeeringRequest.peer_id)
        .subquery()
    )
    refused = PeeringRequest.__table__.alias("refused")
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
        )
        .select_from(newest)
        .outerjoin(PeeringRequest, PeeringRequest.id == newest.c.id)
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .outerjoin(User, User.id == PeeringRequest.user_id)
        .outerjoin(refused, refused.c.id == newest.c.refused_id)
    )
