"""What part a VLAN takes, and its tag: set one by one, by a switch or a command."""

from datetime import datetime
from enum import Enum
from typing import Any, Final

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Invalid
from app.domain.vlan_form import checked_tag
from app.extensions import transaction
from app.models.base import AnyRow
from app.services import audit, infrastructures, vlan_row

PLACES = {"peering_manager": "peering manager", "peering_matrix": "peering matrix"}


class Unset(Enum):
    """Tells “leave it” from “make it none”."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET


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
        given["tag"] = None if tag is None else checked_tag(tag)
    return _write(vlan_id, given, actor, now)


def _write(vlan_id: int, given: dict[str, Any], actor: Actor | None, now: datetime) -> list[Change]:
    with transaction():
        vlan = vlan_row.hold(vlan_id)
        _refuse_private_peering(vlan, given)
        changed = [
            Change(field, getattr(vlan, field), value)
            for field, value in given.items()
            if getattr(vlan, field) != value
        ]
        new = {change.field: change.new for change in changed}
        if new.get("tag") is not None:
            infrastructures.hold(vlan.home)
            vlan_row.check_free(vlan.infrastructure_id, but=vlan_id, tag=new["tag"])
        if new:
            vlan_row.write(vlan_id, new)
            subject = f"VLAN {vlan.home} / {vlan.name}"
            audit.record(actor, "VLAN changed", subject, now=now, changes=changed)
    return changed


def _refuse_private_peering(vlan: AnyRow, given: dict[str, Any]) -> None:
    """Only when asked about any of them: a tag can be set whatever stands already."""
    if not given.keys() & {"private", *PLACES}:
        return
    for flag, place in PLACES.items():
        if given.get("private", vlan.private) and given.get(flag, getattr(vlan, flag)):
            raise Invalid(
                f"{vlan.name} cannot be both private and in the {place}: "
                "peering LANs that take part are not private."
            )
