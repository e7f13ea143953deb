"""An infrastructure gets another name."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.vlan_admin.room import bp
from app.clock import now
from app.domain.errors import AppError, Conflict, Invalid
from app.domain.vlan_form import checked_name
from app.services import infrastructures
from app.web import see_other, toast

PATH = "/infrastructures/<int:home_id>"


@bp.get(PATH)
def show_infrastructure(home_id: int) -> ResponseReturnValue:
    """The form with its name."""
    access.require_superuser()
    return _page(home_id)


@bp.post(PATH)
def rename_infrastructure(home_id: int) -> ResponseReturnValue:
    """Rename it; who saves second is told what it is called now."""
    actor = access.require_superuser()
    typed, before = request.form.get("name", ""), request.form.get("before", "")
    try:
        name = checked_name("An infrastructure", typed, "name")
        infrastructures.rename(actor, home_id, name, before=before, now=now())
    except (Invalid, Conflict) as error:
        return _page(home_id, typed, error), error.status
    toast(f"The infrastructure is called {name} now.")
    return see_other(url_for(".index"))


def _page(home_id: int, typed: str | None = None, problem: AppError | None = None) -> str:
    home = infrastructures.get(home_id)
    return render_template(
        "vlan_admin/infrastructure.html",
        home=home,
        typed=home.name if typed is None else typed,
        problem=problem,
    )
