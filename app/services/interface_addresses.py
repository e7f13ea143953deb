"""The addresses of a connection: what one may be, and how it ends and begins anew."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.domain.addresses import parse_address
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid
from app.domain.lan_address import check_place
from app.extensions import db
from app.models import InterfaceAddress, Member, VlanInterface
from app.services import vlan_row
from app.services.interface_lines import AddressForm
from app.services.unique import conflict_on_unique

FLAGS = ("enabled", "rs_client", "max_prefix")


def checked(
    vlan_id: int, forms: dict[int, AddressForm], standing: Collection[str] = ()
) -> dict[int, AddressForm]:
    """The addresses in canonical form, inside the prefixes of the VLAN but for the `standing` ones,
    which may be from before. Raises Invalid, also where there is none."""
    prefixes = vlan_row.prefixes(vlan_id)
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
        if address not in standing:
            check_place(address, prefixes, field)
        found[protocol] = form._replace(address=address)
    if not found:
        raise Invalid("An interface needs an IPv4 or an IPv6 address.", "address_4")
    return found


def write(
    interface_id: int, vlan_id: int, forms: dict[int, AddressForm], now: datetime
) -> list[Change]:
    """Make these the live addresses; one that changes ends, and the new one begins."""
    live = {
        row.protocol: row
        for row in db.session.scalars(
            select(InterfaceAddress).where(
                InterfaceAddress.interface_id == interface_id, InterfaceAddress.until_at.is_(None)
            )
        )
    }
    changes = []
    for protocol in (4, 6):
        old, new = live.get(protocol), forms.get(protocol)
        if old is not None and new is not None and old.address == new.address:
            changes += _set_flags(old, new)
            continue
        if old is not None:
            old.until_at = now
            db.session.flush()
        if new is not None:
            _begin(interface_id, vlan_id, protocol, new, old, now)
        if old is not None or new is not None:
            before, after = (one.address if one else None for one in (old, new))
            changes.append(Change(f"IPv{protocol}", before, after))
    return changes


def _set_flags(row: InterfaceAddress, new: AddressForm) -> list[Change]:
    changes = [
        Change(f"IPv{row.protocol} {field}", getattr(row, field), getattr(new, field))
        for field in FLAGS
        if getattr(row, field) != getattr(new, field)
    ]
    for field in FLAGS:
        setattr(row, field, getattr(new, field))
    return changes


def _begin(
    interface_id: int,
    vlan_id: int,
    protocol: int,
    new: AddressForm,
    old: InterfaceAddress | None,
    now: datetime,
) -> None:
    _check_free(vlan_id, new.address, protocol)
    taken = Conflict(
        f"{new.address} was given to somebody else just now. Look at the list of interfaces.",
        f"address_{protocol}",
    )
    with conflict_on_unique(taken):  # an import does not wait for us
        db.session.add(
            InterfaceAddress(
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
        )


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
