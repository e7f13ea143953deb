"""What a VLAN may be called and hold, as an operator types it."""

from ipaddress import ip_network

from app.domain.errors import Invalid

HIGHEST_TAG = 4094  # IEEE 802.1Q: 0 and 4095 are reserved
MOST_NAME = 255
MOST_PREFIXES = 20


def checked_name(what: str, text: str, field: str) -> str:
    """One line of text; raises Invalid at the field."""
    name = " ".join(text.split())
    if not name:
        raise Invalid(f"{what} needs a name.", field)
    if len(name) > MOST_NAME or not name.isprintable():
        raise Invalid(f"A name has at most {MOST_NAME} characters, all of them printable.", field)
    return name


def read_tag(text: str) -> int | None:
    """An 802.1Q tag, or None for an untagged LAN; raises Invalid."""
    if not text.strip():
        return None
    number = _number(text, "A VLAN tag", "tag")
    if not 1 <= number <= HIGHEST_TAG:
        raise Invalid(f"A VLAN tag is a number from 1 to {HIGHEST_TAG}, or none.", "tag")
    return number


def read_ixf_id(text: str) -> int | None:
    """The id that the member export gives the VLAN, or None; raises Invalid."""
    if not text.strip():
        return None
    number = _number(text, "The id in the export", "ixf_vlan_id")
    if number >= 2**31:
        raise Invalid("The id in the export is below 2,147,483,648.", "ixf_vlan_id")
    return number


def _number(text: str, what: str, field: str) -> int:
    word = text.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= 10):
        raise Invalid(f"{what} is a number.", field)
    return int(word)


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
