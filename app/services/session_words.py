"""Sessions that a form names by its keys, in words."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import InterfaceAddress, Vlan, VlanInterface

MOST = 500  # keys looked up; more than any two members have


def list_words(keys: Iterable[str], member_ids: Collection[int]) -> list[str]:
    """The sessions of these members in the order of the keys; a key of anybody else is left out,
    so that making one up reads nothing."""
    wanted = [pair for key in list(keys)[:MOST] if (pair := _pair(key))]
    peer = aliased(InterfaceAddress)
    rows = db.session.execute(
        select(
            InterfaceAddress.id,
            peer.id,
            Vlan.name,
            InterfaceAddress.protocol,
            InterfaceAddress.address,
            peer.address,
        )
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .join(Vlan, Vlan.id == InterfaceAddress.vlan_id)
        .join(
            peer,
            (peer.vlan_id == InterfaceAddress.vlan_id)
            & (peer.protocol == InterfaceAddress.protocol),
        )
        .where(
            Vlan.peering_manager,
            VlanInterface.member_id.in_(member_ids),
            InterfaceAddress.id.in_({own for own, _ in wanted}),
            peer.id.in_({other for _, other in wanted}),
        )
    )
    words = {
        (own, other): f"{vlan} IPv{protocol}: {here} with {there}"
        for own, other, vlan, protocol, here, there in rows
    }
    return [words[pair] for pair in wanted if pair in words]


def _pair(key: str) -> tuple[int, int] | None:
    own, _, other = key.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (own, other)):
        return None
    pair = int(own), int(other)
    return pair if all(map(is_possible_id, pair)) else None
