"""What changed for a member this week, on one page."""

from datetime import timedelta

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.peering.context import own_id, window
from app.blueprints.peering.room import bp
from app.config import Settings
from app.services import changes


@bp.get("/changes")
def list_changes() -> ResponseReturnValue:
    """New sessions, those that went quiet, and tries without success."""
    settings: Settings = current_app.config["SETTINGS"]
    found = changes.list_changes(
        own_id(access.require_member()),
        confirm=timedelta(seconds=settings.confirm_seconds),
        **window(),
    )
    return render_template(
        "peering/changes.html", found=found, lookback_days=settings.lookback_days
    )
