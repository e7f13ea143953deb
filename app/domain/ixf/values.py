"""Single values of an export, read leniently: None where nothing usable stands."""

import re
import unicodedata
from datetime import date
from typing import Any

from app.domain.addresses import parse_address, parse_mac
from app.domain.member_fields import RESERVED_ASNS

LARGEST_ASN = 2**32 - 1
LARGEST_ID = 2**31 - 1
EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
# Words that say that a connection is out of use; everything else counts as connected.
NOT_CONNECTED = {"inactive", "disconnected", "disabled", "down", "not connected", "suspended"}
# Marks, embeddings, overrides and isolates of Unicode Standard Annex 9; the zero-width space.
DIRECTIONS = dict.fromkeys(
    [0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
UNPRINTABLE = {"Cc", "Cs", "Cn"}  # control characters, halves of surrogate pairs, no characters


def text(value: Any, longest: int = 255) -> str | None:
    """A text on one line, without control characters and spare space, cut to what fits.

    What changes the direction of writing goes as well: it makes one name look like another.
    """
    if not isinstance(value, str):
        return None
    value = value.translate(DIRECTIONS)
    plain = "".join(" " if unicodedata.category(c) in UNPRINTABLE else c for c in value)
    return " ".join(plain.split())[:longest].rstrip() or None


def number(value: Any) -> int | None:
    """A whole number that fits a database id, also when written as text."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,10}", value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= LARGEST_ID else None


def asn(value: Any) -> int | None:
    """An AS number that a network can have, also as `"64500"` or `"AS64500"`."""
    found = _asn_number(value)
    return None if found in RESERVED_ASNS else found


def why_no_asn(value: Any) -> str:
    """Why `asn` does not take this."""
    reserved = _asn_number(value) in RESERVED_ASNS
    return "is reserved, so no network has it" if reserved else "is no AS number"


def _asn_number(value: Any) -> int | None:
    """RFC 6793: 1 to 2^32 - 1."""
    if isinstance(value, str) and (match := re.fullmatch(r"(?i)\s*(?:as)?(\d{1,10})\s*", value)):
        value = int(match[1])
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= LARGEST_ASN else None


def items(value: Any) -> list[Any]:
    """The elements of a list, lists in it flattened (old exports nest); else nothing."""
    if not isinstance(value, list):
        return []
    flat: list[Any] = []
    for element in value:
        flat += element if isinstance(element, list) else [element]
    return flat


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [element for element in items(value) if isinstance(element, dict)]


def max_prefix(value: Any) -> int | None:
    """A limit; 0 and nonsense mean that it is unknown."""
    return number(value) or None


def website(value: Any) -> str | None:
    """An http or https address; a bare host name gets `http://`."""
    found = text(value, 1024)
    if found and re.fullmatch(r"[\w.-]+\.[a-zA-Z]{2,}(/\S*)?", found):
        found = f"http://{found}"
    return found if found and re.match(r"(?i)https?://\S+$", found) else None


def day(value: Any) -> date | None:
    """The day of a date or date-time."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def emails(value: Any) -> tuple[str, ...]:
    """The addresses in a list or a text, in order, each once."""
    found = [value] if isinstance(value, str) else items(value)
    clean = [e.strip() for e in found if isinstance(e, str) and e.isprintable()]
    return tuple(dict.fromkeys(e for e in clean if EMAIL.fullmatch(e) and len(e) <= 320))


def macs(*values: Any) -> tuple[frozenset[str], list[Any]]:
    """The MAC addresses in lists or texts, and what stands there but is none."""
    found, malformed = set(), []
    for value in values:
        for element in items([value]):
            try:
                found.add(parse_mac(element))
            except (ValueError, TypeError):
                malformed += [element] if element else []
    return frozenset(found), malformed


def flag(value: Any) -> bool:
    """True, also as `1` or `"true"`."""
    return value == 1 or (isinstance(value, str) and value.casefold() in ("1", "true", "yes"))


def connected(value: Any) -> bool:
    """Whether a connection is in use; the field is free text and often missing."""
    return (text(value) or "").casefold() not in NOT_CONNECTED


def services(entry: dict[str, Any]) -> set[str]:
    """The services an address offers: `services` (1.0) or `service_type` (0.7, 0.8)."""
    named = [s.get("type") for s in objects(entry.get("services"))]
    value = entry.get("service_type")
    named += [value] if isinstance(value, str) else items(value)
    return {s.casefold() for s in named if isinstance(s, str)}


def addresses_in(members: list[Any]) -> set[str]:
    """Every readable address in entries that are skipped."""
    found = set()
    for member in objects(members):
        for connection in objects(member.get("connection_list")):
            for entry in objects(connection.get("vlan_list")):
                for protocol in (4, 6):
                    part = entry.get(f"ipv{protocol}")
                    try:
                        found.add(parse_address(part["address"], protocol))  # type: ignore[index]
                    except (ValueError, TypeError, KeyError, AttributeError):
                        continue
    return found
