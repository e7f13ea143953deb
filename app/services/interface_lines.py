"""The connections of members in a VLAN, as they stand."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import NotFound
from app.domain.form_version import version_of
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import InterfaceAddress, Member, VlanInterface

PROTOCOLS = (4, 6)
NO_INTERFACE = "There is no such interface; a colleague may have deleted its VLAN."


class AddressForm(NamedTuple):
    """One protocol of a connection as an operator types it; without an address it has none."""

    address: str = ""
    enabled: bool = True
    rs_client: bool = False
    max_prefix: int | None = None

    def __str__(self) -> str:
        words = [self.address, "in use" if self.enabled else "not in use"]
        words.append("RS client" if self.rs_client else "no RS client")
        words += [f"max-prefix {self.max_prefix}"] if self.max_prefix else []
        return f"{words[0]} ({', '.join(words[1:])})"


class PortLine(NamedTuple):
    """One connection of a member, with its live addresses by protocol."""

    id: int
    vlan_id: int
    member_id: int
    member: str
    asn: int
    status: str
    addresses: dict[int, AddressForm] = {}

    @property
    def version(self) -> str:
        """Of its form, so that two people who change one field are told."""
        fields = fields_of(self.addresses)
        return version_of(fields, fields)

    def __str__(self) -> str:
        stands = " and ".join(str(form) for form in self.addresses.values()) or "no address"
        return f"{stands}, {self.status}"


def fields_of(forms: Mapping[int, AddressForm]) -> dict[str, Any]:
    """What the form of a connection holds, by its fields; `forms_of` is the way back."""
    return {
        f"{field}_{protocol}": value
        for protocol in PROTOCOLS
        for field, value in forms.get(protocol, AddressForm())._asdict().items()
    }


def forms_of(fields: Mapping[str, Any]) -> dict[int, AddressForm]:
    """The addresses by protocol, from the fields of a form."""
    return {
        protocol: AddressForm(*(fields[f"{field}_{protocol}"] for field in AddressForm._fields))
        for protocol in PROTOCOLS
    }


def list_ports(vlan_id: int) -> list[PortLine]:
    """The connections in a VLAN by member, connected ones first. Two statements."""
    return _lines(VlanInterface.vlan_id == vlan_id)


def get_port(interface_id: int) -> PortLine:
    """One connection; raises NotFound."""
    found = _lines(VlanInterface.id == interface_id) if is_possible_id(interface_id) else []
    if not found:
        raise NotFound(NO_INTERFACE)
    return found[0]


def _lines(wanted: ColumnElement[bool]) -> list[PortLine]:
    rows = db.session.execute(
        select(
            VlanInterface.id,
            VlanInterface.vlan_id,
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            VlanInterface.status,
        )
        .join(Member, Member.id == VlanInterface.member_id)
        .where(wanted)
        .order_by(VlanInterface.status, func.lower(Member.name), VlanInterface.id)
    ).all()
    live: dict[int, dict[int, AddressForm]] = {}
    for one in db.session.execute(
        select(
            InterfaceAddress.interface_id,
            InterfaceAddress.protocol,
            InterfaceAddress.address,
            InterfaceAddress.enabled,
            InterfaceAddress.rs_client,
            InterfaceAddress.max_prefix,
        )
        .where(
            InterfaceAddress.interface_id.in_([row.id for row in rows]),
            InterfaceAddress.until_at.is_(None),
        )
        .order_by(InterfaceAddress.protocol)
    ):
        live.setdefault(one.interface_id, {})[one.protocol] = AddressForm(*one[2:])
    return [PortLine._make((*row, live.get(row.id, {}))) for row in rows]
