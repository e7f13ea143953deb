"""A member's own decision about another: peered, rejected, or what is observed."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.classify import Mark
from app.domain.errors import Forbidden, NotFound
from app.domain.ids import is_possible_id
from app.domain.mark import Decision, decision, in_words
from app.extensions import db, transaction
from app.models import Member, PeerRelation, User
from app.services import audit, notes, relations
from app.services.upsert import insert_into


class LastMark(NamedTuple):
    """The last decision about the member, who made it and when; `stands` unless it ran out."""

    decision: Decision
    by: str | None
    at: datetime | None
    stands: bool


def set_mark(
    actor: Actor,
    peer_id: int,
    mark: Mark | None,
    *,
    now: datetime,
    reason: str = "",
    until: date | None = None,
) -> Decision:
    """Mark another member, or clear the mark, for the member the actor acts for.

    Without `until` the mark stays; with it, that is the last day (UTC) on which it counts.
    Returns the decision that stood before, so that the step can be undone. Raises NotFound for a
    member that is neither a peer (`relations.is_peer`) nor marked already, Invalid for a day that
    is over or a reason too long, Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("Marks belong to a member; this login acts for none.")
    own = actor.member
    if not is_possible_id(peer_id):
        raise NotFound(relations.NO_PEER)
    wanted = decision(mark, reason, until, today=now.date())
    with transaction() as session:
        before = find_decision(own.member_id, peer_id, lock=True)
        if not before.stands(now.date()):
            before = Decision(None)
            if not relations.is_peer(own.member_id, peer_id):
                raise NotFound(relations.NO_PEER)
        session.execute(_upsert(own.member_id, peer_id, wanted, actor.user_id, now))
        _record(actor, own.member_id, peer_id, before, wanted, now)
    return before


def _record(
    actor: Actor, member_id: int, peer_id: int, before: Decision, wanted: Decision, now: datetime
) -> None:
    changes = [
        Change(field, getattr(before, field), getattr(wanted, field))
        for field in ("mark", "reason", "until")
        if getattr(before, field) != getattr(wanted, field)
    ]
    if changes:
        peer = db.session.execute(select(Member.asn, Member.name).where(Member.id == peer_id)).one()
        subject = f"AS{peer.asn} {peer.name}"
        audit.record(actor, "mark changed", subject, now=now, member_id=member_id, changes=changes)
        notes.log(actor, peer_id, in_words(wanted), now=now)


def find_decision(member_id: int, peer_id: int, *, lock: bool = False) -> Decision:
    """The last decision, even one that ran out; `lock` keeps it still until the transaction
    ends."""
    query = select(PeerRelation.mark, PeerRelation.mark_reason, PeerRelation.mark_until).where(
        PeerRelation.member_id == member_id, PeerRelation.peer_id == peer_id
    )
    row = db.session.execute(query.with_for_update() if lock else query).first()
    if row is None or row.mark is None:
        return Decision(None)
    return Decision(Mark(row.mark), row.mark_reason or "", row.mark_until)


def find_last(member_id: int, peer_id: int, now: datetime) -> LastMark | None:
    """The last decision with who made it and when; None where there never was one."""
    found = find_decision(member_id, peer_id)
    if found.mark is None:
        return None
    row = db.session.execute(
        select(User.shown_name.label("name"), PeerRelation.marked_at)
        .select_from(PeerRelation)
        .outerjoin(User, User.id == PeerRelation.marked_by)
        .where(PeerRelation.member_id == member_id, PeerRelation.peer_id == peer_id)
    ).one()
    return LastMark(found, row.name, row.marked_at, found.stands(now.date()))


def _upsert(member_id: int, peer_id: int, wanted: Decision, user_id: int, now: datetime) -> Any:
    """One statement, so that two first clicks at once make one row, not an error."""
    statement = insert_into(PeerRelation).values(
        member_id=member_id,
        peer_id=peer_id,
        mark=wanted.mark,
        mark_reason=wanted.reason or None,
        mark_until=wanted.until,
        marked_by=user_id,
        marked_at=now,
        version=1,
    )
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["member_id", "peer_id"],
        set_={
            "mark": new.mark,
            "mark_reason": new.mark_reason,
            "mark_until": new.mark_until,
            "marked_by": new.marked_by,
            "marked_at": new.marked_at,
            "version": PeerRelation.version + 1,
        },
    )
