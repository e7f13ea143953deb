"""The last request to each member that counts: what "asked 12 days ago by" is read from."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select

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


def list_last(member_id: int) -> dict[int, Last]:
    """The last request that counts to each member, by its id. One statement."""
    rows = db.session.execute(_newest(to_one=False), {"member_id": member_id}).all()
    return {row[0]: Last(*row[1:]) for row in rows}


def find_last(member_id: int, peer_id: int) -> Last | None:
    """The last request of one member to another that counts."""
    asked = {"member_id": member_id, "peer_id": peer_id}
    row = db.session.execute(_newest(to_one=True), asked).first()
    return Last(*row[1:]) if row else None


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
        select(func.max(PeeringRequest.id).label("id"), func.count().label("many"))
        .outerjoin(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(*asked, counts())
        .group_by(PeeringRequest.peer_id)
        .subquery()
    )
    return (
        select(
            PeeringRequest.peer_id,
            PeeringRequest.id,
            PeeringRequest.at,
            User.shown_name.label("name"),
            count_sessions(),
            newest.c.many,
        )
        .join(newest, newest.c.id == PeeringRequest.id)
        .outerjoin(User, User.id == PeeringRequest.user_id)
    )
