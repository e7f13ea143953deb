"""Where on a LAN a router's address may lie."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from app.domain.addresses import contains
from app.domain.errors import Invalid


def check_place(address: str, prefixes: Sequence[str], field: str) -> None:
    """Raises Invalid for an address that no prefix of the LAN holds, or that names the network
    or everybody on it. Prefixes of the other protocol say nothing; without any, any will do."""
    own = of_protocol(prefixes, address)
    home = next((prefix for prefix in own if contains(prefix, address)), None)
    if own and home is None:
        raise Invalid(f"{address} lies outside {' and '.join(own)}.", field)
    if home is not None:
        _refuse_ends(address, home, field)


def of_protocol(prefixes: Sequence[str], address: str) -> list[str]:
    """Those prefixes that are of the protocol of the address."""
    return [prefix for prefix in prefixes if (":" in prefix) is (":" in address)]


def _refuse_ends(address: str, prefix: str, field: str) -> None:
    network, host = ip_network(prefix), ip_address(address)
    if network.num_addresses <= 2:  # RFC 3021 and RFC 6164: both ends are routers
        return
    if host == network.network_address:
        raise Invalid(f"{address} is {prefix} itself, not a router in it. Choose another.", field)
    if network.version == 4 and host == network.broadcast_address:
        raise Invalid(f"{address} is the broadcast address of {prefix}. Choose another.", field)
