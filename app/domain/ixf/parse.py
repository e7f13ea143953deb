"""An IX-F member export, octets to values: lenient in form, strict where data would be wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.domain.addresses import contains, parse_address, parse_prefix
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
from app.domain.ixf.kinds import Marks, types_of

# What changed between versions is where things stand, and it is read from every place:
# MAC addresses in the VLAN entry (to 0.5) or at the address, as `mac_address` or
# `mac_addresses`; services as `service_type` (0.7) or `services` (1.0); `routeserver` as type
# of a member (0.6) or `ixp` with a service.
VERSIONS = ("0.4", "0.5", "0.6", "0.7", "0.8", "1.0")


def parse(octets: bytes) -> Document:
    """Read an export.

    Raises Invalid when it is no JSON or no export at all. Entries that make no sense are
    skipped and listed as problems.
    """
    try:
        found = json.loads(octets.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Invalid(f"This is not JSON: {error}. Nothing was imported.") from error
    return parse_object(found)


def parse_object(found: Any) -> Document:
    """The same from decoded JSON; raises Invalid only."""
    if not isinstance(found, dict) or not isinstance(found.get("member_list"), list):
        raise Invalid("This is no IX-F member export: it has no list “member_list”.")
    version = str(found.get("version", ""))
    if version not in VERSIONS:
        raise Invalid(
            f"This export says it is version “{version}”; versions {VERSIONS[0]} to "
            f"{VERSIONS[-1]} are understood."
        )
    return _Reading(found).document(version)


class _Reading:
    """One pass over an export; collects problems and what they make doubtful."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.doubtful_asns: set[int] = set()
        self.doubtful_addresses: set[str] = set()
        self.exchanges = {e.ixp_id: e for e in self._exchanges()}
        self.lans = {lan.key: lan for e in self.exchanges.values() for lan in e.lans}
        self.free = {e.ixp_id for e in self.exchanges.values() if not e.lans}
        self.taken: dict[tuple[VlanKey, str], str] = {}

    def document(self, version: str) -> Document:
        networks: dict[int, Network] = {}
        marks = Marks()
        for place, entry in enumerate(values.items(self.found["member_list"])):
            network = self._network(place, entry, marks)
            if network:
                networks[network.asn] = _merged(networks.get(network.asn), network)
        self._note_foreign_addresses(networks.values())
        typed, assumed = types_of(networks, marks)
        return Document(
            version=version,
            exchanges=tuple(self._completed(e) for e in self.exchanges.values()),
            networks=tuple(typed),
            problems=tuple(self.problems),
            notes=(*self.notes, *assumed),
            doubtful_asns=frozenset(self.doubtful_asns),
            doubtful_addresses=frozenset(self.doubtful_addresses),
        )

    # -- exchanges and VLANs ----------------------------------------------------------------

    def _exchanges(self) -> Iterator[Exchange]:
        listed = values.objects(self.found.get("ixp_list"))
        if not listed:  # older exports of one exchange only
            listed = [{"ixp_id": ixp_id} for ixp_id in sorted(self._used_ixp_ids())]
        for place, entry in enumerate(listed):
            ixp_id = values.number(entry.get("ixp_id"))
            if ixp_id is None:
                self._problem(f"exchange {place + 1}", "ixp_id", "is no number; left out")
                continue
            long_name = values.text(entry.get("name")) or ""
            name = values.text(entry.get("shortname")) or long_name or f"IXP {ixp_id}"
            lans = tuple(self._lans(ixp_id, entry.get("vlan"), name))
            ixf_id = values.number(entry.get("ixf_id")) or None
            yield Exchange(ixp_id, name, long_name, ixf_id, lans)

    def _used_ixp_ids(self) -> set[int]:
        members = values.objects(self.found["member_list"])
        connections = [c for m in members for c in values.objects(m.get("connection_list"))]
        return {i for c in connections if (i := values.number(c.get("ixp_id"))) is not None}

    def _lans(self, ixp_id: int, listed: Any, exchange: str) -> Iterator[Lan]:
        names: set[str] = set()
        for place, entry in enumerate(values.objects(listed)):
            vlan_id = values.number(entry.get("id"))
            if vlan_id is None:
                self._problem(exchange, f"vlan[{place}].id", "is no number; left out")
                continue
            name = values.text(entry.get("name")) or f"VLAN {vlan_id}"
            if name.casefold() in names:
                name = f"{name[:240]} ({vlan_id})"
            names.add(name.casefold())
            yield Lan(ixp_id, vlan_id, name, tuple(self._prefixes(entry, name)))

    def _prefixes(self, entry: dict[str, Any], name: str) -> Iterator[tuple[int, str]]:
        for protocol in (4, 6):
            part = entry.get(f"ipv{protocol}")
            if not isinstance(part, dict) or not isinstance(part.get("prefix"), str):
                continue
            try:
                length = part.get("mask_length")
                yield protocol, parse_prefix(part["prefix"], length, protocol)
            except ValueError:
                self._problem(f"VLAN {name}", f"ipv{protocol}.prefix", "is no prefix; left out")

    def _completed(self, exchange: Exchange) -> Exchange:
        """An exchange that lists no VLAN has those that its members are in."""
        used = sorted({key for key, _ in self.taken if key[0] == exchange.ixp_id})
        lans = [self.lans.get(key) or Lan(*key, f"VLAN {key[1]}") for key in used]
        if exchange.ixp_id not in self.free or not lans:
            return exchange
        names = ", ".join(lan.name for lan in lans)
        self.notes.append(f"{exchange.name} lists no VLAN; taken from its members: {names}")
        return replace(exchange, lans=tuple(lans))

    # -- members ----------------------------------------------------------------------------

    def _network(self, place: int, entry: Any, marks: Marks) -> Network | None:
        if not isinstance(entry, dict):
            self._problem(f"member {place + 1}", "entry", "is no object; skipped")
            return None
        name = values.text(entry.get("name"))
        asn = values.asn(entry.get("asnum"))
        if asn is None:
            shown = json.dumps(entry.get("asnum"), default=str)[:40]
            who = f"member {place + 1}" + (f" ({name})" if name else "")
            self._problem(who, "asnum", f"{shown} is no AS number; skipped")
            self.doubtful_addresses |= _addresses_in(entry)
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
        for place, entry in enumerate(values.objects(member.get("connection_list"))):
            at = f"connection_list[{place}]"
            ixp_id = self._ixp_id(entry)
            if ixp_id is None:
                shown = json.dumps(entry.get("ixp_id"), default=str)[:40]
                self._problem(who, f"{at}.ixp_id", f"{shown} is not in ixp_list; skipped", asn)
                self.doubtful_addresses |= _addresses_in({"connection_list": [entry]})
                continue
            connected = values.connected(entry.get("state"))
            parts = enumerate(values.objects(entry.get("vlan_list")))
            found = [
                self._vlan_entry(asn, who, f"{at}.vlan_list[{number}]", ixp_id, part)
                for number, part in parts
            ]
            for connection in _paired([c for c in found if c]):
                yield replace(connection, connected=connected)

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
            shown = json.dumps(entry.get("vlan_id"), default=str)[:40]
            self._problem(who, f"{at}.vlan_id", f"{shown} is not in the VLAN list; skipped", asn)
            self.doubtful_addresses |= _addresses_in({"connection_list": [{"vlan_list": [entry]}]})
            return None
        addresses = []
        macs = values.macs(entry.get("mac_address"), entry.get("mac_addresses"))
        for protocol in (4, 6):
            part = entry.get(f"ipv{protocol}")
            if isinstance(part, dict) and part.get("address") is not None:
                found = self._address(asn, who, f"{at}.ipv{protocol}.address", key, protocol, part)
                addresses += [found] if found else []
                macs |= values.macs(part.get("mac_address"), part.get("mac_addresses"))
        return Connection(key, tuple(addresses), macs) if addresses else None

    def _vlan_key(self, ixp_id: int, entry: dict[str, Any]) -> VlanKey | None:
        vlan_id = values.number(entry.get("vlan_id"))
        known = [key for key in self.lans if key[0] == ixp_id]
        if vlan_id is None and entry.get("vlan_id") is None and len(known) == 1:
            return known[0]
        if ixp_id in self.free:
            return (ixp_id, vlan_id or 0) if vlan_id is not None or "vlan_id" not in entry else None
        return (ixp_id, vlan_id) if (ixp_id, vlan_id) in known and vlan_id is not None else None

    def _address(
        self, asn: int, who: str, at: str, key: VlanKey, protocol: int, part: dict[str, Any]
    ) -> Address | None:
        try:
            address = parse_address(part["address"], protocol)
        except (ValueError, TypeError, AttributeError):
            shown = json.dumps(part["address"], default=str)[:60]
            self._problem(who, at, f"{shown} is no IPv{protocol} address of a router; skipped", asn)
            return None
        if holder := self.taken.get((key, address)):
            self._problem(who, at, f"{address} is listed for {holder} already; skipped", asn)
            return None
        self.taken[key, address] = who
        return Address(
            protocol,
            address,
            part.get("routeserver") is True,
            values.max_prefix(part.get("max_prefix")),
            values.text(part.get("as_macro")),
        )

    # -- what goes with it ------------------------------------------------------------------

    def _problem(self, member: str, field: str, message: str, asn: int | None = None) -> None:
        self.problems.append(Problem(member, field, message))
        if asn is not None:
            self.doubtful_asns.add(asn)

    def _note_foreign_addresses(self, networks: Any) -> None:
        """Addresses outside the prefix are kept: exports with wrong prefixes are common."""
        outside: dict[str, int] = {}
        for network in networks:
            for connection in network.connections:
                lan = self.lans.get(connection.lan)
                prefixes = dict(lan.prefixes) if lan else {}
                for address in connection.addresses:
                    prefix = prefixes.get(address.protocol)
                    if lan and prefix and not contains(prefix, address.text):
                        outside[lan.name] = outside.get(lan.name, 0) + 1
        for name, count in outside.items():
            self.notes.append(f"VLAN {name}: {count} addresses lie outside its prefixes; kept")


def _addresses_in(member: dict[str, Any]) -> set[str]:
    """Every readable address in an entry that is skipped."""
    found = set()
    for connection in values.objects(member.get("connection_list")):
        for entry in values.objects(connection.get("vlan_list")):
            for protocol in (4, 6):
                part = entry.get(f"ipv{protocol}")
                try:
                    found.add(parse_address(part["address"], protocol))  # type: ignore[index]
                except (ValueError, TypeError, KeyError, AttributeError):
                    continue
    return found


def _paired(entries: list[Connection]) -> Iterator[Connection]:
    """IPv4 and IPv6 of one connection and VLAN that stand apart, put together in order."""
    waiting: dict[tuple[VlanKey, int], list[int]] = {}
    done: list[Connection] = []
    for entry in entries:
        if len(entry.addresses) == 2:
            done.append(entry)
            continue
        protocol = entry.addresses[0].protocol
        others = waiting.get((entry.lan, 10 - protocol))
        if others:
            place = others.pop(0)
            done[place] = _joined(done[place], entry)
        else:
            waiting.setdefault((entry.lan, protocol), []).append(len(done))
            done.append(entry)
    yield from done


def _joined(one: Connection, other: Connection) -> Connection:
    addresses = sorted((*one.addresses, *other.addresses), key=lambda a: a.protocol)
    return replace(one, addresses=tuple(addresses), macs=one.macs | other.macs)


def _merged(before: Network | None, entry: Network) -> Network:
    """An ASN listed twice is one network with the connections of both."""
    if before is None:
        return entry
    return replace(
        before,
        connections=before.connections + entry.connections,
        emails=tuple(dict.fromkeys(before.emails + entry.emails)),
    )
