"""VLANs made and changed."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.vlan_admin.room import bp
from app.clock import now
from app.domain.errors import AppError, Conflict, Invalid, NotFound
from app.domain.vlan_form import (
    checked_name,
    checked_notes,
    read_ixf_id,
    read_prefixes,
    read_tag,
)
from app.services import infrastructures, vlan_edit
from app.services.vlan_edit import VlanForm
from app.web import see_other, toast

Typed = dict[str, str]
DELETED = (
    "This VLAN was deleted while you were editing it. Nothing was saved; your input is still "
    "here. Make it anew with it, or go back to the list."
)
FIELDS = (
    "infrastructure",
    "name",
    "tag",
    "ixf_vlan_id",
    "prefixes",
    "private",
    "notes",
    "new_home",
)


@bp.get("/new")
def new() -> ResponseReturnValue:
    """The form of a new VLAN."""
    access.require_superuser()
    return _page(None, {}, "")


@bp.post("/new")
def create() -> ResponseReturnValue:
    """Make a VLAN; it takes part in nothing until it is switched on."""
    actor = access.require_superuser()
    typed = _typed()
    try:
        form = _read(typed)
        made = vlan_edit.create(actor, form, now=now(), new_home=bool(typed["new_home"]))
    except (Invalid, Conflict) as error:
        return _page(None, typed, "", error), error.status
    toast(f"{form.name} is there. It takes part in nothing yet: switch it on.{_overlaps(made)}")
    return see_other(url_for(".index"))


@bp.get("/<int:vlan_id>")
def edit(vlan_id: int) -> ResponseReturnValue:
    """The form of a VLAN."""
    access.require_superuser()
    form, version = vlan_edit.get_form(vlan_id)
    return _page(vlan_id, _shown(form), version)


@bp.post("/<int:vlan_id>")
def save(vlan_id: int) -> ResponseReturnValue:
    """Change a VLAN; who saves second reads what stands, and keeps what was typed."""
    actor = access.require_superuser()
    typed = _typed()
    version = request.form.get("version", "")
    try:
        form = _read(typed)
        sure = bool(typed["new_home"])
        changed = vlan_edit.save(actor, vlan_id, form, version=version, now=now(), new_home=sure)
    except NotFound:
        gone = Conflict(DELETED)
        return _page(None, typed, "", gone), gone.status
    except vlan_edit.Changed as error:
        typed |= {
            field: text
            for field, text in _shown(error.standing).items()
            if field not in error.touched
        }
        return _page(vlan_id, typed, error.version, error), error.status
    except (Conflict, Invalid) as error:
        return _page(vlan_id, typed, version, error), error.status
    told = f"{form.name} is saved." if changed else "Nothing was changed."
    toast(f"{told}{_overlaps(vlan_id)}")
    return see_other(url_for(".index"))


def _overlaps(vlan_id: int) -> str:
    """What to look at twice after saving."""
    found = vlan_edit.list_overlaps(vlan_id)
    return f" {'; '.join(found)}: right only if those are two networks." if found else ""


def _typed() -> Typed:
    return {name: request.form.get(name, "") for name in FIELDS}


def _read(typed: Typed) -> VlanForm:
    return VlanForm(
        checked_name("An infrastructure", typed["infrastructure"], "infrastructure"),
        checked_name("A VLAN", typed["name"], "name"),
        read_tag(typed["tag"]),
        read_ixf_id(typed["ixf_vlan_id"]),
        bool(typed["private"]),
        tuple(read_prefixes(typed["prefixes"])),
        checked_notes(typed["notes"]),
    )


def _shown(form: VlanForm) -> Typed:
    return {
        "infrastructure": form.infrastructure,
        "name": form.name,
        "tag": "" if form.tag is None else str(form.tag),
        "ixf_vlan_id": "" if form.ixf_vlan_id is None else str(form.ixf_vlan_id),
        "prefixes": " ".join(form.prefixes),
        "private": "1" if form.private else "",
        "notes": form.notes or "",
    }


def _page(vlan_id: int | None, typed: Typed, version: str, problem: AppError | None = None) -> str:
    return render_template(
        "vlan_admin/edit.html",
        vlan_id=vlan_id,
        typed=typed,
        version=version,
        problem=problem,
        is_new_home=isinstance(problem, infrastructures.Unknown) or bool(typed.get("new_home")),
        homes=infrastructures.list_infrastructures(),
    )
