"""The operator's brake: while it is on, no request leaves, everybody's or one member's."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, Forbidden, Invalid
from app.extensions import db, transaction
from app.models import Member, OutboxMessage, RequestPause, User
from app.services import audit, relations

MOST_REASON = 500
EVERYBODY = "everybody"
PER_MINUTE = 20  # requests that leave after a brake was released


class Pause(NamedTuple):
    """A brake that is on; without a member it holds everybody."""

    id: int
    member_id: int | None
    member: str | None
    reason: str
    by: str | None
    at: datetime


def list_pauses() -> list[Pause]:
    """The brakes that are on, everybody's first."""
    rows = db.session.execute(
        select(
            RequestPause.id,
            RequestPause.member_id,
            Member.name,
            RequestPause.reason,
            User.shown_name.label("by"),
            RequestPause.at,
        )
        .outerjoin(Member, Member.id == RequestPause.member_id)
        .outerjoin(User, User.id == RequestPause.by_id)
        .where(RequestPause.ended_at.is_(None))
        .order_by(RequestPause.member_id.is_not(None), Member.name, RequestPause.id)
    )
    return [Pause(*row) for row in rows]


def find_reason(member_id: int) -> str | None:
    """Why no request of this member leaves just now; None when they do."""
    reason: str | None = db.session.scalar(
        select(RequestPause.reason)
        .where(
            RequestPause.ended_at.is_(None),
            or_(RequestPause.member_id.is_(None), RequestPause.member_id == member_id),
        )
        .order_by(RequestPause.member_id.is_not(None))
        .limit(1)
    )
    return reason


def check(member_id: int) -> None:
    """Raise Forbidden, with the reason, while requests of this member are held."""
    reason = find_reason(member_id)
    if reason is not None:
        raise Forbidden(
            f"The exchange has paused your peering requests: “{reason}”. Send it when they are "
            "resumed, or mail them yourself and press “Mark as sent”."
        )


def pause(actor: Actor, member_id: int | None, reason: str, *, now: datetime) -> None:
    """Hold everybody's requests, or those of one member; members read the reason.

    Raises Invalid without a reason, NotFound for no member, Conflict when it is on already.
    """
    reason = " ".join(reason.split())
    if not reason or "\0" in reason:
        raise Invalid("Say why: members read it.", "reason")
    if len(reason) > MOST_REASON:
        raise Invalid(f"A reason has at most {MOST_REASON} characters.", "reason")
    with transaction() as session:
        # Of two operators at once one is told: everybody's brake hangs on no member's row.
        operators = select(User.id).where(User.is_superuser).order_by(User.id)
        session.execute(operators.with_for_update(key_share=True))
        whose = EVERYBODY if member_id is None else relations.hold(member_id)[member_id]
        if any(one.member_id == member_id for one in list_pauses()):
            raise Conflict(f"Requests of {whose} are paused already.")
        session.add(RequestPause(member_id=member_id, reason=reason, by_id=actor.user_id, at=now))
        changes = [Change("paused", None, reason)]
        audit.record(actor, "requests paused", whose, now=now, member_id=member_id, changes=changes)


def resume(actor: Actor, pause_id: int, *, now: datetime) -> int:
    """Let them go again, and say how many were held: those leave PER_MINUTE at a time, so that
    no mail server sees all of them at once. A brake that ended already is left alone."""
    with transaction() as session:
        found = next((one for one in list_pauses() if one.id == pause_id), None)
        ended = session.execute(
            update(RequestPause)
            .where(RequestPause.id == pause_id, RequestPause.ended_at.is_(None))
            .values(ended_at=now)
        )
        if found is None or ended.rowcount != 1:  # type: ignore[attr-defined]
            return 0
        audit.record(
            actor,
            "requests resumed",
            found.member or EVERYBODY,
            now=now,
            member_id=found.member_id,
            changes=[Change("paused", found.reason, None)],
        )
        return _spread(found.member_id, now)


def _spread(member_id: int | None, now: datetime) -> int:
    """Give the requests that are due new times, the oldest first."""
    held = select(OutboxMessage.id).where(
        OutboxMessage.purpose == "request",
        OutboxMessage.state == "queued",
        OutboxMessage.next_attempt_at <= now,
    )
    if member_id is not None:
        held = held.where(OutboxMessage.member_id == member_id)
    order = (OutboxMessage.next_attempt_at, OutboxMessage.id)
    ids = db.session.scalars(held.order_by(*order)).all()
    for minute, start in enumerate(range(0, len(ids), PER_MINUTE)):
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids[start : start + PER_MINUTE]))
            .values(next_attempt_at=now + timedelta(minutes=minute))
        )
    return len(ids)
