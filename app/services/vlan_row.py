"""One VLAN as it stands, kept still while it is changed, and what it may not share with others."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update

from app.domain import vlan_form
from app.domain.errors import Conflict, NotFound
from app.domain.ids import is_possible_id
from app.domain.vlan_form import overlap
from app.extensions import db
from app.models import Infrastructure, Vlan, VlanPrefix
from app.models.base import AnyRow
from app.services.unique import conflict_on_unique

NO_VLAN = "There is no such VLAN; a colleague may have deleted it. The list of VLANs shows all."
SHARED = {
    "name": "Another VLAN of this infrastructure has this name by now. Choose another one.",
    "tag": "Another VLAN of this infrastructure has this tag by now. Choose another one.",
    "ixf_vlan_id": "Another VLAN of this infrastructure has this id by now. Look again.",
}


def get(vlan_id: int) -> AnyRow:
    """The VLAN as it stands; raises NotFound."""
    return _one(vlan_id, lock=False)


def hold(vlan_id: int) -> AnyRow:
    """The same, kept still until the transaction ends."""
    return _one(vlan_id, lock=True)


def hold_still(*vlan_ids: int) -> bool:
    """Keep these VLANs there until the transaction ends, in one order for everybody, for rows that
    point at them; members first, as everywhere. Whether all of them are there."""
    wanted = {vlan_id for vlan_id in vlan_ids if is_possible_id(vlan_id)}
    found = db.session.scalars(
        select(Vlan.id)
        .where(Vlan.id.in_(wanted))
        .order_by(Vlan.id)
        .with_for_update(read=True, key_share=True)
    )
    return set(found) == set(vlan_ids)


def _one(vlan_id: int, *, lock: bool) -> AnyRow:
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
            Vlan.notes,
            Vlan.version,
        )
        .join(Infrastructure)
        .where(Vlan.id == vlan_id)
    )
    if lock:
        query = query.with_for_update(of=Vlan)
    row = db.session.execute(query).first() if is_possible_id(vlan_id) else None
    if row is None:
        raise NotFound(NO_VLAN)
    return row


def prefixes(vlan_id: int) -> list[str]:
    """Its address blocks, IPv4 first."""
    found = db.session.scalars(
        select(VlanPrefix.prefix)
        .where(VlanPrefix.vlan_id == vlan_id)
        .order_by(VlanPrefix.protocol, VlanPrefix.prefix)
    )
    return list(found)


def told(row: AnyRow) -> str:
    """The whole VLAN in words, for somebody who was slower."""
    flags = {flag: getattr(row, flag) for flag in ("peering_manager", "peering_matrix")}
    return vlan_form.told(standing(row) | flags)


def standing(row: AnyRow) -> dict[str, Any]:
    """What the form of the VLAN holds, by its fields."""
    return {
        "infrastructure": row.home,
        "name": row.name,
        "tag": row.tag,
        "ixf_vlan_id": row.ixf_vlan_id,
        "private": row.private,
        "prefixes": tuple(prefixes(row.id)),
        "notes": row.notes,
    }


def check_free(
    home_id: int,
    *,
    but: int = 0,
    name: str | None = None,
    tag: int | None = None,
    ixf_vlan_id: int | None = None,
    prefixes: Sequence[str] = (),
) -> None:
    """Raises Conflict when another VLAN of the infrastructure has any of these."""
    others = db.session.execute(
        select(Vlan.id, Vlan.name, Vlan.tag, Vlan.ixf_vlan_id, Infrastructure.name.label("home"))
        .join(Infrastructure)
        .where(Vlan.infrastructure_id == home_id, Vlan.id != but)
    ).all()
    for other in others:
        if name is not None and other.name.casefold() == name.casefold():
            raise Conflict(f"{other.home} has a VLAN {other.name} already.", "name")
        if tag is not None and other.tag == tag:
            raise Conflict(f"{other.name} has the tag {tag} already in this infrastructure.", "tag")
        if ixf_vlan_id is not None and other.ixf_vlan_id == ixf_vlan_id:
            raise Conflict(f"{other.name} has the id {ixf_vlan_id} already.", "ixf_vlan_id")
    _check_no_overlap([row.id for row in others], prefixes)


def _check_no_overlap(vlan_ids: Sequence[int], prefixes: Sequence[str]) -> None:
    rows = db.session.execute(
        select(VlanPrefix.prefix, Vlan.name)
        .join(Vlan, Vlan.id == VlanPrefix.vlan_id)
        .where(VlanPrefix.vlan_id.in_(vlan_ids))
    )
    for prefix, name in rows:
        for wanted in prefixes:
            if overlap(prefix, wanted):
                raise Conflict(f"{wanted} overlaps {prefix} of {name}.", "prefixes")


@contextmanager
def unshared() -> Iterator[None]:
    """What is written in the block may have been given away, by an import, since the look."""
    with conflict_on_unique(**{field: Conflict(said, field) for field, said in SHARED.items()}):
        yield


def write(vlan_id: int, values: dict[str, Any]) -> None:
    """Give a VLAN new values and its next version. Raises Conflict."""
    with unshared():
        db.session.execute(
            update(Vlan).where(Vlan.id == vlan_id).values(values).values(version=Vlan.version + 1)
        )
