"""What a member export says, whatever its version, as plain values."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from app.domain.member import MemberType

VlanKey = tuple[int, int]  # ixp_id, the export's own id of the VLAN


@dataclass(frozen=True)
class Lan:
    """A VLAN as an export lists it; prefixes as (protocol, canonical text).

    Not `named`: the export gives no name, and `name` is made of the id.
    """

    ixp_id: int
    ixf_id: int
    name: str
    prefixes: tuple[tuple[int, str], ...] = ()
    named: bool = True

    @property
    def key(self) -> VlanKey:
        return self.ixp_id, self.ixf_id


@dataclass(frozen=True)
class Exchange:
    """One entry of `ixp_list`: one infrastructure. `ixf_id` is its id in the IX-F database."""

    ixp_id: int
    name: str
    long_name: str = ""
    ixf_id: int | None = None
    lans: tuple[Lan, ...] = ()


@dataclass(frozen=True)
class Address:
    """One address of a connection. No `max_prefix` means unknown, never none."""

    protocol: int
    text: str
    rs_client: bool = False
    max_prefix: int | None = None
    as_set: str | None = None


@dataclass(frozen=True)
class Connection:
    """One connection of a member in one VLAN: an IPv4 address, an IPv6 address, or both."""

    lan: VlanKey
    addresses: tuple[Address, ...]
    macs: frozenset[str] = frozenset()
    connected: bool = True


@dataclass(frozen=True)
class Network:
    """All that an export says of one ASN; entries of the same ASN are one network.

    Not `named`: the export gives no name, and `name` is made of the ASN.
    """

    asn: int
    name: str
    type: MemberType | None = None  # None: the export does not say
    policy: str | None = None
    policy_url: str | None = None
    website: str | None = None
    joined_at: date | None = None
    emails: tuple[str, ...] = ()
    connections: tuple[Connection, ...] = ()
    named: bool = True


@dataclass(frozen=True)
class Problem:
    """An entry that was skipped: whose it is, the field, and what is wrong."""

    member: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.member}: {self.field}: {self.message}"


@dataclass(frozen=True)
class Document:
    """A whole export. What was skipped is doubtful: an import must not take it as gone.

    `disputed` are the addresses listed for several ASNs, with these; they are among the
    addresses of the lowest.
    """

    version: str
    exchanges: tuple[Exchange, ...]
    networks: tuple[Network, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    doubtful_asns: frozenset[int] = frozenset()
    doubtful_addresses: frozenset[str] = frozenset()
    disputed: Mapping[tuple[VlanKey, str], Set[int]] = field(default_factory=dict)
