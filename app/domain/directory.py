"""Which VLAN two addresses belong to."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from ipaddress import ip_address
from typing import NamedTuple


class Entry(NamedTuple):
    """A live address of a VLAN interface."""

    address_id: int
    address: str
    vlan_id: int
    tag: int | None


class Place(NamedTuple):
    """A pair of addresses in the VLAN they share; `low` is the numerically lower one."""

    low_id: int
    high_id: int
    vlan_id: int
    protocol: int  # 4 or 6


class Unplaced(StrEnum):
    """Why a pair has no place."""

    UNKNOWN = "address of no member"
    APART = "addresses of different VLANs"
    AMBIGUOUS = "addresses in several VLANs, and the tag does not tell which"


class Directory:
    """The live addresses of the exchange."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._homes: dict[bytes, dict[int, int]] = {}
        self._tags: dict[int, int | None] = {}
        for entry in entries:
            homes = self._homes.setdefault(ip_address(entry.address).packed, {})
            homes[entry.vlan_id] = entry.address_id
            self._tags[entry.vlan_id] = entry.tag

    def __len__(self) -> int:
        return len(self._homes)

    def place(self, source: bytes, destination: bytes, tags: Collection[int]) -> Place | Unplaced:
        """Where two packed addresses meet.

        Exporters report no tag, the ingress tag or the egress tag for the same LAN, so `tags`
        count only where the addresses leave a choice.
        """
        ours, theirs = self._homes.get(source), self._homes.get(destination)
        if ours is None or theirs is None:
            return Unplaced.UNKNOWN
        shared = [vlan for vlan in ours if vlan in theirs]
        if len(shared) > 1:
            shared = [vlan for vlan in shared if self._tags[vlan] in tags]
            if len(shared) != 1:
                return Unplaced.AMBIGUOUS
        if not shared or source == destination:
            return Unplaced.APART
        vlan = shared[0]
        low, high = ours[vlan], theirs[vlan]
        if source > destination:
            low, high = high, low
        return Place(low, high, vlan, 4 if len(source) == 4 else 6)
