"""Who is at the demo exchange, what peers with whom, and the member export that says so."""

from dataclasses import dataclass
from typing import Any

NAME = "Lantern IX"
ROUTE_SERVER_ASN = 64511
YOU = 64500  # the member that the demo logins act for


@dataclass(frozen=True)
class Lan:
    """A peering LAN; `v4` and `v6` are completed with a host number."""

    id: int
    name: str
    tag: int
    v4: str
    v6: str


LANS = (
    Lan(1, "LAN 1", 10, "192.0.2.", "2001:db8:0:1::"),
    Lan(2, "LAN 2", 20, "198.51.100.", "2001:db8:0:2::"),
)


@dataclass(frozen=True)
class Network:
    """A member. `ports` gives each LAN's routers: protocols, and `r` for route-server clients,
    as in `{1: ("46r", "46")}`: two routers on LAN 1, both dual stack, the first a client."""

    asn: int
    name: str
    policy: str
    ports: dict[int, tuple[str, ...]]


NETWORKS = (
    Network(YOU, "Hollin Networks", "Open", {1: ("46r", "46r"), 2: ("46",)}),
    Network(64496, "Alder Broadband", "Open", {1: ("46r",), 2: ("46r",)}),
    Network(64497, "Birchline Telecom", "Selective", {1: ("46",)}),
    Network(64498, "Cobalt Hosting", "Open", {1: ("46r",), 2: ("4r",)}),
    Network(64499, "Driftwood Media", "Open", {1: ("46r",)}),
    Network(64501, "Eastmoor Broadband", "Selective", {1: ("46", "46")}),
    Network(64502, "Fernhill University", "Open", {2: ("46",)}),
    Network(64504, "Granite Cloud", "Open", {1: ("46r",), 2: ("46",)}),
    Network(64505, "Harbour CDN", "Open", {1: ("46r", "46r"), 2: ("46r", "46r")}),
    Network(64506, "Ivory Media", "Open", {1: ("46r",), 2: ("46",)}),
    Network(64510, "Jasper Mobile", "Selective", {1: ("46",), 2: ("4",)}),
    Network(65537, "Kestrel DNS", "Open", {1: ("46",), 2: ("46",)}),
    Network(65538, "Larchwood Bank", "Restrictive", {1: ("4",)}),
    Network(65539, "Mistral Radio", "Open", {1: ("46r",)}),
    Network(65540, "Rowan Fibre", "Open", {1: ("46r",), 2: ("46",)}),
    Network(65541, "Oakfield Council Network", "Case by case", {2: ("46",)}),
    Network(65542, "Pinnacle Gaming", "Open", {1: ("6r",)}),
    Network(65543, "Quarry Voice", "Selective", {1: ("46r",)}),
    Network(65544, "Saltmarsh Games", "Open", {1: ("46",)}),
    Network(65545, "Thistle Streaming", "Open", {1: ("46r",), 2: ("46",)}),
    Network(65546, "Umber Security", "Restrictive", {2: ("4",)}),
    Network(65547, "Hollin Studios", "Open", {1: ("46r",)}),
    Network(65548, "Willow Mail", "Open", {1: ("46r",), 2: ("46",)}),
    Network(65549, "Yarrow Anycast", "Open", {1: ("6",), 2: ("6",)}),
)


@dataclass(frozen=True)
class Seen:
    """What the recording holds between two members on a LAN: `confirmed`, `possible`, or an
    `attempt` by the first of them. Routers are numbered from 0."""

    one: int
    other: int
    lan: int
    protocol: int
    kind: str = "confirmed"
    routers: tuple[int, int] = (0, 0)


def _between(one: int, other: int, lan: int, protocols: str = "46") -> list[Seen]:
    return [Seen(one, other, lan, int(protocol)) for protocol in protocols]


SEEN = (
    *_between(YOU, 64496, 1),
    Seen(YOU, 64501, 1, 4),
    *_between(YOU, 64504, 1),
    *_between(YOU, 64504, 2),
    *_between(YOU, 64505, 1),
    Seen(YOU, 64505, 1, 4, routers=(1, 1)),
    *_between(YOU, 64505, 2),
    Seen(YOU, 65540, 1, 4),
    *_between(YOU, 65540, 2),
    *_between(YOU, 65545, 1),
    Seen(YOU, 65545, 2, 6),
    Seen(YOU, 65544, 1, 6, "possible"),
    Seen(YOU, 64506, 2, 6, "possible"),
    Seen(64510, YOU, 1, 4, "attempt"),
    *_between(64496, 64505, 1),
    *_between(64498, 64505, 1),
    *_between(65537, 64505, 2),
    *_between(65540, 65545, 1),
    *_between(65537, 65548, 1, "6"),
    Seen(65544, 64497, 1, 4, "possible"),
    *(Seen(ROUTE_SERVER_ASN, asn, 1, 4) for asn in (YOU, 64496, 64498, 64505, 65540)),
)


def member_export() -> dict[str, Any]:
    """The exchange as an IX-F member export, version 1.0."""
    return {
        "version": "1.0",
        "timestamp": "2026-01-01T00:00:00Z",
        "ixp_list": [
            {
                "ixp_id": 1,
                "ixf_id": 1,
                "shortname": NAME,
                "name": NAME,
                "country": "ZZ",
                "vlan": [_vlan(lan) for lan in LANS],
            }
        ],
        "member_list": [_route_server(), *(_member(network) for network in NETWORKS)],
    }


def _vlan(lan: Lan) -> dict[str, Any]:
    return {
        "id": lan.id,
        "name": lan.name,
        "ipv4": {"prefix": f"{lan.v4}0", "mask_length": 24},
        "ipv6": {"prefix": lan.v6, "mask_length": 64},
    }


def _route_server() -> dict[str, Any]:
    entries = [_entry(lan, 1, "46", {"services": [{"type": "ixrouteserver"}]}) for lan in LANS]
    return _listed(ROUTE_SERVER_ASN, f"{NAME} route server", "ixp", [entries])


def _member(network: Network) -> dict[str, Any]:
    connections = [
        [_entry(lan, host(network.asn, router), flags, {})]
        for lan in LANS
        for router, flags in enumerate(network.ports.get(lan.id, ()))
    ]
    listed = _listed(network.asn, network.name, "peering", connections)
    return listed | {
        "peering_policy": network.policy,
        "url": f"https://as{network.asn}.example/",
        "contact_email": [f"peering@as{network.asn}.example"],
    }


def _listed(asn: int, name: str, kind: str, connections: list[Any]) -> dict[str, Any]:
    return {
        "asnum": asn,
        "name": name,
        "member_type": kind,
        "connection_list": [
            {"ixp_id": 1, "state": "active", "vlan_list": entries} for entries in connections
        ],
    }


def _entry(lan: Lan, number: int, flags: str, extra: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {"vlan_id": lan.id}
    for protocol in (4, 6):
        if str(protocol) in flags:
            entry[f"ipv{protocol}"] = {
                "address": address(lan, protocol, number),
                "routeserver": "r" in flags,
                **extra,
            }
    return entry


def host(asn: int, router: int) -> int:
    """The host number of a member's router, the same on every LAN and in both protocols."""
    place = next(i for i, network in enumerate(NETWORKS) if network.asn == asn)
    return 10 + place * 4 + router


def address(lan: Lan, protocol: int, number: int) -> str:
    """The address of a host number on a LAN, as text."""
    return f"{lan.v4}{number}" if protocol == 4 else f"{lan.v6}{number:x}"
