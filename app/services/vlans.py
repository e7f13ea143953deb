"""VLANs: listed, and found by what a person calls them."""

from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.domain.errors import Invalid, NotFound
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.domain.vlan_effect import Effect, Place, effect_of
from app.domain.vlan_word import meant, within
from app.extensions import db
from app.models import (
    Infrastructure,
    InterfaceAddress,
    Member,
    Vlan,
    VlanInterface,
    VlanPrefix,
)


class VlanLine(NamedTuple):
    """One VLAN as lists show it; `interfaces` and `members` count what is connected."""

    id: int
    infrastructure: str
    name: str
    tag: int | None
    ixf_vlan_id: int | None
    peering_manager: bool
    peering_matrix: bool
    private: bool
    prefixes: list[str]
    interfaces: int
    members: int


def list_vlans() -> list[VlanLine]:
    """Every VLAN by infrastructure, tag and name. Two statements."""
    rows = db.session.execute(
        select(
            Vlan.id,
            Infrastructure.name.label("home"),
            Vlan.name,
            Vlan.tag,
            Vlan.ixf_vlan_id,
            Vlan.peering_manager,
            Vlan.peering_matrix,
            Vlan.private,
            func.count(VlanInterface.id).label("interfaces"),
            func.count(VlanInterface.member_id.distinct()).label("members"),
        )
        .join(Infrastructure)
        .outerjoin(
            VlanInterface,
            (VlanInterface.vlan_id == Vlan.id)
            & (VlanInterface.status == InterfaceStatus.CONNECTED),
        )
        .group_by(Vlan.id, Infrastructure.id)
    ).all()
    prefixes = _prefixes()
    lines = [
        VlanLine(
            row.id,
            row.home,
            row.name,
            row.tag,
            row.ixf_vlan_id,
            row.peering_manager,
            row.peering_matrix,
            row.private,
            prefixes.get(row.id, []),
            row.interfaces,
            row.members,
        )
        for row in rows
    ]
    return sorted(lines, key=_order)


def _prefixes() -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for vlan_id, prefix in db.session.execute(
        select(VlanPrefix.vlan_id, VlanPrefix.prefix).order_by(
            VlanPrefix.protocol, VlanPrefix.prefix
        )
    ):
        found.setdefault(vlan_id, []).append(prefix)
    return found


def _order(line: VlanLine) -> tuple[Any, ...]:
    home = line.infrastructure
    return (home.casefold(), home, line.tag is None, line.tag or 0, line.name.casefold(), line.id)


class Effects(NamedTuple):
    """What each flag of a VLAN changes; who left the matrix is not in it anyway."""

    peering_manager: Effect = Effect()
    peering_matrix: Effect = Effect()


def list_effects() -> dict[int, Effects]:
    """What the flags of each VLAN change, by its id: active members with an address there."""
    rows = db.session.execute(
        select(
            InterfaceAddress.vlan_id,
            Member.matrix_opt_out,
            Member.id,
            VlanInterface.id,
            InterfaceAddress.protocol,
        )
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .join(Member, Member.id == VlanInterface.member_id)
        .where(
            VlanInterface.status == InterfaceStatus.CONNECTED,
            InterfaceAddress.until_at.is_(None),
            InterfaceAddress.enabled,
            Member.status == MemberStatus.ACTIVE,
            Member.type == MemberType.PEERING,
        )
    )
    found: dict[int, list[tuple[bool, Place]]] = {}
    for vlan_id, is_out, *place in rows:
        found.setdefault(vlan_id, []).append((is_out, Place(*place)))
    return {
        vlan_id: Effects(
            effect_of(place for _, place in places),
            effect_of(place for is_out, place in places if not is_out),
        )
        for vlan_id, places in found.items()
    }


def find(word: str, infrastructure: str | None = None) -> VlanLine:
    """The VLAN a person means by `word`: its name, else its tag, else its id.

    The name as written wins over one in other case. `#12` and `id:12` mean the id only. Looks
    only in `infrastructure` if that is given. Raises NotFound, or Invalid listing those it
    could be.
    """
    lines = list_vlans()
    if infrastructure is not None:
        lines = within(lines, infrastructure)
    found = meant(lines, word)
    if len(found) == 1:
        return found[0]
    if found:
        known = "; ".join(_shown(line) for line in found)
        raise Invalid(
            f"“{word.strip()}” may be one of several VLANs: {known}. To say which one, "
            f"name its infrastructure too, or write id:{found[0].id} for the first."
        )
    where = f" in the infrastructure {infrastructure}" if infrastructure is not None else ""
    raise NotFound(f"There is no VLAN “{word.strip()}”{where}. `flask vlans list` shows all.")


def _shown(line: VlanLine) -> str:
    tag = "no tag" if line.tag is None else f"tag {line.tag}"
    return f"id {line.id} {line.infrastructure} / {line.name} ({tag})"
