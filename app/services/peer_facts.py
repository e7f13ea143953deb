"""What the drawer says of a member itself: how to reach it, what to configure, where to read on."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import or_, select

from app.domain.as_set import stated
from app.extensions import db
from app.models import Contact, InterfaceAddress, Member, Vlan

PROTOCOLS = (4, 6)


class Reach(NamedTuple):
    """A way to reach a member; `vlan` names the only VLAN it is meant for."""

    kind: str
    email: str  # empty where there is only a phone
    phone: str | None = None
    vlan: str | None = None


class Facts(NamedTuple):
    """What the member says, None where it does not."""

    website: str | None
    policy_url: str | None
    noc_phone: str | None
    noc_hours: str | None
    contacts: tuple[Reach, ...] = ()


class Offer(NamedTuple):
    """What to configure for a protocol; empty where the member does not say."""

    protocol: int
    as_sets: tuple[str, ...]
    max_prefix: int | None


def get_facts(member_id: int, vlan_ids: Collection[int]) -> Facts:
    """The facts of a member that exists, its contacts those for every VLAN and for one of these:
    the name of another, perhaps a private one, is not for whoever is not on it. Two statements."""
    row = db.session.execute(
        select(Member.website, Member.policy_url, Member.noc_phone, Member.noc_hours).where(
            Member.id == member_id
        )
    ).one()
    contacts = db.session.execute(
        select(Contact.kind, Contact.email, Contact.phone, Vlan.name)
        .outerjoin(Vlan, Vlan.id == Contact.vlan_id)
        .where(
            Contact.member_id == member_id,
            or_(Contact.vlan_id.is_(None), Contact.vlan_id.in_(vlan_ids)),
        )
        .order_by(Contact.kind.desc(), Contact.email, Vlan.name)
    )
    return Facts(*row, tuple(Reach(*one) for one in contacts))


def list_offers(member_id: int, address_ids: Collection[int]) -> tuple[Offer, ...]:
    """What the member says about each protocol of these addresses of its own. Two statements.

    Its own word, from its details, goes before what the export says of its addresses.
    """
    own = db.session.execute(
        select(Member.as_set_4, Member.as_set_6, Member.max_prefix_4, Member.max_prefix_6).where(
            Member.id == member_id
        )
    ).one()
    limits = {4: own.max_prefix_4, 6: own.max_prefix_6}
    rows = db.session.execute(
        select(
            InterfaceAddress.protocol, InterfaceAddress.as_set, InterfaceAddress.max_prefix
        ).where(InterfaceAddress.id.in_(address_ids))
    ).all()
    return tuple(
        Offer(
            protocol,
            stated(protocol, own.as_set_4, own.as_set_6)
            or tuple(sorted({row.as_set for row in said if row.as_set})),
            limits[protocol]
            or max((row.max_prefix for row in said if row.max_prefix), default=None),
        )
        for protocol in PROTOCOLS
        if (said := [row for row in rows if row.protocol == protocol])
    )
