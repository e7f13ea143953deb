"""What the portal knows before an import: rows as plain values, with the indexes a plan needs."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

OPERATOR = "operator"


class KnownInfrastructure(NamedTuple):
    id: int
    name: str
    ixf_id: int | None


class KnownVlan(NamedTuple):
    id: int
    infrastructure_id: int
    name: str
    ixf_id: int | None
    prefixes: frozenset[tuple[int, str]]
    peering_manager: bool


@dataclass(frozen=True)
class KnownMember:
    """A member; `origins` says who set which field last, `emails` are the export's contacts."""

    id: int
    asn: int
    name: str
    left: bool
    from_export: bool
    fields: dict[str, object]
    origins: dict[str, str] = field(default_factory=dict)
    emails: frozenset[str] = frozenset()
    own_contacts: bool = False


class KnownAddress(NamedTuple):
    """A live address."""

    id: int
    interface_id: int
    member_id: int
    vlan_id: int
    protocol: int
    text: str
    rs_client: bool
    max_prefix: int | None
    as_set: str | None


class KnownInterface(NamedTuple):
    """A connection that has not left."""

    id: int
    member_id: int
    vlan_id: int
    connected: bool
    macs: frozenset[str]


class Snapshot:
    """All of it, indexed by what an export names."""

    def __init__(
        self,
        infrastructures: list[KnownInfrastructure],
        vlans: list[KnownVlan],
        members: list[KnownMember],
        sources: dict[str, int],
        interfaces: list[KnownInterface],
        addresses: list[KnownAddress],
    ) -> None:
        self.infrastructures = infrastructures
        self.vlans = vlans
        self.members = {member.id: member for member in members}
        self.interfaces = {interface.id: interface for interface in interfaces}
        self._on: dict[tuple[int, int], list[KnownInterface]] = defaultdict(list)
        for interface in interfaces:
            self._on[interface.member_id, interface.vlan_id].append(interface)
        self.live = {(a.vlan_id, a.text): a for a in addresses}
        self._sources = sources
        self._by_asn: dict[int, list[KnownMember]] = defaultdict(list)
        for member in members:
            self._by_asn[member.asn].append(member)
        self.addresses_of: dict[int, list[KnownAddress]] = defaultdict(list)
        for address in addresses:
            self.addresses_of[address.interface_id].append(address)

    def on(self, member_id: int | None, vlan_id: int | None) -> list[KnownInterface]:
        """The connections of a member on a VLAN; none of one that is yet to be made."""
        return [] if member_id is None or vlan_id is None else self._on[member_id, vlan_id]

    def member_for(self, asn: int) -> KnownMember | None:
        """The member an export means by an ASN: the one it made, else the only one there is."""
        known = self._sources.get(str(asn))
        if known is not None:
            return self.members[known]
        present = [member for member in self._by_asn[asn] if not member.left]
        return present[0] if len(present) == 1 else None

    def infrastructure_for(self, name: str, ixf_id: int | None) -> KnownInfrastructure | None:
        """By name, else by its id in the IX-F database: names change."""
        for known in self.infrastructures:
            if known.name.casefold() == name.casefold():
                return known
        return next((k for k in self.infrastructures if ixf_id and k.ixf_id == ixf_id), None)

    def vlan_for(self, infrastructure_id: int, ixf_id: int, name: str) -> KnownVlan | None:
        """By the export's own id, else by name."""
        here = [vlan for vlan in self.vlans if vlan.infrastructure_id == infrastructure_id]
        for vlan in here:
            if vlan.ixf_id == ixf_id:
                return vlan
        return next(
            (v for v in here if v.ixf_id is None and v.name.casefold() == name.casefold()), None
        )
