"""Members as the exchange reads them: the list with its counts, and one with all it has."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.domain.actor import Role
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus
from app.domain.member_list import Line
from app.extensions import db
from app.models import (
    Contact,
    Infrastructure,
    InterfaceAddress,
    Member,
    Membership,
    MemberSource,
    User,
    Vlan,
    VlanInterface,
)
from app.services.member_edit import Standing, get_fields
from app.services.member_row import NO_MEMBER


class Address(NamedTuple):
    """One live address of a connection."""

    protocol: int
    text: str
    enabled: bool
    rs_client: bool
    max_prefix: int | None
    as_set: str | None


class Connection(NamedTuple):
    """One connection of a member, with the addresses it holds, or held when it ended."""

    id: int
    vlan_id: int
    vlan: str
    infrastructure: str
    connected: bool
    peering_manager: bool
    left_at: datetime | None
    addresses: list[Address]


class UserLine(NamedTuple):
    """Somebody who acts for the member."""

    name: str
    username: str
    email: str
    role: str
    active: bool
    last_login_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Everything about one member. `connections` that ended come last."""

    id: int
    asn: int
    name: str
    status: str
    type: str
    left_at: datetime | None
    fields: Standing
    sources: list[tuple[str, str]]  # how imports know it: source, id there
    connections: list[Connection]
    users: list[UserLine]

    @property
    def live(self) -> int:
        """How many connections it still has."""
        return sum(connection.left_at is None for connection in self.connections)


def list_lines() -> list[Line]:
    """Every member with its counts. One statement."""
    interfaces = (
        select(
            VlanInterface.member_id,
            func.count().label("all"),
            func.count().filter(Vlan.peering_manager).label("lans"),
        )
        .join(Vlan, Vlan.id == VlanInterface.vlan_id)
        .where(VlanInterface.status == InterfaceStatus.CONNECTED)
        .group_by(VlanInterface.member_id)
        .subquery()
    )
    contacts = (
        select(Contact.member_id, func.count().label("all"))
        .where(Contact.kind == "peering", Contact.email != "")
        .group_by(Contact.member_id)
        .subquery()
    )
    users = (
        select(Membership.member_id, func.count().label("all"))
        .join(User, User.id == Membership.user_id)
        .where(User.active)
        .group_by(Membership.member_id)
        .subquery()
    )
    query = select(
        Member.id,
        Member.asn,
        Member.name,
        Member.organisation,
        Member.type,
        Member.status,
        Member.joined_at,
        func.coalesce(interfaces.c.all, 0),
        func.coalesce(interfaces.c.lans, 0),
        func.coalesce(contacts.c.all, 0),
        func.coalesce(users.c.all, 0),
    )
    for counted in (interfaces, contacts, users):
        query = query.outerjoin(counted, counted.c.member_id == Member.id)
    return [Line(*row) for row in db.session.execute(query)]


def get_page(member_id: int) -> Page:
    """One member with all it has. Raises NotFound."""
    query = select(
        Member.id, Member.asn, Member.name, Member.status, Member.type, Member.left_at
    ).where(Member.id == member_id)
    row = db.session.execute(query).first() if is_possible_id(member_id) else None
    if row is None:
        raise NotFound(NO_MEMBER)
    sources = db.session.execute(
        select(MemberSource.source, MemberSource.external_id)
        .where(MemberSource.member_id == member_id)
        .order_by(MemberSource.source, MemberSource.external_id)
    )
    return Page(
        *row,
        fields=get_fields(member_id),
        sources=[(source, external_id) for source, external_id in sources],
        connections=_connections(member_id),
        users=_users(member_id),
    )


def _addresses(member_id: int) -> dict[int, list[Address]]:
    """The addresses of each interface, of one that ended those it had at its end."""
    held: dict[int, list[Address]] = {}
    for row in db.session.execute(
        select(
            InterfaceAddress.interface_id,
            InterfaceAddress.protocol,
            InterfaceAddress.address,
            InterfaceAddress.enabled,
            InterfaceAddress.rs_client,
            InterfaceAddress.max_prefix,
            InterfaceAddress.as_set,
        )
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(
            VlanInterface.member_id == member_id,
            or_(
                InterfaceAddress.until_at.is_(None),
                InterfaceAddress.until_at == VlanInterface.left_at,
            ),
        )
        .order_by(InterfaceAddress.protocol, InterfaceAddress.id)
    ):
        held.setdefault(row.interface_id, []).append(Address(*row[1:]))
    return held


def _connections(member_id: int) -> list[Connection]:
    held = _addresses(member_id)
    rows = db.session.execute(
        select(
            VlanInterface.id,
            VlanInterface.vlan_id,
            Vlan.name,
            Infrastructure.name.label("home"),
            VlanInterface.status,
            Vlan.peering_manager,
            VlanInterface.left_at,
        )
        .join(Vlan, Vlan.id == VlanInterface.vlan_id)
        .join(Infrastructure, Infrastructure.id == Vlan.infrastructure_id)
        .where(VlanInterface.member_id == member_id)
        .order_by(VlanInterface.left_at.is_not(None), Infrastructure.name, Vlan.tag, Vlan.name)
    )
    return [
        Connection(
            row.id,
            row.vlan_id,
            row.name,
            row.home,
            row.status == InterfaceStatus.CONNECTED,
            row.peering_manager,
            row.left_at,
            held.get(row.id, []),
        )
        for row in rows
    ]


def _users(member_id: int) -> list[UserLine]:
    rows = db.session.execute(
        select(
            User.name,
            User.username,
            User.email,
            Membership.role,
            User.active,
            User.last_login_at,
        )
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.member_id == member_id)
        .order_by(User.username)
    )
    return [UserLine(*row[:3], Role(row.role).words, row.active, row.last_login_at) for row in rows]
