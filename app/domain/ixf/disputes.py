"""Addresses that an export lists for several members."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace

from app.domain.ixf.document import Connection, Network, VlanKey

Place = tuple[VlanKey, str]


def left_to_holders(
    networks: Iterable[Network],
    disputed: Mapping[Place, Set[int]],
    holder: Callable[[VlanKey, str], int | None],
) -> list[Network]:
    """The networks without what they claim from one who has it and claims it too.

    One of the claims is a mistake of the export. Until it is mended, whoever has the address
    (`holder` says which ASN) keeps it.
    """
    lost = {
        (asn, place)
        for place, claimants in disputed.items()
        if (owner := holder(*place)) in claimants
        for asn in claimants - {owner}
    }
    losers = {asn for asn, _ in lost}
    return [
        replace(network, connections=tuple(_without(network, lost)))
        if network.asn in losers
        else network
        for network in networks
    ]


def _without(network: Network, lost: Set[tuple[int, Place]]) -> Iterator[Connection]:
    for connection in network.connections:
        kept = tuple(
            address
            for address in connection.addresses
            if (network.asn, (connection.lan, address.text)) not in lost
        )
        if kept:
            yield replace(connection, addresses=kept)
