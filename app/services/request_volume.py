"""Requests as the exchange watches them: how many each member makes, and which were refused."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from app.extensions import db
from app.models import Member, OutboxMessage, OutboxRecipient, PeeringRequest
from app.services.last_asked import is_refused, was_refused


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
    """Who asks how much by mail, most today first; what test mode redirects is left out."""
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
        .where(
            PeeringRequest.leaves_on > since,
            ~PeeringRequest.is_test,
            OutboxMessage.state != "cancelled",
        )
        .group_by(Member.id)
        .order_by(func.count().filter(is_today).desc(), func.count().desc(), Member.name)
    )
    return [Volume(*row) for row in rows]


class Refusal(NamedTuple):
    """A request that no address of the asked member took."""

    id: int
    at: datetime
    member: str
    peer_id: int
    peer: str
    outbox_id: int
    said: str  # address and answer of each, or what went wrong with the mail as a whole


def list_refusals(since: datetime) -> list[Refusal]:
    """Requests that were made since then and refused by the servers of the other side, newest
    first; test mode's own are left out."""
    asking, asked = Member.__table__.alias("asking"), Member.__table__.alias("asked")
    rows = db.session.execute(
        select(
            PeeringRequest.id,
            PeeringRequest.at,
            asking.c.name.label("member"),
            PeeringRequest.peer_id,
            asked.c.name.label("peer"),
            PeeringRequest.outbox_id,
            OutboxMessage.last_error,
        )
        .join(asking, asking.c.id == PeeringRequest.member_id)
        .join(asked, asked.c.id == PeeringRequest.peer_id)
        .join(OutboxMessage, OutboxMessage.id == PeeringRequest.outbox_id)
        .where(PeeringRequest.at > since, was_refused())
        .order_by(PeeringRequest.at.desc(), PeeringRequest.id.desc())
    ).all()
    said = _answers([row.outbox_id for row in rows])
    return [
        Refusal(
            row.id,
            row.at,
            row.member,
            row.peer_id,
            row.peer,
            row.outbox_id,
            said.get(row.outbox_id) or row.last_error or "no answer",
        )
        for row in rows
    ]


def _answers(outbox_ids: list[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(OutboxRecipient.outbox_id, OutboxRecipient.address, OutboxRecipient.answer)
        .where(OutboxRecipient.outbox_id.in_(outbox_ids), OutboxRecipient.kind == "to")
        .order_by(OutboxRecipient.id)
    )
    found: dict[int, list[str]] = {}
    for outbox_id, address, answer in rows:
        found.setdefault(outbox_id, []).append(f"{address}: {answer}" if answer else address)
    return {outbox_id: "; ".join(each) for outbox_id, each in found.items()}
