"""The fields of a member that the exchange keeps: their words, and what each may hold."""

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from app.domain.errors import Invalid
from app.domain.member import MemberType

HIGHEST_ASN = 2**32 - 1
# Of no network: what stands for a number that does not fit 16 bits (RFC 6793), and the last ones of
# each size (RFC 7300). Private and documentation numbers are left to the exchange.
RESERVED_ASNS = frozenset({23456, 2**16 - 1, HIGHEST_ASN})
MOST_NAME = 255
MOST_POLICY = 64
FARTHEST_AHEAD = timedelta(days=366)
EARLIEST = date(1990, 1, 1)  # before the first exchange

# What the form of a member holds, in its order.
FIELDS = (
    "name",
    "asn",
    "organisation",
    "type",
    "policy",
    "never_via_route_servers",
    "joined_at",
)
IMPORTED = ("name", "type", "policy", "joined_at")  # of these, what exports say


def checked(field: str, value: Any) -> Any:
    """The value as it is stored. Raises Invalid naming the field."""
    try:
        return CHECKS[field](value)
    except Invalid as error:
        raise Invalid(str(error), field) from error


def _name(value: str) -> str:
    name = one_line("name", value)
    if not name:
        raise Invalid("A member needs a name.")
    return name


def one_line(what: str, value: str, most: int = MOST_NAME) -> str:
    """One line of text without anything invisible; raises Invalid."""
    hidden = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs")), None)
    if hidden is not None:
        raise Invalid(
            f"The {what} is one line of text; character {value.index(hidden) + 1} "
            f"(U+{ord(hidden):04X}) cannot be shown. Type it anew."
        )
    text = value.strip()
    if len(text) > most:
        raise Invalid(f"The {what} may have at most {most} characters; this has {len(text)}.")
    return text


def asn_digits(text: str) -> str | None:
    """The number of an AS as people type it, with or without `AS`; None for anything else."""
    digits = text.strip().upper().removeprefix("AS")
    return digits if digits.isascii() and digits.isdigit() and len(digits) <= 10 else None


def _asn(value: str | int) -> int:
    digits = asn_digits(str(value))
    if digits is None:
        raise Invalid("This is no AS number such as 64500.")
    number = int(digits)
    if not 1 <= number <= HIGHEST_ASN:
        raise Invalid(f"AS numbers go from 1 to {HIGHEST_ASN}.")
    if number in RESERVED_ASNS:
        raise Invalid(
            f"AS{number} is reserved, so no network has it. Type the member's own number."
        )
    return number


def _type(value: str) -> str:
    known = [kind.value for kind in MemberType]
    if value not in known:
        raise Invalid(f"“{value[:40]}” is no type of member; the types are {', '.join(known)}.")
    return str(value)


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise Invalid("Whether a member is never reached via route servers is true or false.")
    return value


def _joined(value: str | date | None) -> date | None:
    if not value:
        return None
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value.strip())
    except ValueError:
        raise Invalid("A day is written like 2024-05-31; empty if it is not known.") from None
    if day < EARLIEST:
        raise Invalid(f"No member joined before {EARLIEST.year}; empty if it is not known.")
    return day


def check_joined(day: date | None, today: date) -> None:
    """Raises Invalid for a day more than a year ahead: a joining can be planned, not foretold."""
    if day is not None and day > today + FARTHEST_AHEAD:
        raise Invalid(
            f"{day} is more than a year ahead. Say the day it joined or will join; empty if it "
            "is not known.",
            "joined_at",
        )


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "asn": _asn,
    "organisation": lambda value: one_line("organisation", value or "") or None,
    "type": _type,
    "policy": lambda value: one_line("policy", value or "", MOST_POLICY) or None,
    "never_via_route_servers": _flag,
    "joined_at": _joined,
}
