"""Who may send datagrams: anybody can send UDP, and anybody can say to be a switch."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

MOST_REMEMBERED = 4096

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


def address_text(packed: bytes) -> str:
    """An address of 4 or 16 octets as text; one of IPv4 within IPv6 as that of IPv4."""
    if len(packed) not in (4, 16):
        return ""
    address = ip_address(packed)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


class Senders:
    """Answers whether a sender is among some networks; with none of them, everybody is."""

    def __init__(self, networks: Iterable[Network] = ()) -> None:
        self._networks = tuple(networks)
        self._remembered: dict[bytes, bool] = {}

    @property
    def is_open(self) -> bool:
        """Whether everybody may send."""
        return not self._networks

    def allow(self, packed: bytes) -> bool:
        """Whether the sender with this address may send."""
        answer = self._remembered.get(packed)
        if answer is None:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            answer = self._remembered[packed] = self.is_open or self._look(packed)
        return answer

    def _look(self, packed: bytes) -> bool:
        text = address_text(packed)
        return bool(text) and any(ip_address(text) in network for network in self._networks)
