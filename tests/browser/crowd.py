"""Many members on the VLAN of the cast, for lists that come in pages."""

from app.extensions import transaction
from app.models import InterfaceAddress, Member, VlanInterface
from tests.cast import Cast
from tests.factories import LONG_AGO


def add_crowd(cast: Cast, many: int) -> None:
    """Members `Crowd 001` and on, AS131073 and on, with IPv4 on LAN 1 and no link to anybody."""
    with transaction() as session:
        members = [
            Member(asn=131072 + n, name=f"Crowd {n:03}", policy="Open") for n in range(1, many + 1)
        ]
        session.add_all(members)
        session.flush()
        interfaces = [VlanInterface(member_id=m.id, vlan_id=cast.lan.id) for m in members]
        session.add_all(interfaces)
        session.flush()
        session.add_all(
            InterfaceAddress(
                interface_id=interface.id,
                vlan_id=cast.lan.id,
                protocol=4,
                address=f"192.0.{3 + n // 250}.{1 + n % 250}",
                enabled=True,
                rs_client=False,
                from_at=LONG_AGO,
            )
            for n, interface in enumerate(interfaces)
        )
