"""What the drawer says of a member itself: how to reach it, and where to read on."""

from typing import NamedTuple

from sqlalchemy import select

from app.extensions import db
from app.models import Contact, Member, Vlan


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


def get_facts(member_id: int) -> Facts:
    """The facts of a member that exists. Two statements."""
    row = db.session.execute(
        select(Member.website, Member.policy_url, Member.noc_phone, Member.noc_hours).where(
            Member.id == member_id
        )
    ).one()
    contacts = db.session.execute(
        select(Contact.kind, Contact.email, Contact.phone, Vlan.name)
        .outerjoin(Vlan, Vlan.id == Contact.vlan_id)
        .where(Contact.member_id == member_id)
        .order_by(Contact.kind.desc(), Contact.email, Vlan.name)
    )
    return Facts(*row, tuple(Reach(*one) for one in contacts))
