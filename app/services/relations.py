"""Who is a possible peer of whom."""

from datetime import datetime

from sqlalchemy import select

from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import Member
from app.services import houses, peering_rows

NO_PEER = (
    "That member is not one you could peer with; it may just have left, or is suspended by the "
    "exchange."
)


def is_peer(member_id: int, peer_id: int) -> bool:
    """Whether what is observed puts the other one on a tab: a current network of another house
    (`houses`), and both with a live address of one protocol on a VLAN of the lists."""
    if not is_possible_id(peer_id) or peer_id == member_id:
        return False
    me = peering_rows.get_self(member_id)
    vlan_ids = [column.vlan_id for column in peering_rows.list_columns(member_id, "")]
    rows = peering_rows.list_parties(me, vlan_ids, only=peer_id)
    held = {row[0]: _cells(row[-1]) for row in rows}
    return bool(held.get(member_id, set()) & held.get(peer_id, set()))


def _cells(held: str) -> set[tuple[int, int]]:
    return {(side.vlan_id, side.protocol) for side in peering_rows.sides_of(held)}


def is_listed(member_id: int, peer_id: int, now: datetime) -> bool:
    """Whether the other one is on a tab: a peer, or marked though it is none any more."""
    if not is_possible_id(peer_id):
        return False
    marked = peering_rows.list_marks(member_id, now, only=peer_id).get(peer_id)
    if marked and houses.is_another(peering_rows.get_self(member_id), marked):
        return True
    return is_peer(member_id, peer_id)


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
