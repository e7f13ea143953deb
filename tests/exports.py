"""Small IX-F exports, and what the portal would know after importing one."""

import json
from itertools import count
from typing import Any

from app.domain.ixf.document import Document
from app.domain.ixf.parse import parse_object
from app.domain.ixf.plan import make_plan
from app.domain.ixf.snapshot import (
    KnownAddress,
    KnownInfrastructure,
    KnownInterface,
    KnownMember,
    KnownVlan,
    Snapshot,
)
from app.domain.ixf.steps import Plan

Json = dict[str, Any]


def lan(number: int = 1, name: str | None = None, **fields: object) -> Json:
    return {"id": number, "name": name or f"LAN {number}"} | fields


def exchange(ixp_id: int = 1, shortname: str = "IX", lans: list[Json] | None = None) -> Json:
    listed = [lan()] if lans is None else lans
    return {"ixp_id": ixp_id, "ixf_id": 100 + ixp_id, "shortname": shortname, "vlan": listed}


def entry(v4: str | None = None, v6: str | None = None, vlan_id: int = 1, **fields: Any) -> Json:
    """One element of a `vlan_list`; `fields` go to each address."""
    found: Json = {"vlan_id": vlan_id}
    if v4:
        found["ipv4"] = {"address": v4} | fields
    if v6:
        found["ipv6"] = {"address": v6} | fields
    return found


def port(*entries: Json, ixp_id: int = 1, **fields: Any) -> Json:
    """One element of a `connection_list`."""
    return {"ixp_id": ixp_id, "vlan_list": list(entries)} | fields


def network(asn: Any, *places: str | Json, **fields: Any) -> Json:
    """One element of a `member_list`; a plain IPv4 address stands for a port with it."""
    ports = [port(entry(place)) if isinstance(place, str) else place for place in places]
    return {"asnum": asn, "name": f"Net {asn}", "connection_list": ports} | fields


def export(*networks: Json, exchanges: list[Json] | None = None, version: str = "1.0") -> Json:
    return {
        "version": version,
        "timestamp": "2026-01-01T00:00:00Z",
        "ixp_list": [exchange()] if exchanges is None else exchanges,
        "member_list": list(networks),
    }


def crowd(size: int, start: int = 1) -> list[Json]:
    """Members with one address each, so that a few leaves are under 5 %."""
    return [network(65000 + n, f"192.0.2.{n}") for n in range(start, start + size)]


def octets(document: Json) -> bytes:
    return json.dumps(document).encode()


def plan_from_nothing(document: Json) -> Plan:
    return make_plan(Snapshot([], [], [], {}, [], []), parse_object(document))


def plan_after(before: Json, after: Json, **known: Any) -> Plan:
    """The plan for `after` in a portal that has imported `before`.

    `known` is given to `snapshot_of`.
    """
    return make_plan(snapshot_of(parse_object(before), **known), parse_object(after))


def snapshot_of(document: Document, **member_fields: dict[int, dict[str, Any]]) -> Snapshot:
    """What the portal knows after this export; `member_fields` adds to KnownMember by ASN."""
    ids = count(1)
    homes = [KnownInfrastructure(e.ixp_id, e.name, e.ixf_id) for e in document.exchanges]
    lans = [known for e in document.exchanges for known in e.lans]
    vlans = {
        one.key: KnownVlan(next(ids), one.ixp_id, one.name, one.ixf_id, frozenset(one.prefixes))
        for one in lans
    }
    members, interfaces, addresses = [], [], []
    for one in document.networks:
        fields = {
            "name": one.name,
            "type": one.type or "peering",
            "policy": one.policy,
            "policy_url": one.policy_url,
            "website": one.website,
            "joined_at": one.joined_at,
        }
        more = {name: by_asn.get(one.asn) for name, by_asn in member_fields.items()}
        known: Json = {"emails": frozenset(one.emails)}
        known |= {name: value for name, value in more.items() if value is not None}
        member_id = next(ids)
        members.append(KnownMember(member_id, one.asn, one.name, False, True, fields, **known))
        for place in one.connections:
            interface_id, vlan_id = next(ids), vlans[place.lan].id
            interfaces.append(
                KnownInterface(interface_id, member_id, vlan_id, place.connected, place.macs)
            )
            addresses += [
                KnownAddress(
                    next(ids), interface_id, member_id, vlan_id, a.protocol, a.text,
                    a.rs_client, a.max_prefix, a.as_set,
                )
                for a in place.addresses
            ]  # fmt: skip
    sources = {str(member.asn): member.id for member in members}
    return Snapshot(homes, list(vlans.values()), members, sources, interfaces, addresses)
