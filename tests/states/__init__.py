"""A page with every part in every state, for people who change the look and for the tests.

To look at it: `PLUGINS=app.blueprints.auth,app.blueprints.peering,tests.states make run`, log in,
open /states.
"""

from flask import Blueprint, render_template

from app.access import public
from app.plugins import Plugin
from app.web import Undo, toast

bp = Blueprint("states", __name__, template_folder="templates")


@bp.get("/states")
@public
def index() -> str:
    """The page; it shows nothing of anybody."""
    toast("Umber Security moved to Rejected / Ignored.", Undo("/states", {"mark": "none"}))
    toast("You now see Hollin Networks, AS64500.")
    alerts = [("Someone else was faster", "Reload the page to see what is there now.")]
    return render_template("states/index.html", alerts=alerts)


plugin = Plugin("states", bp)
