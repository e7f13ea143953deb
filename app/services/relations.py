"""Who is a possible peer of whom."""

from datetime import date

from sqlalchemy import func, select

from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db
from app.models import Member, PeerRelation, Vlan, VlanInterface
from app.models.base import AnySelect

NO_PEER = "That member is not one you could peer with; it may just have left."


def is_peer(member_id: int, peer_id: int) -> bool:
    """Whether the two could peer: two active networks of different houses with a VLAN of the
    peering manager in common. Route servers are none."""
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


def is_listed(member_id: int, peer_id: int, today: date) -> bool:
    """Whether the other one is on a tab: a peer, or marked though it is none any more."""
    if not is_possible_id(peer_id):
        return False
    marked = select(PeerRelation.id).where(
        PeerRelation.member_id == member_id,
        PeerRelation.peer_id == peer_id,
        PeerRelation.stands(today),
    )
    return is_peer(member_id, peer_id) or db.session.scalar(marked) is not None


def hold(*member_ids: int) -> dict[int, str]:
    """Keep these members still until the transaction ends, in one order for everybody, so that
    two who want the same ones wait for each other; returns their names. Raises NotFound."""
    possible = [member_id for member_id in member_ids if is_possible_id(member_id)]
    rows = db.session.execute(
        select(Member.id, Member.name)
        .where(Member.id.in_(possible))
        .order_by(Member.id)
        .with_for_update(key_share=True)
    )
    found = {row.id: row.name for row in rows}
    missing = [member_id for member_id in member_ids if member_id not in found]
    if missing:
        raise NotFound(f"There is no member with id {missing[0]}.")
    return found


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
