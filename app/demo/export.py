"""The member export of the demo exchange: IX-F, version 1.0."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.demo.exchange import LANS, NAME, ROUTE_SERVER_ASN, ROUTE_SERVERS, Lan, host
from app.demo.networks import NETWORKS, Network

FIRST_DAY = date(2011, 3, 1)
HOURS = ("24x7", "8x5", "12x7")
# Of what the export says of a member, the words by which `Network.lacks` leaves it out.
MEMBER_FIELDS = {
    "contact_email": "contacts",
    "contact_phone": "phone",
    "contact_hours": "phone",
    "url": "website",
    "peering_policy_url": "policy_url",
    "member_since": "joined",
}
ADDRESS_FIELDS = {"max_prefix": "limits", "as_macro": "as_set"}


def member_export(now: datetime) -> dict[str, Any]:
    """The exchange as its own software would export it at `now`."""
    return {
        "version": "1.0",
        "timestamp": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "ixp_list": [
            {
                "ixp_id": 1,
                "ixf_id": 1,
                "shortname": NAME,
                "name": NAME,
                "country": "ZZ",
                "vlan": [_vlan(lan) for lan in LANS],
                "switch": [{"id": 1, "name": "switch 1"}],
            }
        ],
        "member_list": [
            _route_servers(),
            *(entry for place, network in enumerate(NETWORKS) for entry in _member(place, network)),
        ],
    }


def _vlan(lan: Lan) -> dict[str, Any]:
    return {
        "id": lan.id,
        "name": lan.name,
        "ipv4": {"prefix": f"{lan.v4}0", "mask_length": 24},
        "ipv6": {"prefix": lan.v6, "mask_length": 64},
    }


def _route_servers() -> dict[str, Any]:
    serves = {"services": [{"type": "ixrouteserver"}]}
    connections = [
        _connection(lan, host(ROUTE_SERVER_ASN, number), "46", {4: serves, 6: serves})
        for lan in LANS
        for number in range(ROUTE_SERVERS)
    ]
    return _entry(ROUTE_SERVER_ASN, f"{NAME} route servers", "ixp", connections)


def _member(place: int, network: Network) -> list[dict[str, Any]]:
    """The entries of a member: one, or one for each LAN."""
    parts = [[lan] for lan in LANS] if network.is_listed_twice else [LANS]
    said = _of_member(place, network)
    return [
        _entry(network.asn, network.name, "peering", _connections(network, lans)) | said
        for lans in parts
    ]


def _of_member(place: int, network: Network) -> dict[str, Any]:
    site = f"as{network.asn}.example"
    said = {
        "contact_email": [f"peering@{site}"],
        "contact_phone": [f"+44 20 7946 0{100 + place}"],  # kept for fiction by Ofcom
        "contact_hours": HOURS[place % len(HOURS)],
        "url": f"https://www.{site}/",
        "peering_policy_url": f"https://www.{site}/peering",
        "member_since": f"{FIRST_DAY + timedelta(days=157 * place)}T00:00:00Z",
    }
    kept = _without(network, said, MEMBER_FIELDS)
    return kept | ({"peering_policy": network.policy} if network.policy else {})


def _connections(network: Network, lans: Iterable[Lan]) -> list[dict[str, Any]]:
    limits = {4: network.prefixes, 6: max(network.prefixes // 4, 5)}
    said = {
        protocol: _without(
            network,
            {"max_prefix": limit, "as_macro": f"AS{network.asn}:AS-MEMBERS"},
            ADDRESS_FIELDS,
        )
        for protocol, limit in limits.items()
    }
    return [
        _connection(lan, host(network.asn, router), flags, said)
        for lan in lans
        for router, flags in enumerate(network.routers(lan.id))
    ]


def _without(network: Network, said: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if words[name] not in network.lacks}


def _entry(asn: int, name: str, kind: str, connections: list[dict[str, Any]]) -> dict[str, Any]:
    return {"asnum": asn, "name": name, "member_type": kind, "connection_list": connections}


def _connection(
    lan: Lan, number: int, flags: str, said: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    entry: dict[str, Any] = {"vlan_id": lan.id}
    for protocol in (4, 6):
        if str(protocol) in flags:
            entry[f"ipv{protocol}"] = {
                "address": lan.address(protocol, number),
                "routeserver": "r" in flags,
                "mac_addresses": [f"00:00:5e:00:53:{number:02x}"],  # RFC 7042: for documentation
                **said[protocol],
            }
    return {
        "ixp_id": 1,
        "state": "inactive" if "x" in flags else "active",
        "if_list": [{"switch_id": 1, "if_speed": 10000}],
        "vlan_list": [entry],
    }
