"""VLANs made and changed by the exchange."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.domain.actor import Actor
from app.domain.addresses import contains
from app.domain.change import Change
from app.domain.errors import Invalid, Overtaken
from app.domain.form_version import merged, version_of
from app.domain.lan_address import of_protocol
from app.domain.vlan_form import overlap, told
from app.extensions import db, transaction
from app.models import Infrastructure, InterfaceAddress, Vlan, VlanPrefix
from app.models.base import AnyRow
from app.services import audit, infrastructures, vlan_flags, vlan_row

FIELDS = ("name", "tag", "ixf_vlan_id", "private", "notes")
SAMPLE = 5  # addresses named in a refusal


class VlanForm(NamedTuple):
    """A VLAN as an operator wants it, every field checked by itself."""

    infrastructure: str
    name: str
    tag: int | None
    ixf_vlan_id: int | None
    private: bool
    prefixes: tuple[str, ...]
    notes: str | None = None


class Changed(Overtaken):
    """Somebody else changed a field that this form changed, too; `standing` is what the VLAN is
    now, at `version`, and `touched` what this form changed."""

    def __init__(self, standing: dict[str, Any], touched: list[str], clashes: list[str]) -> None:
        self.standing, self.touched = VlanForm(**standing), touched
        self.version = version_of(standing, VlanForm._fields)
        now = told({field: standing[field] for field in clashes})
        super().__init__(
            f"Somebody changed this VLAN meanwhile: {now}. Look at your input and save again to "
            "overwrite that."
        )


def get_form(vlan_id: int) -> tuple[VlanForm, str]:
    """A VLAN as its form shows it, and the version of that; raises NotFound."""
    standing = vlan_row.standing(vlan_row.get(vlan_id))
    return VlanForm(**standing), version_of(standing, VlanForm._fields)


def create(actor: Actor | None, form: VlanForm, *, now: datetime, new_home: bool = True) -> int:
    """Make a VLAN that takes part in nothing yet, and with `new_home` its infrastructure.

    Raises Conflict when name, tag, id or a prefix is another VLAN's, Unknown for an infrastructure
    that is not there. Returns the id.
    """
    with transaction() as session:
        if not new_home:
            infrastructures.check_known(form.infrastructure)
        home_id = infrastructures.hold(form.infrastructure)
        _check_free(form, home_id)
        fields = {field: getattr(form, field) for field in FIELDS}
        vlan = Vlan(infrastructure_id=home_id, **fields)
        with vlan_row.unshared():
            session.add(vlan)
        _write_prefixes(vlan.id, form.prefixes)
        changes = [Change("prefixes", None, " ".join(form.prefixes)), Change("tag", None, form.tag)]
        audit.record(actor, "VLAN created", _subject(form), now=now, changes=changes)
    return vlan.id


def save(
    actor: Actor | None,
    vlan_id: int,
    form: VlanForm,
    *,
    version: str,
    now: datetime,
    new_home: bool = True,
) -> list[Change]:
    """Write the fields of a VLAN that differ from `version`.

    Raises NotFound; Changed when somebody was faster with one of them; Conflict when something is
    another VLAN's; Invalid when an address of an interface would lie outside new prefixes, or for
    a private LAN that takes part.
    """
    with transaction():
        before = vlan_row.hold(vlan_id)
        standing = vlan_row.standing(before)
        wanted, touched, clashes = merged(standing, form._asdict(), version)
        if clashes:
            raise Changed(standing, touched, clashes)
        form = VlanForm(**wanted)
        _check_private(before, form)
        if not new_home:
            infrastructures.check_known(form.infrastructure)
        home_id = infrastructures.hold(form.infrastructure, before=before.infrastructure_id)
        _check_free(form, home_id, vlan_id)
        if sorted(form.prefixes) != sorted(standing["prefixes"]):
            _check_addresses(vlan_id, form.prefixes)
        changes = _changes(before, form)
        if changes:
            values = {field: getattr(form, field) for field in FIELDS}
            vlan_row.write(vlan_id, values | {"infrastructure_id": home_id})
            _write_prefixes(vlan_id, form.prefixes)
            if home_id != before.infrastructure_id:
                infrastructures.leave(before.infrastructure_id)
            audit.record(actor, "VLAN changed", _subject(form), now=now, changes=changes)
    return changes


def list_overlaps(vlan_id: int) -> list[str]:
    """Prefixes of this VLAN that overlap those of another infrastructure, in words. They may be
    two networks, so nothing is refused."""
    own = vlan_row.prefixes(vlan_id)
    home = select(Vlan.infrastructure_id).where(Vlan.id == vlan_id).scalar_subquery()
    rows = db.session.execute(
        select(VlanPrefix.prefix, Vlan.name, Infrastructure.name.label("home"))
        .join(Vlan, Vlan.id == VlanPrefix.vlan_id)
        .join(Infrastructure, Infrastructure.id == Vlan.infrastructure_id)
        .where(Vlan.infrastructure_id != home)
        .order_by(Infrastructure.name, Vlan.name, VlanPrefix.id)
    )
    return [
        f"{mine} overlaps {row.prefix} of {row.home} / {row.name}"
        for row in rows
        for mine in own
        if overlap(mine, row.prefix)
    ]


def _check_private(before: AnyRow, form: VlanForm) -> None:
    on = [place for flag, place in vlan_flags.PLACES.items() if getattr(before, flag)]
    if form.private and on:
        raise Invalid(
            f"{before.name} is in the {' and in the '.join(on)}, and a private VLAN takes part in "
            f"nothing: switch {'that' if len(on) == 1 else 'both'} off in the list first.",
            "private",
        )


def _changes(before: AnyRow, form: VlanForm) -> list[Change]:
    changes = [
        Change(field, getattr(before, field), getattr(form, field))
        for field in FIELDS
        if getattr(before, field) != getattr(form, field)
    ]
    if before.home != form.infrastructure:
        changes.append(Change("infrastructure", before.home, form.infrastructure))
    known = vlan_row.prefixes(before.id)
    if sorted(known) != sorted(form.prefixes):
        changes.append(Change("prefixes", " ".join(known), " ".join(form.prefixes)))
    return changes


def _check_free(form: VlanForm, home_id: int, but: int = 0) -> None:
    vlan_row.check_free(
        home_id,
        but=but,
        name=form.name,
        tag=form.tag,
        ixf_vlan_id=form.ixf_vlan_id,
        prefixes=form.prefixes,
    )


def _check_addresses(vlan_id: int, prefixes: Sequence[str]) -> None:
    """Prefixes hold every live address of their protocol; without any nothing is checked."""
    live = db.session.scalars(
        select(InterfaceAddress.address).where(
            InterfaceAddress.vlan_id == vlan_id, InterfaceAddress.until_at.is_(None)
        )
    )
    outside = [
        address
        for address in sorted(live, key=lambda one: (":" in one, int(ip_address(one))))
        if (own := of_protocol(prefixes, address))
        and not any(contains(prefix, address) for prefix in own)
    ]
    if outside:
        more = f" and {len(outside) - SAMPLE} more" if len(outside) > SAMPLE else ""
        raise Invalid(
            f"{', '.join(outside[:SAMPLE])}{more} would lie outside. Widen the prefixes, or "
            "change those addresses first.",
            "prefixes",
        )


def _write_prefixes(vlan_id: int, prefixes: Sequence[str]) -> None:
    session = db.session
    session.execute(delete(VlanPrefix).where(VlanPrefix.vlan_id == vlan_id))
    session.add_all(
        VlanPrefix(vlan_id=vlan_id, protocol=6 if ":" in prefix else 4, prefix=prefix)
        for prefix in prefixes
    )
    session.flush()


def _subject(form: VlanForm) -> str:
    return f"VLAN {form.infrastructure} / {form.name}"
