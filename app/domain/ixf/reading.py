"""The members of an export, their connections and addresses."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.domain.addresses import parse_address
from app.domain.ixf import values
from app.domain.ixf.document import Address, Connection, Network, Problem, VlanKey
from app.domain.ixf.exchanges import read_exchanges
from app.domain.ixf.kinds import Marks
from app.domain.ixf.pairs import merged, paired


class Reading:
    """One pass over the members; collects problems and what they make doubtful."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.problems: list[Problem] = []
        self.doubtful_asns: set[int] = set()
        self.doubtful_addresses: set[str] = set()
        self.exchanges = {e.ixp_id: e for e in read_exchanges(found, self._problem)}
        self.lans = {lan.key: lan for e in self.exchanges.values() for lan in e.lans}
        self.free = {e.ixp_id for e in self.exchanges.values() if not e.lans}
        self.taken: dict[tuple[VlanKey, str], tuple[int, str]] = {}  # ASN, whose
        self.disputed: dict[tuple[VlanKey, str], set[int]] = {}

    def networks(self) -> tuple[dict[int, Network], Marks]:
        """What the members are, by ASN, and how the export marks them."""
        found: dict[int, Network] = {}
        marks = Marks()
        for place, entry in self._in_order():
            network = self._network(place, entry, marks)
            if network:
                found[network.asn] = merged(found.get(network.asn), network)
        return found, marks

    def _in_order(self) -> list[tuple[int, Any]]:
        """The entries by ASN, with their places: an address that two claim is the lower's."""

        def key(listed: tuple[int, Any]) -> int:
            entry = listed[1]
            asn = values.asn(entry.get("asnum")) if isinstance(entry, dict) else None
            return asn or values.LARGEST_ASN + 1

        return sorted(enumerate(values.items(self.found["member_list"])), key=key)

    def _network(self, place: int, entry: Any, marks: Marks) -> Network | None:
        if not isinstance(entry, dict):
            self._problem(f"member {place + 1}", "entry", "is no object; skipped")
            return None
        name = values.text(entry.get("name"))
        asn = values.asn(entry.get("asnum"))
        if asn is None:
            who = f"member {place + 1}" + (f" ({name})" if name else "")
            why = values.why_no_asn(entry.get("asnum"))
            self._problem(who, "asnum", f"{shown(entry.get('asnum'))} {why}; skipped")
            self.doubtful_addresses |= values.addresses_in([entry])
            return None
        who = f"AS{asn} {name or ''}".strip()
        marks.add(asn, entry)
        return Network(
            asn=asn,
            name=name or f"AS{asn}",
            named=name is not None,
            policy=values.text(entry.get("peering_policy"), 64),
            policy_url=values.website(entry.get("peering_policy_url")),
            website=values.website(entry.get("url")),
            joined_at=values.day(entry.get("member_since")),
            emails=values.emails(entry.get("contact_email")),
            connections=tuple(self._connections(asn, who, entry)),
        )

    def _connections(self, asn: int, who: str, member: dict[str, Any]) -> Iterator[Connection]:
        for at, entry in self._listed(asn, who, "connection_list", member.get("connection_list")):
            ixp_id = self._ixp_id(entry)
            if ixp_id is None:
                given = shown(entry.get("ixp_id"))
                self._problem(who, f"{at}.ixp_id", f"{given} is not in ixp_list; skipped", asn)
                self.doubtful_addresses |= values.addresses_in([{"connection_list": [entry]}])
                continue
            parts = self._listed(asn, who, f"{at}.vlan_list", entry.get("vlan_list"))
            read = [self._vlan_entry(asn, who, where, ixp_id, part) for where, part in parts]
            for connection in paired(found for found in read if found):
                yield replace(connection, connected=values.connected(entry.get("state")))

    def _listed(
        self, asn: int, who: str, name: str, value: Any
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a list with their places; nothing there, or null, is no mistake."""
        if value is not None and not isinstance(value, list):
            self._problem(who, name, "is no list; skipped", asn)
        for place, entry in enumerate(values.items(value)):
            if isinstance(entry, dict):
                yield f"{name}[{place}]", entry
            elif entry is not None:
                self._problem(who, f"{name}[{place}]", "is no object; skipped", asn)

    def _ixp_id(self, entry: dict[str, Any]) -> int | None:
        ixp_id = values.number(entry.get("ixp_id"))
        if ixp_id is None and entry.get("ixp_id") is None and len(self.exchanges) == 1:
            return next(iter(self.exchanges))
        return ixp_id if ixp_id in self.exchanges else None

    def _vlan_entry(
        self, asn: int, who: str, at: str, ixp_id: int, entry: dict[str, Any]
    ) -> Connection | None:
        key = self._vlan_key(ixp_id, entry)
        if key is None:
            given = shown(entry.get("vlan_id"))
            self._problem(who, f"{at}.vlan_id", f"{given} is not in the VLAN list; skipped", asn)
            self.doubtful_addresses |= values.addresses_in(
                [{"connection_list": [{"vlan_list": [entry]}]}]
            )
            return None
        addresses = []
        macs = self._macs(who, at, entry)
        for protocol in (4, 6):
            part = entry.get(f"ipv{protocol}")
            if isinstance(part, dict):
                found = self._address(asn, who, f"{at}.ipv{protocol}", key, protocol, part)
                addresses += [found] if found else []
                macs |= self._macs(who, f"{at}.ipv{protocol}", part)
            elif part is not None:
                self._problem(who, f"{at}.ipv{protocol}", "is no object; skipped", asn)
        return Connection(key, tuple(addresses), macs) if addresses else None

    def _vlan_key(self, ixp_id: int, entry: dict[str, Any]) -> VlanKey | None:
        vlan_id = values.number(entry.get("vlan_id"))
        if vlan_id is None and entry.get("vlan_id") is not None:
            return None
        if ixp_id in self.free:
            return ixp_id, vlan_id or 0
        known = [key for key in self.lans if key[0] == ixp_id]
        if vlan_id is None:
            return known[0] if len(known) == 1 else None
        return (ixp_id, vlan_id) if (ixp_id, vlan_id) in self.lans else None

    def _address(
        self, asn: int, who: str, at: str, key: VlanKey, protocol: int, part: dict[str, Any]
    ) -> Address | None:
        given, at = part.get("address"), f"{at}.address"
        if given is None or given == "":
            return None
        try:
            address = parse_address(given, protocol)
        except (ValueError, AttributeError):  # AttributeError: no text
            wrong = f"{shown(given)} is no IPv{protocol} address of a router"
            self._problem(who, at, f"{wrong}; skipped", asn)
            return None
        if found := self.taken.get((key, address)):
            first, holder = found
            self._problem(who, at, f"{address} is listed for {holder} already; skipped", asn)
            self.doubtful_asns.add(first)
            self.disputed.setdefault((key, address), {first}).add(asn)
            return None
        self.taken[key, address] = asn, who
        return Address(
            protocol,
            address,
            values.flag(part.get("routeserver")),
            values.max_prefix(part.get("max_prefix")),
            values.text(part.get("as_macro")),
        )

    def _macs(self, who: str, at: str, entry: dict[str, Any]) -> frozenset[str]:
        found, malformed = values.macs(entry.get("mac_address"), entry.get("mac_addresses"))
        for value in malformed:
            self._problem(who, f"{at}.mac_addresses", f"{shown(value)} is no MAC; left out")
        return found

    def _problem(self, member: str, field: str, message: str, asn: int | None = None) -> None:
        self.problems.append(Problem(member, field, message))
        if asn is not None:
            self.doubtful_asns.add(asn)


def shown(value: Any) -> str:
    """A single value as in the export; a nested one only by its kind, however deep it goes."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value)[:60]
