"""VLANs made, changed and taken away by the exchange."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, cast, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.actor import Actor
from app.domain.addresses import contains
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.vlan_form import overlap
from app.extensions import db, transaction
from app.models import (
    Contact,
    Infrastructure,
    InterfaceAddress,
    InterfaceMac,
    ObservedSession,
    RequestPair,
    Vlan,
    VlanInterface,
    VlanPrefix,
)
from app.models.base import AnyRow
from app.services import audit

NO_VLAN = "There is no such VLAN."
FIELDS = ("name", "tag", "ixf_vlan_id", "private")


class VlanForm(NamedTuple):
    """A VLAN as an operator wants it, every field checked by itself."""

    infrastructure: str
    name: str
    tag: int | None
    ixf_vlan_id: int | None
    private: bool
    prefixes: tuple[str, ...]


class Holding(NamedTuple):
    """What goes with a VLAN."""

    interfaces: int
    addresses: int
    sessions: int
    contacts: int


def get_form(vlan_id: int) -> tuple[VlanForm, int]:
    """A VLAN as its form shows it, and its version; raises NotFound."""
    row = _locked(vlan_id, lock=False)
    return VlanForm(
        row.home, row.name, row.tag, row.ixf_vlan_id, row.private, tuple(_prefixes(vlan_id))
    ), row.version


def list_infrastructures() -> list[str]:
    """The names of the infrastructures."""
    return list(db.session.scalars(select(Infrastructure.name).order_by(Infrastructure.name)))


def create(actor: Actor | None, form: VlanForm, *, now: datetime) -> int:
    """Make a VLAN that takes part in nothing yet, and its infrastructure if that is new.

    Raises Conflict when name, tag, id or a prefix is another VLAN's. Returns the id.
    """
    with transaction() as session:
        home_id = _home(form.infrastructure)
        _check_free(form, home_id, None)
        vlan = Vlan(
            infrastructure_id=home_id,
            name=form.name,
            tag=form.tag,
            ixf_vlan_id=form.ixf_vlan_id,
            private=form.private,
        )
        session.add(vlan)
        _flush()
        _write_prefixes(vlan.id, form.prefixes)
        changes = [Change("prefixes", None, " ".join(form.prefixes)), Change("tag", None, form.tag)]
        audit.record(actor, "VLAN created", _subject(form), now=now, changes=changes)
    return vlan.id


def save(
    actor: Actor | None, vlan_id: int, form: VlanForm, *, version: int, now: datetime
) -> list[Change]:
    """Change a VLAN as it was at `version`.

    Raises Conflict when somebody saved since, or something is another VLAN's; Invalid when an
    address of an interface would lie outside the prefixes, or for a private LAN that takes part.
    """
    with transaction() as session:
        before = _locked(vlan_id)
        if before.version != version:
            raise Conflict(
                f"Somebody changed this VLAN meanwhile: it is {_told(before, vlan_id)} now. Look "
                "at your input and save again to overwrite that."
            )
        if form.private and (before.peering_manager or before.peering_matrix):
            raise Invalid(
                "A private VLAN takes part in nothing: switch both flags off first.", "private"
            )
        home_id = _home(form.infrastructure)
        _check_free(form, home_id, vlan_id)
        _check_addresses(vlan_id, form.prefixes)
        known = _prefixes(vlan_id)
        changes = [
            Change(field, getattr(before, field), getattr(form, field))
            for field in FIELDS
            if getattr(before, field) != getattr(form, field)
        ]
        if before.home != form.infrastructure:
            changes.append(Change("infrastructure", before.home, form.infrastructure))
        if sorted(known) != sorted(form.prefixes):
            changes.append(Change("prefixes", " ".join(known), " ".join(form.prefixes)))
            _write_prefixes(vlan_id, form.prefixes)
        if changes:
            values = {field: getattr(form, field) for field in FIELDS}
            session.execute(
                update(Vlan)
                .where(Vlan.id == vlan_id)
                .values(values | {"infrastructure_id": home_id})
                .values(version=Vlan.version + 1)
            )
            audit.record(actor, "VLAN changed", _subject(form), now=now, changes=changes)
    return changes


def holding(vlan_id: int) -> Holding:
    """What would go with a VLAN; raises NotFound."""
    _locked(vlan_id, lock=False)

    def count(table: Any, *extra: Any) -> int:
        query = select(func.count()).select_from(table).where(table.vlan_id == vlan_id, *extra)
        return db.session.scalar(query) or 0

    return Holding(
        count(VlanInterface), count(InterfaceAddress), count(ObservedSession), count(Contact)
    )


def remove(actor: Actor | None, vlan_id: int, *, sure: bool, now: datetime) -> None:
    """Take a VLAN away with all that hangs on it: interfaces, addresses, what was seen.

    Raises Invalid unless `sure` where anything does; an infrastructure left empty goes along.
    """
    with transaction() as session:
        row = _locked(vlan_id)
        held = holding(vlan_id)
        if any(held) and not sure:
            raise Invalid("Tick that all of it goes, or keep the VLAN.", "sure")
        _remove_sessions(vlan_id)
        own = select(VlanInterface.id).where(VlanInterface.vlan_id == vlan_id)
        session.execute(delete(InterfaceAddress).where(InterfaceAddress.vlan_id == vlan_id))
        session.execute(delete(InterfaceMac).where(InterfaceMac.interface_id.in_(own)))
        session.execute(delete(VlanInterface).where(VlanInterface.vlan_id == vlan_id))
        session.execute(delete(Contact).where(Contact.vlan_id == vlan_id))
        session.execute(delete(VlanPrefix).where(VlanPrefix.vlan_id == vlan_id))
        session.execute(delete(Vlan).where(Vlan.id == vlan_id))
        left = select(Vlan.id).where(Vlan.infrastructure_id == row.infrastructure_id).limit(1)
        if db.session.scalar(left) is None:
            session.execute(
                delete(Infrastructure).where(Infrastructure.id == row.infrastructure_id)
            )
        subject = f"VLAN {row.home} / {row.name}"
        changes = [Change(name, many, None) for name, many in held._asdict().items() if many]
        audit.record(actor, "VLAN deleted", subject, now=now, changes=changes)


def _remove_sessions(vlan_id: int) -> None:
    """What was seen of its addresses, and the requests for them, go first: they point at them."""
    own = select(InterfaceAddress.id).where(InterfaceAddress.vlan_id == vlan_id)
    for table, one, other in (
        (ObservedSession, ObservedSession.low_address_id, ObservedSession.high_address_id),
        (RequestPair, RequestPair.own_address_id, RequestPair.peer_address_id),
    ):
        db.session.execute(delete(table).where(or_(one.in_(own), other.in_(own))))


def _home(name: str) -> int:
    """The id of an infrastructure, made when it is new."""
    found: int | None = db.session.scalar(
        select(Infrastructure.id).where(Infrastructure.name == name)
    )
    if found is not None:
        return found
    home = Infrastructure(name=name)
    db.session.add(home)
    db.session.flush()
    return home.id


def _check_free(form: VlanForm, home_id: int, but: int | None) -> None:
    others = db.session.execute(
        select(Vlan.id, Vlan.name, Vlan.tag, Vlan.ixf_vlan_id).where(
            Vlan.infrastructure_id == home_id, Vlan.id != cast(but or 0, Integer)
        )
    ).all()
    for other in others:
        if other.name.casefold() == form.name.casefold():
            raise Conflict(f"{form.infrastructure} has a VLAN {other.name} already.", "name")
        if form.tag is not None and other.tag == form.tag:
            raise Conflict(f"{other.name} has the tag {form.tag} already.", "tag")
        if form.ixf_vlan_id is not None and other.ixf_vlan_id == form.ixf_vlan_id:
            raise Conflict(f"{other.name} has the id {form.ixf_vlan_id} already.", "ixf_vlan_id")
    _check_no_overlap(form, [row.id for row in others])


def _check_no_overlap(form: VlanForm, vlan_ids: Sequence[int]) -> None:
    rows = db.session.execute(
        select(VlanPrefix.prefix, Vlan.name)
        .join(Vlan, Vlan.id == VlanPrefix.vlan_id)
        .where(VlanPrefix.vlan_id.in_(vlan_ids))
    )
    for prefix, name in rows:
        for wanted in form.prefixes:
            if overlap(prefix, wanted):
                raise Conflict(f"{wanted} overlaps {prefix} of {name}.", "prefixes")


def _check_addresses(vlan_id: int, prefixes: Sequence[str]) -> None:
    """Prefixes hold every live address; without any prefix nothing is checked."""
    live = db.session.scalars(
        select(InterfaceAddress.address).where(
            InterfaceAddress.vlan_id == vlan_id, InterfaceAddress.until_at.is_(None)
        )
    )
    outside = [
        address
        for address in live
        if prefixes and not any(contains(prefix, address) for prefix in prefixes)
    ]
    if outside:
        more = f" and {len(outside) - 5} more" if len(outside) > 5 else ""
        raise Invalid(
            f"{', '.join(outside[:5])}{more} would lie outside. Widen the prefixes, or change "
            "those addresses first.",
            "prefixes",
        )


def _write_prefixes(vlan_id: int, prefixes: Sequence[str]) -> None:
    db.session.execute(delete(VlanPrefix).where(VlanPrefix.vlan_id == vlan_id))
    db.session.add_all(
        VlanPrefix(vlan_id=vlan_id, protocol=6 if ":" in prefix else 4, prefix=prefix)
        for prefix in prefixes
    )
    _flush()


def _flush() -> None:
    try:
        db.session.flush()
    except IntegrityError as error:  # somebody was faster
        raise Conflict("Another VLAN has this name, tag or id by now. Look again.") from error


def _prefixes(vlan_id: int) -> list[str]:
    found = db.session.scalars(
        select(VlanPrefix.prefix)
        .where(VlanPrefix.vlan_id == vlan_id)
        .order_by(VlanPrefix.protocol, VlanPrefix.prefix)
    )
    return list(found)


def _locked(vlan_id: int, *, lock: bool = True) -> AnyRow:
    query = (
        select(
            Vlan.id,
            Vlan.infrastructure_id,
            Infrastructure.name.label("home"),
            Vlan.name,
            Vlan.tag,
            Vlan.ixf_vlan_id,
            Vlan.private,
            Vlan.peering_manager,
            Vlan.peering_matrix,
            Vlan.version,
        )
        .join(Infrastructure)
        .where(Vlan.id == vlan_id)
    )
    row = (
        db.session.execute(query.with_for_update(of=Vlan) if lock else query).first()
        if is_possible_id(vlan_id)
        else None
    )
    if row is None:
        raise NotFound(NO_VLAN)
    return row


def _told(row: AnyRow, vlan_id: int) -> str:
    tag = "no tag" if row.tag is None else f"tag {row.tag}"
    prefixes = " ".join(_prefixes(vlan_id)) or "no prefixes"
    return f"“{row.name}”, {tag}, {prefixes}{', private' if row.private else ''}"


def _subject(form: VlanForm) -> str:
    return f"VLAN {form.infrastructure} / {form.name}"
