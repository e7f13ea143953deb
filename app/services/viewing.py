"""A superuser looks at the portal as a member: it is written down when it begins and ends."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from app.domain.actor import Acting, Actor, Role
from app.domain.errors import Conflict, Forbidden, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import MemberStatus
from app.extensions import db
from app.models import Member
from app.services import audit
from app.services.member_row import NO_MEMBER


def start(actor: Actor, member_id: int, *, now: datetime) -> Acting:
    """Record that a superuser looks as this member, which reads it in its log, too.

    Raises Forbidden, NotFound, or Conflict for a member that left: nobody acts for it.
    """
    if not actor.is_superuser:
        raise Forbidden("Only people who run the exchange look at the portal as a member.")
    query = select(Member.id, Member.name, Member.asn, Member.status).where(Member.id == member_id)
    row = db.session.execute(query).first() if is_possible_id(member_id) else None
    if row is None:
        raise NotFound(NO_MEMBER)
    if row.status == MemberStatus.LEFT:
        raise Conflict(
            f"{row.name} has left, so nobody acts for it and there is nothing to look at. Its own "
            "page has what is kept of it."
        )
    member = Acting(row.id, row.name, row.asn, Role.ADMIN)
    _record(replace(actor, member=member, viewing=True), "viewing began", now)
    return member


def end(actor: Actor, *, now: datetime) -> None:
    """Record that it is over; nothing happens for who does not look as anybody."""
    if actor.viewing:
        _record(actor, "viewing ended", now)


def _record(actor: Actor, action: str, now: datetime) -> None:
    assert actor.member is not None
    subject = f"AS{actor.member.asn} {actor.member.name}"
    audit.record(actor, action, subject, now=now, member_id=actor.member.member_id)
