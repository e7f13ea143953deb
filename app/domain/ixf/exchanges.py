"""The exchanges and VLANs that an export lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from app.domain.addresses import contains, parse_prefix
from app.domain.ixf import values
from app.domain.ixf.document import Exchange, Lan, Network, VlanKey

Report = Callable[[str, str, str], None]  # whose, field, what is wrong
LONGEST_NAME = 240  # leaves room for a number that tells it from another


def read_exchanges(export: dict[str, Any], report: Report) -> list[Exchange]:
    """`ixp_list`, each id once; without a list, the ids that the members name.

    An entry or VLAN without an id, or with one listed before, is left out and reported.
    """
    found: dict[int, Exchange] = {}
    listed = values.objects(export.get("ixp_list"))
    for place, entry in enumerate(listed or _used(export)):
        ixp_id = values.number(entry.get("ixp_id"))
        if ixp_id is None or ixp_id in found:
            wrong = "is no number" if ixp_id is None else f"{ixp_id} is listed twice"
            report(f"exchange {place + 1}", "ixp_id", f"{wrong}; left out")
            continue
        long_name = values.text(entry.get("name"), LONGEST_NAME) or ""
        shortname = values.text(entry.get("shortname"), LONGEST_NAME)
        name = shortname or long_name or f"IXP {ixp_id}"
        lans = tuple(_lans(ixp_id, entry.get("vlan"), name, report))
        ixf_id = values.number(entry.get("ixf_id")) or None
        found[ixp_id] = Exchange(ixp_id, name, long_name, ixf_id, lans)
    return list(found.values())


def _used(export: dict[str, Any]) -> list[dict[str, Any]]:
    """What the members name: older exports of one exchange have no list."""
    members = values.objects(export["member_list"])
    connections = [c for m in members for c in values.objects(m.get("connection_list"))]
    ids = {i for c in connections if (i := values.number(c.get("ixp_id"))) is not None}
    return [{"ixp_id": ixp_id} for ixp_id in sorted(ids)]


def _lans(ixp_id: int, listed: Any, exchange: str, report: Report) -> Iterator[Lan]:
    ids: set[int] = set()
    for place, entry in enumerate(values.objects(listed)):
        vlan_id = values.number(entry.get("id"))
        if vlan_id is None or vlan_id in ids:
            wrong = "is no number" if vlan_id is None else f"{vlan_id} is listed twice"
            report(exchange, f"vlan[{place}].id", f"{wrong}; left out")
            continue
        given = values.text(entry.get("name"), LONGEST_NAME)
        name = given or f"VLAN {vlan_id}"
        prefixes = tuple(_prefixes(entry, name, report))
        ids.add(vlan_id)
        yield Lan(ixp_id, vlan_id, name, prefixes, named=given is not None)


def _prefixes(entry: dict[str, Any], name: str, report: Report) -> Iterator[tuple[int, str]]:
    for protocol in (4, 6):
        part = entry.get(f"ipv{protocol}")
        if not isinstance(part, dict) or not isinstance(part.get("prefix"), str):
            continue
        try:
            yield protocol, parse_prefix(part["prefix"], part.get("mask_length"), protocol)
        except ValueError:
            report(f"VLAN {name}", f"ipv{protocol}.prefix", "is no prefix; left out")


def outside_prefixes(lans: Mapping[VlanKey, Lan], networks: Iterable[Network]) -> Iterator[str]:
    """Addresses outside the prefix of their VLAN, in words.

    They are kept: exports whose prefixes are wrong or out of date are common, and two members
    with such addresses still peer.
    """
    found: dict[str, list[str]] = {}
    for connection in (c for network in networks for c in network.connections):
        lan = lans.get(connection.lan)
        prefixes = dict(lan.prefixes) if lan else {}
        for address in connection.addresses:
            prefix = prefixes.get(address.protocol)
            if lan and prefix and not contains(prefix, address.text):
                found.setdefault(lan.name, []).append(address.text)
    for name, texts in found.items():
        few = ", ".join(texts[:3]) + (f" and {len(texts) - 3} more" if texts[3:] else "")
        yield f"VLAN {name}: outside its prefixes, kept: {few}"
