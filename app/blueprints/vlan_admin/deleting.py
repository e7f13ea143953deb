"""A VLAN taken away, after what goes with it was shown."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.vlan_admin.room import bp
from app.clock import now
from app.domain.errors import AppError, Conflict, Invalid
from app.services import vlan_edit, vlan_removal
from app.web import see_other, toast


@bp.get("/<int:vlan_id>/delete")
def ask_to_delete(vlan_id: int) -> ResponseReturnValue:
    """What would go with the VLAN."""
    access.require_superuser()
    return _page(vlan_id)


@bp.post("/<int:vlan_id>/delete")
def delete(vlan_id: int) -> ResponseReturnValue:
    """Take a VLAN away as it was when what goes with it was shown."""
    actor = access.require_superuser()
    form, _ = vlan_edit.get_form(vlan_id)
    version = request.form.get("version", 0, type=int)
    sure, shown = "sure" in request.form, request.form.get("shown", "")
    try:
        vlan_removal.remove(actor, vlan_id, version=version, sure=sure, now=now(), shown=shown)
    except (Invalid, Conflict) as error:
        return _page(vlan_id, error), error.status
    toast(f"{form.name} is deleted.")
    return see_other(url_for(".index"))


def _page(vlan_id: int, problem: AppError | None = None) -> str:
    form, _ = vlan_edit.get_form(vlan_id)
    return render_template(
        "vlan_admin/delete.html",
        vlan_id=vlan_id,
        form=form,
        version=vlan_removal.get_version(vlan_id),
        held=vlan_removal.holding(vlan_id),
        problem=problem,
    )
