"""The list of VLANs with its switches."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.vlan_admin.room import bp
from app.clock import now
from app.domain.errors import NotFound
from app.domain.vlan_effect import Effect
from app.services import infrastructures, vlan_flags, vlans
from app.services.vlan_row import NO_VLAN
from app.services.vlans import VlanLine
from app.web import Undo, render, see_other, swap, toast, wants_partial

FLAGS = {"peering_manager": "Peering manager", "peering_matrix": "Peering matrix"}


@bp.get("/")
def index() -> ResponseReturnValue:
    """Every VLAN, what part it takes, and what a switch would change."""
    access.require_superuser()
    lines = vlans.list_vlans()
    return render(
        "vlan_admin/index.html",
        "vlan_admin/_list.html",
        title="VLANs",
        lines=lines,
        effects=vlans.list_effects(),
        flags=FLAGS,
        homes=infrastructures.list_infrastructures(),
    )


@bp.post("/<int:vlan_id>/flags/<any(peering_manager, peering_matrix):flag>")
def set_flag(vlan_id: int, flag: str) -> ResponseReturnValue:
    """Set a flag to what the form says: pressing twice, or after a colleague, is no accident."""
    actor = access.require_superuser()
    on = request.form.get("on") == "1"
    if flag == "peering_manager":
        changed = vlan_flags.set_flags(vlan_id, now=now(), actor=actor, peering_manager=on)
    else:
        changed = vlan_flags.set_flags(vlan_id, now=now(), actor=actor, peering_matrix=on)
    line = _line(vlan_id)
    effects = vlans.list_effects().get(vlan_id, vlans.Effects())
    effect: Effect = getattr(effects, flag)
    undo = Undo(
        url_for(".set_flag", vlan_id=vlan_id, flag=flag),
        {"on": "0" if on else "1"},
        target=f"vlan-{vlan_id}",
    )
    toast(_said(line, flag, on, effect, bool(changed)), undo if changed else None)
    if not wants_partial():
        return see_other(f"{url_for('.index')}#vlan-{vlan_id}")
    return swap(
        "vlan_admin/_row.html",
        line=line,
        effects={vlan_id: effects},
        flags=FLAGS,
        pressed=flag,
        headers={"HX-Retarget": f"#vlan-{vlan_id}", "HX-Reswap": "outerHTML"},
    )


def _line(vlan_id: int) -> VlanLine:
    found = next((line for line in vlans.list_vlans() if line.id == vlan_id), None)
    if found is None:
        raise NotFound(NO_VLAN)
    return found


def _said(line: VlanLine, flag: str, on: bool, effect: Effect, changed: bool) -> str:
    """What happened, and to whom."""
    word = FLAGS[flag]
    if not changed:
        return f"{word} was {'on' if on else 'off'} for {line.name} already."
    many = f"{effect.members} member{'' if effect.members == 1 else 's'}"
    if flag == "peering_matrix":
        return f"{word} is {'on' if on else 'off'} for {line.name}: {many} on it."
    does = "sees" if effect.members == 1 else "see"
    seen = f"{does} its column now" if on else f"no longer {does} its column"
    return f"{word} is {'on' if on else 'off'} for {line.name}: {many} {seen}."
