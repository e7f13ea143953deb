"""A complete room of an operator's own, as documented in CONTRIBUTING.md.

List the package in PLUGINS (`PLUGINS=app.blueprints.auth,app.blueprints.peering,our.status`) and
it gets an entry in the navigation and a page behind the login.
"""

from flask import Blueprint, render_template

from app.access import current_actor
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

bp = Blueprint("status", __name__, template_folder="templates")


@bp.get("/status")
def index() -> str:
    """One page; login is required without saying so."""
    return render_template("status/index.html", name=current_actor().name)


plugin = Plugin("status", bp, nav=(NavItem("Status", "status.index", role=Role.ADMIN),))
