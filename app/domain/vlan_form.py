"""What a VLAN may be called and hold, as an operator types it."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from app.domain.errors import Invalid

HIGHEST_TAG = 4094  # IEEE 802.1Q: 0 and 4095 are reserved
A_TAG = f"A VLAN tag is a number from 1 to {HIGHEST_TAG}, or none for an untagged LAN"
MOST_NAME = 255
MOST_NOTES = 10_000
MOST_PREFIXES = 20
SOME_NOTES = 200  # characters of notes that a sentence repeats


def checked_name(what: str, text: str, field: str) -> str:
    """One line of text; raises Invalid at the field."""
    name = " ".join(text.split())
    if not name:
        raise Invalid(f"{what} needs a name.", field)
    if len(name) > MOST_NAME:
        raise Invalid(f"A name has at most {MOST_NAME} characters; this has {len(name)}.", field)
    _refuse_hidden(name, field)
    return name


def _refuse_hidden(name: str, field: str) -> None:
    """What nobody sees would make two names look alike."""
    hidden = next((sign for sign in name if not sign.isprintable()), None)
    if hidden is not None:
        place = name.index(hidden) + 1
        raise Invalid(
            f"Character {place} of this name cannot be seen (U+{ord(hidden):04X}). It may have "
            "come along by copying: type the name anew.",
            field,
        )


def checked_notes(text: str) -> str | None:
    """Free text of several lines, None for none; raises Invalid."""
    notes = text.replace("\r\n", "\n").strip()
    if len(notes) > MOST_NOTES:
        raise Invalid(
            f"Notes have at most {MOST_NOTES:,} characters; these have {len(notes):,}.", "notes"
        )
    if "\0" in notes:
        raise Invalid("Notes are text; a NUL character cannot be stored. Remove it.", "notes")
    return notes or None


def read_tag(text: str) -> int | None:
    """An 802.1Q tag, or None for an untagged LAN; raises Invalid."""
    if not text.strip():
        return None
    word = text.strip()
    if not is_number(word):
        raise Invalid(f"{A_TAG}; “{word[:40]}” is none.", "tag")
    return checked_tag(int(word))


def checked_tag(number: int) -> int:
    """The tag; raises Invalid outside its range."""
    if not 1 <= number <= HIGHEST_TAG:
        raise Invalid(f"{A_TAG}; not {number}.", "tag")
    return number


def read_ixf_id(text: str) -> int | None:
    """The id that the member export gives the VLAN, or None; raises Invalid."""
    if not text.strip():
        return None
    word = text.strip()
    if not is_number(word) or int(word) >= 2**31:
        raise Invalid(
            "The id in the export is a number from 0 to 2,147,483,647; empty if it has none.",
            "ixf_vlan_id",
        )
    return int(word)


def is_number(word: str) -> bool:
    """Whether it is written in at most ten digits."""
    return word.isascii() and word.isdigit() and len(word) <= 10


def read_prefixes(text: str) -> list[str]:
    """The prefixes of a LAN in canonical form, from words between blanks and commas.

    Raises Invalid, for host bits that are set naming the network that may be meant.
    """
    words = text.replace(",", " ").split()
    if len(words) > MOST_PREFIXES:
        raise Invalid(f"A VLAN has at most {MOST_PREFIXES} prefixes.", "prefixes")
    return list(dict.fromkeys(_prefix(word) for word in words))


def _prefix(word: str) -> str:
    try:
        network = ip_network(word, strict=False)
    except ValueError as error:
        raise Invalid(f"“{word}” is no prefix; write 192.0.2.0/24.", "prefixes") from error
    if "/" not in word:
        raise Invalid(f"“{word}” lacks its length; write {word}/24 or so.", "prefixes")
    if word.partition("/")[0].casefold() != str(network.network_address) and (
        ip_network(word.partition("/")[0]) != ip_network(network.network_address)
    ):
        raise Invalid(f"“{word}” has host bits set; {network} may be meant.", "prefixes")
    return str(network)


def overlap(one: str, other: str) -> bool:
    """Whether two prefixes share an address."""
    first, second = ip_network(one), ip_network(other)
    return first.version == second.version and first.overlaps(second)


def told(values: Mapping[str, Any]) -> str:
    """Fields of a VLAN in words, for somebody who was slower."""
    return ", ".join(_said(field, value) for field, value in values.items())


def _said(field: str, value: Any) -> str:
    if field == "ixf_vlan_id":
        return "no id in the export" if value is None else f"id {value} in the export"
    if field == "prefixes":
        return f"prefixes {' '.join(value)}" if value else "no prefixes"
    if field == "notes":
        return f"notes “{value[:SOME_NOTES]}”" if value else "no notes"
    if isinstance(value, bool):
        word = field.replace("_", " ")
        place = word if field == "private" else f"in the {word}"
        return place if value else f"not {place}"
    if value is None:
        return f"no {field}"
    return f"{field} {value}" if isinstance(value, int) else f"{field} “{value}”"
