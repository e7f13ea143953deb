"""An IX-F member export, octets to values: lenient in form, strict where data would be wrong.

What changed between the versions (0.4 to 1.0) is where things stand; every place is read,
whatever version the export says it is, because real exports mix them:

    MAC addresses   to 0.5  vlan_list[].mac_address
                    from 0.6  vlan_list[].ipv4|ipv6.mac_addresses[]
    route server    to 0.6  member_type "routeserver"
                    0.7  vlan_list[].ipv4|ipv6.service_type[]    "ixrouteserver"
                    1.0  vlan_list[].ipv4|ipv6.services[].type   "ixrouteserver"
    ixp_list        always; in its absence the ids that the members name
    vlan_id         may be left out where the exchange has one VLAN
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from app.domain.addresses import parse_address
from app.domain.errors import Invalid
from app.domain.ixf import values
from app.domain.ixf.document import (
    Address,
    Connection,
    Document,
    Exchange,
    Lan,
    Network,
    Problem,
    VlanKey,
)
from app.domain.ixf.exchanges import outside_prefixes, read_exchanges
from app.domain.ixf.kinds import Marks, types_of
from app.domain.ixf.pairs import merged, paired

VERSIONS = ("0.4", "0.5", "0.6", "0.7", "0.8", "1.0")


def parse(octets: bytes) -> Document:
    """Read an export.

    Raises Invalid when it is no JSON or no export at all. Entries that make no sense are
    skipped and listed as problems.
    """
    try:
        found = json.loads(octets.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # ValueError: no UTF-8, no JSON, no number
        raise Invalid(f"This is not JSON: {error}. Nothing was imported.") from error
    return parse_object(found)


def parse_object(found: Any) -> Document:
    """The same from decoded JSON; raises Invalid only."""
    if not isinstance(found, dict) or not isinstance(found.get("member_list"), list):
        raise Invalid("This is no IX-F member export: it has no list “member_list”.")
    version = values.text(str(found.get("version", ""))) or ""
    if version not in VERSIONS:
        raise Invalid(
            f"This export says it is version “{version[:40]}”; versions {VERSIONS[0]} to "
            f"{VERSIONS[-1]} are understood."
        )
    return _Reading(found).document(version)


class _Reading:
    """One pass over an export; collects problems and what they make doubtful."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.problems: list[Problem] = []
        self.doubtful_asns: set[int] = set()
        self.doubtful_addresses: set[str] = set()
        self.exchanges = {e.ixp_id: e for e in read_exchanges(found, self._problem)}
        self.lans = {lan.key: lan for e in self.exchanges.values() for lan in e.lans}
        self.free = {e.ixp_id for e in self.exchanges.values() if not e.lans}
        self.taken: dict[tuple[VlanKey, str], str] = {}

    def document(self, version: str) -> Document:
        networks: dict[int, Network] = {}
        marks = Marks()
        for place, entry in enumerate(values.items(self.found["member_list"])):
            network = self._network(place, entry, marks)
            if network:
                networks[network.asn] = merged(networks.get(network.asn), network)
        typed, assumed = types_of(networks, marks)
        exchanges = [self._completed(exchange) for exchange in self.exchanges.values()]
        return Document(
            version=version,
            exchanges=tuple(exchanges),
            networks=tuple(typed),
            problems=tuple(self.problems),
            notes=(
                *self._taken_from_members(exchanges),
                *outside_prefixes(self.lans, typed),
                *assumed,
            ),
            doubtful_asns=frozenset(self.doubtful_asns),
            doubtful_addresses=frozenset(self.doubtful_addresses),
        )

    # -- members ----------------------------------------------------------------------------

    def _network(self, place: int, entry: Any, marks: Marks) -> Network | None:
        if not isinstance(entry, dict):
            self._problem(f"member {place + 1}", "entry", "is no object; skipped")
            return None
        name = values.text(entry.get("name"))
        asn = values.asn(entry.get("asnum"))
        if asn is None:
            who = f"member {place + 1}" + (f" ({name})" if name else "")
            self._problem(who, "asnum", f"{_shown(entry.get('asnum'))} is no AS number; skipped")
            self.doubtful_addresses |= values.addresses_in([entry])
            return None
        who = f"AS{asn} {name or ''}".strip()
        marks.add(asn, entry)
        return Network(
            asn=asn,
            name=name or f"AS{asn}",
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
                shown = _shown(entry.get("ixp_id"))
                self._problem(who, f"{at}.ixp_id", f"{shown} is not in ixp_list; skipped", asn)
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
            shown = _shown(entry.get("vlan_id"))
            self._problem(who, f"{at}.vlan_id", f"{shown} is not in the VLAN list; skipped", asn)
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
            wrong = f"{_shown(given)} is no IPv{protocol} address of a router"
            self._problem(who, at, f"{wrong}; skipped", asn)
            return None
        if holder := self.taken.get((key, address)):
            self._problem(who, at, f"{address} is listed for {holder} already; skipped", asn)
            return None
        self.taken[key, address] = who
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
            self._problem(who, f"{at}.mac_addresses", f"{_shown(value)} is no MAC; left out")
        return found

    # -- what goes with it ------------------------------------------------------------------

    def _problem(self, member: str, field: str, message: str, asn: int | None = None) -> None:
        self.problems.append(Problem(member, field, message))
        if asn is not None:
            self.doubtful_asns.add(asn)

    def _completed(self, exchange: Exchange) -> Exchange:
        """An exchange that lists no VLAN has those that its members are in."""
        if exchange.ixp_id not in self.free:
            return exchange
        used = sorted({key for key, _ in self.taken if key[0] == exchange.ixp_id})
        return replace(exchange, lans=tuple(Lan(*key, f"VLAN {key[1]}") for key in used))

    def _taken_from_members(self, exchanges: Iterable[Exchange]) -> Iterator[str]:
        for exchange in exchanges:
            if exchange.ixp_id in self.free and exchange.lans:
                names = ", ".join(lan.name for lan in exchange.lans)
                yield f"{exchange.name} lists no VLAN; taken from its members: {names}"


def _shown(value: Any) -> str:
    """A single value as in the export; a nested one only by its kind, however deep it goes."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value)[:60]
