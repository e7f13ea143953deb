"""What the portal knows before an import: rows as plain values, with the indexes a plan needs."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

OPERATOR, MEMBER = "operator", "member"
BY_HAND = (OPERATOR, MEMBER)  # whose word no import overwrites


class KnownInfrastructure(NamedTuple):
    id: int
    name: str
    ixf_id: int | None = None


class KnownVlan(NamedTuple):
    id: int
    infrastructure_id: int
    name: str
    ixf_id: int | None = None
    prefixes: frozenset[tuple[int, str]] = frozenset()
    peering_manager: bool = False
    private: bool = False


@dataclass(frozen=True)
class KnownMember:
    """A member; `origins` says who set which field last. `emails` are the peering contacts that
    an export gave, `own_emails` those set by the operator or the member."""

    id: int
    asn: int
    name: str
    left: bool
    from_export: bool
    fields: dict[str, object]
    origins: dict[str, str] = field(default_factory=dict)
    emails: frozenset[str] = frozenset()
    own_emails: frozenset[str] = frozenset()


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
    """All of it, indexed by what an export names.

    `former` holds the VLANs on which a member had connections that have left.
    """

    def __init__(
        self,
        infrastructures: list[KnownInfrastructure],
        vlans: list[KnownVlan],
        members: list[KnownMember],
        sources: dict[str, int],
        interfaces: list[KnownInterface],
        addresses: list[KnownAddress],
        former: Mapping[int, Set[int]] | None = None,
    ) -> None:
        self.former = former or {}
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

    @cached_property
    def homes(self) -> dict[tuple[int, str], str]:
        """The infrastructure in which a member has an address, by ASN and address."""
        names = {home.id: home.name for home in self.infrastructures}
        vlans = {vlan.id: names[vlan.infrastructure_id] for vlan in self.vlans}
        return {
            (self.members[address.member_id].asn, address.text): vlans[address.vlan_id]
            for address in self.live.values()
        }

    def on(self, member_id: int | None, vlan_id: int | None) -> list[KnownInterface]:
        """The connections of a member on a VLAN; none of one that is yet to be made."""
        return [] if member_id is None or vlan_id is None else self._on[member_id, vlan_id]

    def member_for(self, asn: int) -> KnownMember | None:
        """The member an export means by an ASN: the one it made, else the first there is."""
        known = self._sources.get(str(asn))
        if known is not None:
            return self.members[known]
        return next((member for member in self._by_asn[asn] if not member.left), None)

    def vlans_of(self, infrastructure_id: int) -> list[KnownVlan]:
        """The VLANs of an infrastructure."""
        return [vlan for vlan in self.vlans if vlan.infrastructure_id == infrastructure_id]

    def came_from_export(self, vlan_id: int) -> bool:
        """Whether a connection on this VLAN belongs to a member that an export made."""
        return any(
            interface.vlan_id == vlan_id and self.members[interface.member_id].from_export
            for interface in self.interfaces.values()
        )
