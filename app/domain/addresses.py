"""IP and MAC addresses in the one form in which they are stored and compared."""

import re
from ipaddress import ip_address, ip_interface, ip_network


def parse_address(text: str, protocol: int) -> str:
    """The canonical text (RFC 5952) of a host address of this protocol (4 or 6).

    A prefix length behind it is dropped: exports carry it by mistake. Raises ValueError, also
    for a whole network (`192.0.2.0/24`): that is no address of a router.
    """
    found = ip_interface(text.strip())
    host = found.ip
    if host.version != protocol:
        raise ValueError(f"{text} is no IPv{protocol} address")
    if host.is_unspecified or host.is_loopback or host.is_multicast or host.is_link_local:
        raise ValueError(f"{text} is no address of a router on a LAN")
    if host == found.network.network_address and found.network.num_addresses > 2:
        raise ValueError(f"{text} is a network, not an address")
    return str(host)


def find_address(text: str) -> str | None:
    """The canonical text where this is a whole address, with a prefix length or without."""
    try:
        return str(ip_interface(text.strip()).ip)
    except ValueError:
        return None


def parse_prefix(prefix: str, length: int | str | None, protocol: int) -> str:
    """The canonical text of a network (`192.0.2.0/24`); raises ValueError.

    Host bits are ignored: exports give the address of a router as prefix at times.
    """
    text = prefix if "/" in prefix or length is None else f"{prefix}/{length}"
    network = ip_network(text.strip(), strict=False)
    if network.version != protocol:
        raise ValueError(f"{text} is no IPv{protocol} prefix")
    return str(network)


def contains(prefix: str, address: str) -> bool:
    """Whether the address lies in the prefix."""
    return ip_address(address) in ip_network(prefix)


def parse_mac(text: str) -> str:
    """Six octets in lower case with colons, from any of the usual spellings.

    Raises ValueError.
    """
    digits = re.sub(r"[.:\-\s]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{12}", digits):
        raise ValueError(f"{text} is no MAC address")
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))
