"""VLANs: list, find, and what part they take."""

from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.domain.vlan_word import meant, within
from app.extensions import db, transaction
from app.models import (
    Infrastructure,
    InterfaceAddress,
    Member,
    Vlan,
    VlanInterface,
    VlanPrefix,
)
from app.models.base import AnyRow
from app.services import audit

HIGHEST_TAG = 4094


class Unset(Enum):
    """Tells “leave it” from “make it none”."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


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


class Effect(NamedTuple):
    """Whom a flag of a VLAN concerns: its members, and the cells they see of each other there."""

    members: int
    cells: int


def list_effects() -> dict[int, Effect]:
    """What the flags of each VLAN change, by its id: active members with an address there."""
    rows = db.session.execute(
        select(
            InterfaceAddress.vlan_id,
            InterfaceAddress.protocol,
            func.count(VlanInterface.member_id.distinct()).label("many"),
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
        .group_by(InterfaceAddress.vlan_id, InterfaceAddress.protocol)
    )
    found: dict[int, Effect] = {}
    for vlan_id, _, many in rows:
        before = found.get(vlan_id, Effect(0, 0))
        found[vlan_id] = Effect(max(before.members, many), before.cells + many * (many - 1))
    return found


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


def set_flags(
    vlan_id: int,
    *,
    now: datetime,
    actor: Actor | None = None,
    peering_manager: bool | None = None,
    peering_matrix: bool | None = None,
    private: bool | None = None,
    tag: int | Unset | None = UNSET,
) -> list[Change]:
    """Write what is given, leave the rest, and return what has a new value.

    Raises NotFound; Invalid for a tag outside 1 to 4094, or for a private VLAN that takes part
    in the peering manager; Conflict when another VLAN of the infrastructure has the tag.
    Nothing is written then.
    """
    flags = {
        "peering_manager": peering_manager,
        "peering_matrix": peering_matrix,
        "private": private,
    }
    given: dict[str, Any] = {field: flag for field, flag in flags.items() if flag is not None}
    if not isinstance(tag, Unset):
        given["tag"] = _checked(tag)
    with transaction() as session:
        vlan = _locked(vlan_id)
        _refuse_private_peering(vlan, given)
        changed = [
            Change(field, getattr(vlan, field), value)
            for field, value in given.items()
            if getattr(vlan, field) != value
        ]
        new = {change.field: change.new for change in changed}
        if new.get("tag") is not None:
            _check_free(vlan, new["tag"])
        if new:
            try:
                session.execute(
                    update(Vlan)
                    .where(Vlan.id == vlan_id)
                    .values(new)
                    .values(version=Vlan.version + 1)
                )
            except IntegrityError as error:  # given away between the look and the write
                raise _taken(new.get("tag"), "another VLAN") from error
            subject = f"VLAN {vlan.home} / {vlan.name}"
            audit.record(actor, "VLAN changed", subject, now=now, changes=changed)
    return changed


def _checked(tag: int | None) -> int | None:
    if tag is not None and not 1 <= tag <= HIGHEST_TAG:
        raise Invalid(f"A VLAN tag is a number from 1 to {HIGHEST_TAG}, or none; not {tag}.")
    return tag


def _locked(vlan_id: int) -> AnyRow:
    """The VLAN as it stands, kept still until the transaction ends."""
    if is_possible_id(vlan_id):
        row = db.session.execute(
            select(
                Vlan.id,
                Vlan.infrastructure_id,
                Vlan.name,
                Vlan.tag,
                Vlan.peering_manager,
                Vlan.peering_matrix,
                Vlan.private,
                Infrastructure.name.label("home"),
            )
            .join(Infrastructure)
            .where(Vlan.id == vlan_id)
            .with_for_update(of=Vlan)
        ).first()
        if row is not None:
            return row
    raise NotFound(f"There is no VLAN with id {vlan_id}. `flask vlans list` shows all.")


def _refuse_private_peering(vlan: AnyRow, given: dict[str, Any]) -> None:
    """Only when asked about any of them: a tag can be set whatever stands already."""
    flags = {"peering_manager": "peering manager", "peering_matrix": "peering matrix"}
    if not given.keys() & {"private", *flags}:
        return
    for flag, place in flags.items():
        if given.get("private", vlan.private) and given.get(flag, getattr(vlan, flag)):
            raise Invalid(
                f"{vlan.name} cannot be both private and in the {place}: "
                "peering LANs that take part are not private."
            )


def _check_free(vlan: AnyRow, tag: int) -> None:
    holder = db.session.scalar(
        select(Vlan.name).where(
            Vlan.infrastructure_id == vlan.infrastructure_id,
            Vlan.tag == tag,
            Vlan.id != vlan.id,
        )
    )
    if holder is not None:
        raise _taken(tag, holder)


def _taken(tag: int | None, holder: str) -> Conflict:
    return Conflict(f"{holder} has the tag {tag} already in this infrastructure.")
