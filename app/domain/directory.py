"""Which VLAN two addresses belong to."""

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from ipaddress import ip_address
from math import inf
from typing import NamedTuple


class Entry(NamedTuple):
    """An address of a VLAN interface while one member held it.

    `since` and `until` in seconds since 1970; `until` is infinite while the address is live.
    """

    address_id: int
    address: str
    vlan_id: int
    tag: int | None
    since: float = 0.0
    until: float = inf


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


Holder = tuple[float, float, int]  # since, until, address id


class Directory:
    """The addresses of the exchange, and who held them when.

    The first holder of an address counts for all time before: members are often imported later
    than the recording was made.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._homes: dict[bytes, dict[int, list[Holder]]] = {}
        self._tags: dict[int, int | None] = {}
        self._rows: dict[int, set[tuple[int, float]]] = {}
        for entry in entries:
            homes = self._homes.setdefault(ip_address(entry.address).packed, {})
            held = entry.since, entry.until, entry.address_id
            homes.setdefault(entry.vlan_id, []).append(held)
            self._tags[entry.vlan_id] = entry.tag
            self._rows.setdefault(entry.vlan_id, set()).add((entry.address_id, entry.since))
        for homes in self._homes.values():
            _begin_at_once(homes)
        self._steady = dict(_with_one_holder(self._homes))

    def __len__(self) -> int:
        return len(self._homes)

    def knows(self, address: bytes) -> bool:
        """Whether a packed address was ever a member's."""
        return address in self._homes

    def vlans_kept_from(self, older: "Directory") -> set[int]:
        """The VLANs that are the same as in an older one, which one address of them tells: SQLite
        gives the id of one that was deleted to the next."""
        return {vlan for vlan, rows in self._rows.items() if rows & older._rows.get(vlan, set())}

    def place(
        self, source: bytes, destination: bytes, tags: Collection[int], at: float
    ) -> Place | Unplaced:
        """Where two packed addresses met at a time, in seconds since 1970.

        Exporters report no tag, the ingress tag or the egress tag for the same LAN, so `tags`
        count only where the addresses leave a choice.
        """
        one, other = self._steady.get(source), self._steady.get(destination)
        if one and other and source != destination:
            vlan, since, until, low = one
            same, since_too, until_too, high = other
            if vlan == same and since <= at < until and since_too <= at < until_too:
                if source > destination:
                    low, high = high, low
                return Place(low, high, vlan, 4 if len(source) == 4 else 6)
        return self._search(source, destination, tags, at)

    def _search(
        self, source: bytes, destination: bytes, tags: Collection[int], at: float
    ) -> Place | Unplaced:
        ours, theirs = self._held(source, at), self._held(destination, at)
        if not ours or not theirs:
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

    def _held(self, address: bytes, at: float) -> dict[int, int]:
        """The address id by VLAN, of whoever held this address at that time."""
        return {
            vlan: address_id
            for vlan, holders in self._homes.get(address, {}).items()
            if (address_id := _holder(holders, at)) is not None
        }


def _with_one_holder(
    homes: dict[bytes, dict[int, list[Holder]]],
) -> Iterator[tuple[bytes, tuple[int, float, float, int]]]:
    """Addresses of one VLAN that nobody else ever held, nearly all: found without a search."""
    for address, by_vlan in homes.items():
        if len(by_vlan) == 1:
            [(vlan, holders)] = by_vlan.items()
            if len(holders) == 1:
                yield address, (vlan, *holders[0])


def _begin_at_once(homes: dict[int, list[Holder]]) -> None:
    """Put the holders in order; whoever was first in any VLAN has always been there."""
    for holders in homes.values():
        holders.sort()
    first = min(holders[0][0] for holders in homes.values())
    for holders in homes.values():
        since, until, address_id = holders[0]
        if since == first:
            holders[0] = (-inf, until, address_id)


def _holder(holders: list[Holder], at: float) -> int | None:
    """Of several, the one that began last: a member that came back had it around the other."""
    return next(
        (address_id for since, until, address_id in reversed(holders) if since <= at < until), None
    )
