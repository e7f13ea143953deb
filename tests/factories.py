"""Plain functions that put rows into the database; each has defaults for what a test ignores."""

from datetime import UTC, datetime
from typing import NamedTuple

from app.domain.member import MemberType
from app.extensions import transaction
from app.models import Infrastructure, InterfaceAddress, Member, Vlan, VlanInterface

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)  # where the clock of the tests stands


class Ends(NamedTuple):
    """The ids of an interface and of its addresses."""

    interface_id: int
    v4: int | None
    v6: int | None


def make_infrastructure(name: str = "Main") -> Infrastructure:
    with transaction() as session:
        found = session.query(Infrastructure).filter_by(name=name).first()
        row = found or Infrastructure(name=name)
        session.add(row)
        session.flush()  # its id is asked for before a transaction around this one ends
    return row


def make_vlan(
    name: str = "LAN 1",
    tag: int | None = None,
    peering_manager: bool = True,
    infrastructure: str = "Main",
    **fields: object,
) -> Vlan:
    home = make_infrastructure(infrastructure)
    with transaction() as session:
        row = Vlan(
            infrastructure_id=home.id, name=name, tag=tag, peering_manager=peering_manager, **fields
        )
        session.add(row)
        session.flush()  # its id is asked for before a transaction around this one ends
    return row


def make_member(asn: int, name: str | None = None, **fields: object) -> Member:
    with transaction() as session:
        row = Member(asn=asn, name=name or f"Network {asn}", **fields)
        session.add(row)
        session.flush()  # its id is asked for before a transaction around this one ends
    return row


def make_route_server(asn: int = 65500) -> Member:
    return make_member(asn, "Route server", type=MemberType.ROUTE_SERVER)


def make_interface(
    member: Member,
    vlan: Vlan,
    v4: str | None = None,
    v6: str | None = None,
    rs_client: bool = False,
    status: str = "connected",
    enabled: bool = True,
) -> Ends:
    with transaction() as session:
        interface = VlanInterface(member_id=member.id, vlan_id=vlan.id, status=status)
        session.add(interface)
        session.flush()
        rows = [
            InterfaceAddress(
                interface_id=interface.id,
                vlan_id=vlan.id,
                protocol=protocol,
                address=address,
                enabled=enabled,
                rs_client=rs_client,
                from_at=LONG_AGO,
            )
            if address
            else None
            for protocol, address in ((4, v4), (6, v6))
        ]
        session.add_all([row for row in rows if row])
        session.flush()
    return Ends(interface.id, *(row.id if row else None for row in rows))
