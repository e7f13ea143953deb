"""What every page may use: identity, navigation, the member acted for, words for times."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from app.access import current_actor, my_members
from app.config import Settings
from app.plugins import NavItem


def now() -> datetime:
    """The time of this request, aware UTC; tests set `app.extensions["clock"]`."""
    moment: datetime = current_app.extensions["clock"]()
    return moment


def init_app(app: Flask) -> None:
    """Register the template context and filters."""
    app.context_processor(_context)
    app.jinja_env.filters["day"] = _day
    app.jinja_env.filters["ago"] = lambda moment: ago(moment, now())
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _context() -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    signed_in = "failsafe" not in g and bool(current_user) and current_user.is_authenticated
    actor = current_actor() if signed_in else None
    nav: list[NavItem] = current_app.extensions.get("nav", [])
    return {
        "identity": settings.identity,
        "test_mode": settings.test_mode,
        "actor": actor,
        "my_members": my_members() if signed_in else (),
        "nav": [item for item in nav if actor and item.is_for(actor)],
        "current_room": (request.endpoint or "").partition(".")[0],
        "vendor": lambda path: url_for("static", filename=f"vendor/{path}"),
    }


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit: `4 min ago`, `2 h ago`, `12 days ago`."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 2 * 86400:
        return f"{seconds // 3600} h ago"
    return f"{seconds // 86400} days ago"
