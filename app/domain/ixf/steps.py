"""The steps of an import, and the plan that holds them."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.domain.ixf.document import Address, Document, Exchange, Lan, VlanKey
from app.domain.ixf.snapshot import (
    KnownAddress,
    KnownInfrastructure,
    KnownInterface,
    KnownMember,
    KnownVlan,
)

# Of what is known, so many percent may leave without a word: truncated exports happen.
LEAVES_ALLOWED = 5

Change = tuple[Any, Any]  # old, new


class Step(StrEnum):
    """What happens to a thing."""

    ADDED = "added"
    CHANGED = "changed"
    RETURNED = "returned"
    LEFT = "left"


@dataclass
class InfrastructureStep:
    """An infrastructure that is added, or (`known`) is there already. `ixf_id` is to be noted."""

    exchange: Exchange
    name: str
    known: KnownInfrastructure | None
    ixf_id: int | None = None


@dataclass
class VlanStep:
    """A VLAN of the export; `changes` holds `name`, `ixf_vlan_id` and `prefixes`. One that is
    `gone` is known from an earlier export and no longer in this one."""

    lan: Lan
    name: str
    known: KnownVlan | None
    changes: dict[str, Change] = field(default_factory=dict)
    gone: bool = False


@dataclass
class MemberStep:
    """A member that is added or changes. `kept` is what an operator set and the export differs
    from; `emails` replaces the export's own contacts when it is not None."""

    asn: int
    name: str
    step: Step
    known: KnownMember | None
    changes: dict[str, Change] = field(default_factory=dict)
    kept: dict[str, Change] = field(default_factory=dict)
    emails: frozenset[str] | None = None
    adopted: bool = False  # made by hand, and now known to the export as well


@dataclass
class AddressStep:
    """An address that is added, changed, or ends. `taken_from` held it until now."""

    step: Step
    protocol: int
    text: str
    known: KnownAddress | None = None
    wanted: Address | None = None
    changes: dict[str, Change] = field(default_factory=dict)
    taken_from: KnownMember | None = None


@dataclass
class InterfaceStep:
    """A connection with what happens to its addresses; `member_id` is None for a new member."""

    step: Step
    asn: int
    name: str
    member_id: int | None
    lan: VlanKey
    known: KnownInterface | None
    connected: bool = True
    macs: frozenset[str] = frozenset()
    addresses: list[AddressStep] = field(default_factory=list)

    def of(self, step: Step) -> list[AddressStep]:
        return [address for address in self.addresses if address.step is step]


@dataclass
class Plan:
    """Everything an import would do, and what it must not do without being asked."""

    document: Document
    infrastructures: list[InfrastructureStep] = field(default_factory=list)
    vlans: list[VlanStep] = field(default_factory=list)
    members: list[MemberStep] = field(default_factory=list)
    interfaces: list[InterfaceStep] = field(default_factory=list)
    present_members: int = 0
    present_addresses: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not (
            any(step.known is None or step.ixf_id for step in self.infrastructures)
            or any(step.known is None or step.changes for step in self.vlans)
            or any(m.step is not Step.CHANGED or m.changes or m.emails is not None or m.adopted
                   for m in self.members)
            or self.interfaces
        )  # fmt: skip

    def members_with(self, step: Step) -> list[MemberStep]:
        return [member for member in self.members if member.step is step]

    @property
    def leaving_addresses(self) -> int:
        """Addresses that end without another one in their place, or with another member."""
        gone = 0
        for interface in self.interfaces:
            new = {address.protocol for address in interface.of(Step.ADDED)}
            gone += sum(a.protocol not in new for a in interface.of(Step.LEFT))
        return gone

    def too_many_leave(self) -> str | None:
        """Why this plan needs `--accept-leaves`, in words; None when it does not."""
        members = len(self.members_with(Step.LEFT))
        for gone, present, what in (
            (members, self.present_members, "members"),
            (self.leaving_addresses, self.present_addresses, "addresses"),
        ):
            if gone * 100 > LEAVES_ALLOWED * present:
                return f"{gone} of {present} {what} would leave, more than {LEAVES_ALLOWED} %"
        return None
