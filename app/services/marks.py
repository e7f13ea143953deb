"""A member's own decision about another: peered, rejected, or what is observed."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.domain.actor import Actor
from app.domain.classify import Mark
from app.domain.errors import Forbidden, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db, transaction
from app.models import Member, PeerRelation, Vlan, VlanInterface
from app.models.base import AnySelect

NO_PEER = "That member is not one you could peer with; it may just have left."


def set_mark(actor: Actor, peer_id: int, mark: Mark | None, *, now: datetime) -> Mark | None:
    """Mark another member, or clear the mark, for the member the actor acts for.

    Returns the mark that stood before, so that the step can be undone. Raises NotFound for a
    member that is no peer (route server, oneself, on no shared VLAN, left and never marked),
    Forbidden without a member.
    """
    if actor.member is None:
        raise Forbidden("Marks belong to a member; this login acts for none.")
    own = actor.member
    if not is_possible_id(peer_id):
        raise NotFound(NO_PEER)
    with transaction() as session:
        before = find_mark(own.member_id, peer_id, lock=True)
        if before is None and not _is_peer(own.member_id, peer_id):
            raise NotFound(NO_PEER)
        session.execute(_upsert(own.member_id, peer_id, mark, actor.user_id, now))
    return before


def find_mark(member_id: int, peer_id: int, *, lock: bool = False) -> Mark | None:
    """The mark that stands, if any; `lock` keeps it still until the transaction ends."""
    query = select(PeerRelation.mark).where(
        PeerRelation.member_id == member_id, PeerRelation.peer_id == peer_id
    )
    found = db.session.scalar(query.with_for_update() if lock else query)
    return Mark(found) if found else None


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


def _upsert(member_id: int, peer_id: int, mark: Mark | None, user_id: int, now: datetime) -> Any:
    """One statement, so that two first clicks at once make one row, not an error."""
    dialect = db.engine.dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Any = insert(PeerRelation).values(
        member_id=member_id,
        peer_id=peer_id,
        mark=mark,
        marked_by=user_id,
        marked_at=now,
        version=1,
    )
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["member_id", "peer_id"],
        set_={
            "mark": new.mark,
            "marked_by": new.marked_by,
            "marked_at": new.marked_at,
            "version": PeerRelation.version + 1,
        },
    )
