"""Who asks, and what the audit log keeps of it."""

from datetime import datetime

from sqlalchemy import select

from app.domain.actor import Acting, Actor
from app.domain.errors import Forbidden
from app.domain.member import MemberStatus
from app.extensions import db
from app.models import Member
from app.services import audit


def who_asks(actor: Actor) -> Acting:
    """The member that is acted for. Raises Forbidden for a login that acts for none."""
    if actor.member is None:
        raise Forbidden("Requests are made for a member; this login acts for none.")
    return actor.member


def check_active(own: Acting) -> None:
    """Raise Forbidden while the exchange has suspended the member that asks; it is held still."""
    status = db.session.scalar(select(Member.status).where(Member.id == own.member_id))
    if status == MemberStatus.SUSPENDED:
        raise Forbidden(suspended_words(own))


def suspended_words(own: Acting) -> str:
    """Why a suspended member asks nobody."""
    return (
        f"The exchange has suspended {own.name}, so it asks nobody for peering until that ends. "
        "Ask the exchange what is missing."
    )


def record(actor: Actor, action: str, peer_id: int, now: datetime, request_id: int | None) -> None:
    """Say in the audit log what was done about a request to this member."""
    peer = db.session.execute(select(Member.asn, Member.name).where(Member.id == peer_id)).one()
    subject = f"AS{peer.asn} {peer.name}"
    member_id = who_asks(actor).member_id
    audit.record(actor, action, subject, now=now, member_id=member_id, about_id=request_id)
