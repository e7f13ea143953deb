"""The LANs of the demo exchange, and who has which address on them."""

from dataclasses import dataclass

from app.demo.networks import NETWORKS

NAME = "Lantern IX"
ROUTE_SERVER_ASN = 64511
ROUTE_SERVERS = 2  # on each LAN
FIRST_HOST, MOST_ROUTERS = 10, 4  # of a member on a LAN


@dataclass(frozen=True)
class Lan:
    """A peering LAN; `v4` and `v6` are completed with a host number."""

    id: int
    name: str
    tag: int
    v4: str
    v6: str

    def address(self, protocol: int, number: int) -> str:
        """The address of a host number, as text."""
        return f"{self.v4}{number}" if protocol == 4 else f"{self.v6}{number:x}"


LANS = (
    Lan(1, "LAN 1", 10, "192.0.2.", "2001:db8:0:1::"),
    Lan(2, "LAN 2", 20, "198.51.100.", "2001:db8:0:2::"),
)


def host(asn: int, router: int) -> int:
    """The host number of a router, the same on every LAN and in both protocols."""
    if asn == ROUTE_SERVER_ASN:
        return 1 + router
    place = next(i for i, network in enumerate(NETWORKS) if network.asn == asn)
    return FIRST_HOST + place * MOST_ROUTERS + router
