"""Connections of members in a VLAN, as the exchange changes them."""

from datetime import datetime

from sqlalchemy import select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, NotFound, Overtaken
from app.domain.form_version import merged
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus
from app.extensions import db, transaction
from app.models import Member, Vlan, VlanInterface
from app.services import audit, relations
from app.services.interface_addresses import checked, write
from app.services.interface_lines import AddressForm, PortLine, fields_of, forms_of, get_port
from app.services.vlan_row import NO_VLAN


class Changed(Overtaken):
    """Somebody else changed a field that this form changed, too; `standing` is the connection as
    it is now, `touched` what this form changed."""

    def __init__(self, standing: PortLine, touched: list[str]) -> None:
        self.standing, self.touched = standing, touched
        super().__init__(
            f"Somebody changed this interface meanwhile: it has {standing} now. Look at your input "
            "and save again to overwrite that."
        )


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
        wanted = checked(vlan_id, forms)
        interface = VlanInterface(member_id=member_id, vlan_id=vlan_id)
        session.add(interface)
        session.flush()
        changes = write(interface.id, vlan_id, wanted, now)
        _record(actor, "interface created", member_id, vlan_id, now, changes)
    return interface.id


def save(
    actor: Actor | None,
    interface_id: int,
    forms: dict[int, AddressForm],
    *,
    version: str,
    now: datetime,
) -> list[Change]:
    """Write what differs from `version` in the addresses of a connection.

    An address that changes ends, and the new one begins: what was seen of the old one stays with
    it. Raises Changed when somebody was faster with a field, Conflict, Invalid, NotFound.
    """
    with transaction() as session:
        row = get_port(interface_id)
        _hold(row.member_id, row.vlan_id)
        row = get_port(interface_id)
        stand = {form.address for form in row.addresses.values()}
        wanted = fields_of(checked(row.vlan_id, forms, stand) | _without(forms))
        values, touched, clashes = merged(fields_of(row.addresses), wanted, version)
        if clashes:
            raise Changed(row, touched)
        final = checked(row.vlan_id, forms_of(values), stand)
        changes = write(interface_id, row.vlan_id, final, now)
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
        raise NotFound(NO_VLAN)


def _without(forms: dict[int, AddressForm]) -> dict[int, AddressForm]:
    """Those that hold no address."""
    return {
        protocol: form._replace(address="")
        for protocol, form in forms.items()
        if not form.address.strip()
    }


def _touch(interface_id: int) -> None:
    db.session.execute(
        update(VlanInterface)
        .where(VlanInterface.id == interface_id)
        .values(version=VlanInterface.version + 1)
    )


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
