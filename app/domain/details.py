"""The details a member says of itself: their sections, and what each may hold."""

import unicodedata
from typing import Any

from app.domain import as_set
from app.domain.errors import Invalid

SECTIONS: dict[str, tuple[str, ...]] = {
    "policy": ("policy", "policy_url", "website"),
    "noc": ("noc_phone", "noc_hours"),
    "routing": ("as_set_4", "as_set_6", "max_prefix_4", "max_prefix_6"),
    "peeringdb": ("in_peeringdb",),
}
WORDS = {
    "policy": "Policy",
    "policy_url": "Address of the policy page",
    "website": "Website",
    "noc_phone": "Main NOC phone",
    "noc_hours": "NOC hours",
    "as_set_4": "AS-SET for IPv4",
    "as_set_6": "AS-SET for IPv6",
    "max_prefix_4": "Max-prefix for IPv4",
    "max_prefix_6": "Max-prefix for IPv6",
    "in_peeringdb": "In PeeringDB",
}
POLICIES = ("Open", "Selective", "Restrictive", "Closed")
HOURS = ("24x7", "8x5", "8x7", "12x5", "12x7")
ADDRESSES = ("policy_url", "website")
MOST = dict.fromkeys(ADDRESSES, 1024)
MOST_PREFIXES = 10_000_000
PRESENCE = {"": None, "yes": True, "no": False}


def checked(field: str, text: str) -> Any:
    """The value as it is stored, None for nothing. Raises Invalid naming the field."""
    text = text.strip()
    if field == "in_peeringdb":
        if text not in PRESENCE:
            raise Invalid("Choose yes, no or unknown.", field)
        return PRESENCE[text]
    if not text:
        return None
    if field.startswith("as_set"):
        return " ".join(as_set.parse(text, field)) or None
    if field.startswith("max_prefix"):
        return _limit(text, field)
    return one_line(text, field, MOST.get(field, 64))


def one_line(text: str, field: str, most: int) -> str:
    """A line of text without control characters. Raises Invalid."""
    if len(text) > most:
        raise Invalid(f"At most {most} characters; this has {len(text)}.", field)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise Invalid("This must be one line of text, without control characters.", field)
    return text


def _limit(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid("A max-prefix is a whole number such as 250; empty for unknown.", field)
    if not 1 <= int(text) <= MOST_PREFIXES:
        raise Invalid(
            f"A max-prefix goes from 1 to {MOST_PREFIXES}; leave it empty for unknown.", field
        )
    return int(text)
