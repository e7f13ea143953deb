"""Invitations that stand: not run out, and of a member that is still there."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, func, select

from app.domain.actor import Role
from app.domain.member import MemberStatus
from app.models import Invitation, Member, User
from app.models.base import AnyRow, AnySelect


class Offer(NamedTuple):
    """An invitation as the one who is invited reads it; `by` is empty for a login that is gone."""

    id: int
    member_id: int
    member: str
    asn: int
    email: str
    name: str
    role: Role
    by: str
    expires_at: datetime


def offers(now: datetime) -> AnySelect:
    """All that stand, as columns of an Offer."""
    return (
        select(
            Invitation.id,
            Member.id,
            Member.name,
            Member.asn,
            Invitation.email,
            Invitation.name,
            Invitation.role,
            func.coalesce(User.shown_name, ""),
            Invitation.expires_at,
        )
        .join(Member, Member.id == Invitation.member_id)
        .outerjoin(User, User.id == Invitation.by_id)
        .where(*_stand(now))
    )


def offer_of(row: AnyRow) -> Offer:
    """The row of `offers` as an Offer."""
    return Offer._make(row)._replace(role=Role(row.role))


def how_many(now: BindParameter[Any]) -> Any:
    """How many stand for the address of a user, within a query about users."""
    return (
        select(func.count(Invitation.id))
        .join(Member, Member.id == Invitation.member_id)
        .where(Invitation.email == User.email, *_stand(now))
        .correlate(User)
        .scalar_subquery()
    )


def _stand(now: datetime | BindParameter[Any]) -> tuple[ColumnElement[bool], ...]:
    return Invitation.expires_at > now, Member.status != MemberStatus.LEFT
