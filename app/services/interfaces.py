"""Connections of members in a VLAN, as the exchange changes them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update

from app.domain.actor import Actor
from app.domain.addresses import contains, parse_address
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus
from app.extensions import db, transaction
from app.models import InterfaceAddress, Member, Vlan, VlanInterface, VlanPrefix
from app.services import audit, relations

NO_INTERFACE = "There is no such interface."


class AddressForm(NamedTuple):
    """One protocol of a connection as an operator types it; without an address it has none."""

    address: str = ""
    enabled: bool = True
    rs_client: bool = False
    max_prefix: int | None = None


class PortLine(NamedTuple):
    """One connection of a member, with its live addresses by protocol."""

    id: int
    vlan_id: int
    member_id: int
    member: str
    asn: int
    status: str
    version: int
    addresses: dict[int, AddressForm] = {}


def list_ports(vlan_id: int) -> list[PortLine]:
    """The connections in a VLAN by member, connected ones first. Two statements."""
    return _lines(VlanInterface.vlan_id == vlan_id)


def get_port(interface_id: int) -> PortLine:
    """One connection; raises NotFound."""
    found = _lines(VlanInterface.id == interface_id) if is_possible_id(interface_id) else []
    if not found:
        raise NotFound(NO_INTERFACE)
    return found[0]


def create(
    actor: Actor | None,
    vlan_id: int,
    member_id: int,
    forms: dict[int, AddressForm],
    *,
    now: datetime,
) -> int:
    """Connect a member to a VLAN with these addresses. Raises Invalid, Conflict, NotFound."""
    with transaction() as session:
        _hold(member_id, vlan_id)
        checked = _checked(vlan_id, forms)
        interface = VlanInterface(member_id=member_id, vlan_id=vlan_id)
        session.add(interface)
        session.flush()
        changes = _write(interface.id, vlan_id, checked, now)
        _record(actor, "interface created", member_id, vlan_id, now, changes)
    return interface.id


def save(
    actor: Actor | None,
    interface_id: int,
    forms: dict[int, AddressForm],
    *,
    version: int,
    now: datetime,
) -> list[Change]:
    """Change the addresses of a connection as it was at `version`.

    An address that changes ends, and the new one begins: what was seen of the old one stays with
    it. Raises Conflict when somebody saved since, Invalid, NotFound.
    """
    with transaction() as session:
        row = get_port(interface_id)
        _hold(row.member_id, row.vlan_id)
        row = get_port(interface_id)
        if row.version != version:
            raise Conflict(
                f"Somebody changed this interface meanwhile: it has {_told(row)} now. Look at "
                "your input and save again to overwrite that."
            )
        changes = _write(interface_id, row.vlan_id, _checked(row.vlan_id, forms), now)
        if changes:
            _touch(interface_id)
            session.flush()
            _record(actor, "interface changed", row.member_id, row.vlan_id, now, changes)
    return changes


def set_connected(actor: Actor | None, interface_id: int, on: bool, *, now: datetime) -> None:
    """Connect or disconnect; addresses and history stay."""
    with transaction() as session:
        row = get_port(interface_id)
        _hold(row.member_id, row.vlan_id, must_be_here=on)
        row = get_port(interface_id)
        wanted = InterfaceStatus.CONNECTED if on else InterfaceStatus.DISCONNECTED
        if row.status == wanted:
            return
        session.execute(
            update(VlanInterface)
            .where(VlanInterface.id == interface_id)
            .values(status=wanted.value, left_at=None if on else now)
            .values(version=VlanInterface.version + 1)
        )
        changes = [Change("status", row.status, wanted.value)]
        _record(actor, "interface changed", row.member_id, row.vlan_id, now, changes)


def _hold(member_id: int, vlan_id: int, *, must_be_here: bool = True) -> None:
    """Keep member and VLAN still until the transaction ends, the member first, as everywhere.

    Raises NotFound for either, Conflict for a member that left: nobody connects it.
    """
    name = relations.hold(member_id)[member_id]
    status = db.session.scalar(select(Member.status).where(Member.id == member_id))
    if must_be_here and status == MemberStatus.LEFT:
        raise Conflict(f"{name} has left the exchange. Let it return first.", "asn")
    query = select(Vlan.id).where(Vlan.id == vlan_id).with_for_update(key_share=True)
    if not is_possible_id(vlan_id) or db.session.scalar(query) is None:
        raise NotFound("There is no such VLAN.")


def _checked(vlan_id: int, forms: dict[int, AddressForm]) -> dict[int, AddressForm]:
    """The addresses in canonical form, inside the prefixes of the VLAN."""
    prefixes = db.session.scalars(
        select(VlanPrefix.prefix).where(VlanPrefix.vlan_id == vlan_id)
    ).all()
    found = {}
    for protocol, form in forms.items():
        if not form.address.strip():
            continue
        field = f"address_{protocol}"
        try:
            address = parse_address(form.address, protocol)
        except ValueError as error:
            raise Invalid(
                f"“{form.address}” is no IPv{protocol} address of a router.", field
            ) from error
        own = [prefix for prefix in prefixes if (":" in prefix) is (protocol == 6)]
        if own and not any(contains(prefix, address) for prefix in own):
            raise Invalid(f"{address} lies outside {' and '.join(own)}.", field)
        found[protocol] = form._replace(address=address)
    if not found:
        raise Invalid("An interface needs an IPv4 or an IPv6 address.", "address_4")
    return found


def _write(
    interface_id: int, vlan_id: int, forms: dict[int, AddressForm], now: datetime
) -> list[Change]:
    session = db.session
    live = {
        row.protocol: row
        for row in session.scalars(
            select(InterfaceAddress).where(
                InterfaceAddress.interface_id == interface_id, InterfaceAddress.until_at.is_(None)
            )
        )
    }
    changes = []
    for protocol in (4, 6):
        old, new = live.get(protocol), forms.get(protocol)
        if old is not None and (new is None or old.address != new.address):
            old.until_at = now
            session.flush()
        if new is None:
            if old is not None:
                changes.append(Change(f"IPv{protocol}", old.address, None))
            continue
        if old is None or old.until_at is not None:
            _check_free(vlan_id, new.address, protocol)
            changes.append(Change(f"IPv{protocol}", old.address if old else None, new.address))
            old = InterfaceAddress(
                interface_id=interface_id,
                vlan_id=vlan_id,
                protocol=protocol,
                address=new.address,
                from_at=now,
                as_set=old.as_set if old else None,
                enabled=new.enabled,
                rs_client=new.rs_client,
                max_prefix=new.max_prefix,
            )
            session.add(old)
            session.flush()
        for field in ("enabled", "rs_client", "max_prefix"):
            if getattr(old, field) != getattr(new, field):
                named = f"IPv{protocol} {field}"
                changes.append(Change(named, getattr(old, field), getattr(new, field)))
                setattr(old, field, getattr(new, field))
    return changes


def _check_free(vlan_id: int, address: str, protocol: int) -> None:
    holder = db.session.execute(
        select(Member.name, Member.asn)
        .join(VlanInterface, VlanInterface.member_id == Member.id)
        .join(InterfaceAddress, InterfaceAddress.interface_id == VlanInterface.id)
        .where(
            InterfaceAddress.vlan_id == vlan_id,
            InterfaceAddress.address == address,
            InterfaceAddress.until_at.is_(None),
        )
    ).first()
    if holder:
        raise Conflict(
            f"{address} is taken by {holder.name}, AS{holder.asn}.", f"address_{protocol}"
        )


def _touch(interface_id: int) -> None:
    db.session.execute(
        update(VlanInterface)
        .where(VlanInterface.id == interface_id)
        .values(version=VlanInterface.version + 1)
    )


def _lines(wanted: object) -> list[PortLine]:
    rows = db.session.execute(
        select(
            VlanInterface.id,
            VlanInterface.vlan_id,
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            VlanInterface.status,
            VlanInterface.version,
        )
        .join(Member, Member.id == VlanInterface.member_id)
        .where(wanted)  # type: ignore[arg-type]
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
        ).where(
            InterfaceAddress.interface_id.in_([row.id for row in rows]),
            InterfaceAddress.until_at.is_(None),
        )
    ):
        live.setdefault(one.interface_id, {})[one.protocol] = AddressForm(*one[2:])
    return [PortLine._make((*row, live.get(row.id, {}))) for row in rows]


def _told(line: PortLine) -> str:
    return " and ".join(form.address for form in line.addresses.values()) or "no address"


def _record(
    actor: Actor | None,
    action: str,
    member_id: int,
    vlan_id: int,
    now: datetime,
    changes: list[Change],
) -> None:
    name = db.session.scalar(select(Vlan.name).where(Vlan.id == vlan_id))
    member = db.session.execute(select(Member.asn, Member.name).where(Member.id == member_id)).one()
    subject = f"AS{member.asn} {member.name} on {name}"
    audit.record(actor, action, subject, now=now, member_id=member_id, changes=changes)
