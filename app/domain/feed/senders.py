"""Who may send datagrams: anybody can send UDP, and anybody can say to be a switch."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

MAPPED = bytes(10) + b"\xff\xff"  # an address of IPv4 within one of IPv6

Network = IPv4Network | IPv6Network


def parse_networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and prefixes. Raises ValueError, which says which word is neither."""
    found = []
    for word in words:
        try:
            found.append(ip_network(word))
        except ValueError as error:
            raise ValueError(
                f"must be addresses or prefixes such as 192.0.2.0/24, and “{word}” is none"
            ) from error
    return tuple(found)


def unmapped(packed: bytes) -> bytes:
    """An address of IPv4 within one of IPv6 as the former; any other as it is."""
    return packed[len(MAPPED) :] if packed.startswith(MAPPED) else packed


def address_text(packed: bytes) -> str:
    """An address of 4 or 16 octets as text; one of IPv4 within IPv6 as that of IPv4."""
    return str(ip_address(unmapped(packed))) if len(packed) in (4, 16) else ""


class Senders:
    """Answers whether a sender is among some networks; with none of them, everybody is.

    Senders are invented by the thousand, so each is looked up with a shift for each length of
    prefix, and none is remembered.
    """

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        by_shift: dict[tuple[int, int], set[int]] = {}
        for network in networks:
            shift = network.max_prefixlen - network.prefixlen
            heads = by_shift.setdefault((network.max_prefixlen // 8, shift), set())
            heads.add(int(network.network_address) >> shift)
        self._heads = tuple((*key, frozenset(heads)) for key, heads in by_shift.items())

    @property
    def is_open(self) -> bool:
        """Whether everybody may send."""
        return not self._heads

    def allow(self, packed: bytes) -> bool:
        """Whether the sender with this address of 4 or 16 octets may send."""
        if self.is_open:
            return True
        packed = unmapped(packed)
        octets, number = len(packed), int.from_bytes(packed)
        return any(
            octets == length and number >> shift in heads for length, shift, heads in self._heads
        )
