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
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.domain.errors import Invalid
from app.domain.ixf import values
from app.domain.ixf.document import Document, Exchange, Lan
from app.domain.ixf.exchanges import outside_prefixes
from app.domain.ixf.kinds import types_of
from app.domain.ixf.reading import Reading, shown

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
    given = found.get("version", "")
    version = values.text(str(given) if isinstance(given, str | float) else shown(given))
    if version not in VERSIONS:
        raise Invalid(
            f"This export says it is version “{(version or '')[:40]}”; versions {VERSIONS[0]} to "
            f"{VERSIONS[-1]} are understood."
        )
    return _document(found, version)


def _document(found: dict[str, Any], version: str) -> Document:
    reading = Reading(found)
    networks, marks = reading.networks()
    typed, assumed = types_of(networks, marks)
    completed = {key: _completed(e, reading) for key, e in reading.exchanges.items()}
    return Document(
        version=version,
        exchanges=tuple(completed.values()),
        networks=tuple(typed),
        problems=tuple(reading.problems),
        notes=(
            *_taken_from_members(reading.exchanges, completed),
            *outside_prefixes(reading.lans, typed),
            *assumed,
        ),
        doubtful_asns=frozenset(reading.doubtful_asns),
        doubtful_addresses=frozenset(reading.doubtful_addresses),
        disputed=reading.disputed,
    )


def _completed(exchange: Exchange, reading: Reading) -> Exchange:
    """An exchange that lists no VLAN has those that its members are in."""
    if exchange.lans:
        return exchange
    used = sorted({key for key, _ in reading.taken if key[0] == exchange.ixp_id})
    return replace(exchange, lans=tuple(Lan(*key, f"VLAN {key[1]}", named=False) for key in used))


def _taken_from_members(
    listed: Mapping[int, Exchange], completed: Mapping[int, Exchange]
) -> Iterator[str]:
    for key, exchange in completed.items():
        if exchange.lans and not listed[key].lans:
            names = ", ".join(lan.name for lan in exchange.lans)
            yield f"{exchange.name} lists no VLAN; taken from its members: {names}"
