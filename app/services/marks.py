"""A member's own decision about another: peered, rejected, or what is observed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.classify import Mark
from app.domain.errors import Forbidden, NotFound
from app.domain.ids import is_possible_id
from app.domain.mark import Decision, decision
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db, transaction
from app.models import Member, PeerRelation, Vlan, VlanInterface
from app.models.base import AnySelect
from app.services import audit
from app.services.upsert import insert_into

NO_PEER = "That member is not one you could peer with; it may just have left."


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
    member that is no peer (route server, oneself, on no shared VLAN, left and never marked),
    Invalid for a day that is over or a reason too long, Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("Marks belong to a member; this login acts for none.")
    own = actor.member
    if not is_possible_id(peer_id):
        raise NotFound(NO_PEER)
    wanted = decision(mark, reason, until, today=now.date())
    with transaction() as session:
        before = find_decision(own.member_id, peer_id, lock=True)
        if not before.stands(now.date()):
            before = Decision(None)
            if not _is_peer(own.member_id, peer_id):
                raise NotFound(NO_PEER)
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


def _is_peer(member_id: int, peer_id: int) -> bool:
    me = select(Member.asn, Member.organisation).where(Member.id == member_id).subquery()
    found = db.session.scalar(
        select(Member.id).where(
            Member.id == peer_id,
            Member.status == MemberStatus.ACTIVE,
            Member.type == MemberType.PEERING,
            Member.asn != me.c.asn,
            func.coalesce(Member.organisation, "") != func.coalesce(me.c.organisation, " "),
            _vlans_of(member_id).intersect(_vlans_of(peer_id)).exists(),
        )
    )
    return found is not None


def _vlans_of(member_id: int) -> AnySelect:
    """The VLANs of the peering manager in which a member is connected."""
    return (
        select(Vlan.id)
        .join(VlanInterface, VlanInterface.vlan_id == Vlan.id)
        .where(
            VlanInterface.member_id == member_id,
            VlanInterface.status == InterfaceStatus.CONNECTED,
            Vlan.peering_manager,
        )
    )


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
