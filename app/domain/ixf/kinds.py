"""Which entries of an export are route servers or the exchange's own, by their marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.ixf import values
from app.domain.ixf.document import Network, VlanKey
from app.domain.member import MemberType

ROUTE_SERVER, COLLECTOR = "ixrouteserver", "ixroutecollector"


@dataclass
class Marks:
    """What `member_type` and the services say of each ASN."""

    types: dict[int, set[str]] = field(default_factory=dict)
    services: dict[int, set[str]] = field(default_factory=dict)

    def add(self, asn: int, entry: dict[str, Any]) -> None:
        word = values.text(entry.get("member_type"))
        self.types.setdefault(asn, set()).update([word.casefold()] if word else [])
        offered = self.services.setdefault(asn, set())
        for connection in values.objects(entry.get("connection_list")):
            for part in values.objects(connection.get("vlan_list")):
                for place in (part, part.get("ipv4"), part.get("ipv6")):
                    offered |= values.services(place) if isinstance(place, dict) else set()

    def of(self, asn: int) -> MemberType | None:
        """The type that the marks give; None when there is none."""
        words, offered = self.types[asn], self.services[asn]
        if ROUTE_SERVER in offered or "routeserver" in words:
            return MemberType.ROUTE_SERVER
        if COLLECTOR in offered or "ixp" in words:
            return MemberType.INTERNAL
        return MemberType.PEERING if words else None

    def bare(self, asn: int) -> bool:
        """An entry of the exchange's own that does not say what it does."""
        return "ixp" in self.types[asn] and not self.services[asn] & {ROUTE_SERVER, COLLECTOR}


def types_of(networks: Mapping[int, Network], marks: Marks) -> tuple[list[Network], list[str]]:
    """The networks with their types, and what was assumed, in words.

    From 0.7 on a route server is an `ixp` with a service, but many exports leave the service
    out. Such an entry counts as route server where members are clients and nobody else serves.
    """
    typed = {asn: replace(n, type=marks.of(asn)) for asn, n in networks.items()}
    served = _lans(n for n in typed.values() if n.type is MemberType.ROUTE_SERVER)
    wanting = {
        c.lan
        for n in typed.values()
        for c in n.connections
        if any(address.rs_client for address in c.addresses)
    } - served
    assumed = []
    for asn, network in typed.items():
        if marks.bare(asn) and _lans([network]) & wanting:
            typed[asn] = replace(network, type=MemberType.ROUTE_SERVER)
            assumed.append(
                f"AS{asn} {network.name} is the exchange's own without saying what it does; taken "
                f"as route server. If not: flask members set --asn {asn} --type internal"
            )
    return list(typed.values()), assumed


def _lans(networks: Iterable[Network]) -> set[VlanKey]:
    return {connection.lan for network in networks for connection in network.connections}
