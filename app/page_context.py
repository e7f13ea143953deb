"""What every page may use: identity, navigation, the member acted for, words for times."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from app import markdown
from app.access import current_actor, my_invitations, my_members
from app.clock import now
from app.config import Identity, Settings
from app.domain import letter, role_words
from app.domain.actor import Actor, Role
from app.domain.browser import browser_name
from app.plugins import NavItem
from app.theme import current_theme
from app.web_address import parts_of


def init_app(app: Flask) -> None:
    """Register the template context and filters."""
    app.context_processor(_context)
    app.jinja_env.filters["day"] = _day
    app.jinja_env.filters["minute"] = _minute
    app.jinja_env.filters["markdown"] = markdown.render
    app.jinja_env.filters["md"] = letter.escape
    app.jinja_env.filters["mail"] = markdown.render_mail
    app.jinja_env.filters["browser"] = browser_name
    app.jinja_env.filters["host"] = lambda address: parts_of(address).netloc or address
    app.jinja_env.filters["ago"] = lambda moment: ago(moment, now())
    app.jinja_env.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    app.jinja_env.globals["field_state"] = _field_state
    app.jinja_env.globals["url_if"] = _url_if
    app.jinja_env.globals["icon_sheet"] = _icon_sheet
    app.jinja_env.globals["role_in_short"] = _role_in_short
    app.jinja_env.globals["granted"] = _granted
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _context() -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    signed_in = "failsafe" not in g and bool(current_user) and current_user.is_authenticated
    actor = current_actor() if signed_in else None
    nav: list[NavItem] = current_app.extensions.get("nav", [])
    return {
        "identity": settings.identity,
        "logo": _logo(settings.identity),
        "test_mode": settings.test_mode,
        "actor": actor,
        "my_members": my_members() if signed_in else (),
        "my_invitations": my_invitations() if signed_in else 0,
        "nav": [item for item in nav if item.is_for(actor)],
        "signed_out": not signed_in and "failsafe" not in g,
        "current_room": (request.endpoint or "").partition(".")[0],
        "theme": current_theme(),
        "here": _here(),
        "help_page": _help_page(actor),
        "vendor": lambda path: url_for("static", filename=f"vendor/{path}"),
    }


def _help_page(actor: Actor | None) -> str:
    """Where "Help" leads: superusers read what they do, and what the member does while looking as
    one; empty while the room is switched off."""
    runs = actor is not None and actor.shown_role is Role.SUPERUSER
    return _url_if("guide.operators" if runs else "guide.index")


def _icon_sheet() -> str:
    """The file of all icons; its address is made once for an answer, which may show hundreds."""
    if "icon_sheet" not in g:
        g.icon_sheet = url_for("static", filename="vendor/icons.svg")
    return str(g.icon_sheet)


def _url_if(endpoint: str, **values: Any) -> str:
    """The address of a page, empty while its room is switched off."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def _field_state(field: Any, hint: str) -> dict[str, str]:
    """What screen readers are told of a form field: its hint, and whether it is wrong."""
    told = [f"{field.id}-hint"] if hint else []
    if not field.errors:
        return {"aria-describedby": told[0]} if told else {}
    return {"aria-invalid": "true", "aria-describedby": " ".join([*told, f"{field.id}-error"])}


def _role_in_short(role: Role | int) -> str:
    return role_words.in_short(Role(role), user_acts=_user_acts())


def _granted(role: Role, member: str) -> str:
    return role_words.granted(role, member, user_acts=_user_acts())


def _user_acts() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.min_auth <= Role.USER


def _logo(identity: Identity) -> str:
    if not identity.biglogo or identity.logo_origin:
        return identity.biglogo
    return url_for("static", filename=identity.biglogo)


def _here() -> str:
    """The path to come back to after a small form; the start where only a form leads here."""
    methods = (request.url_rule.methods if request.url_rule else None) or {"GET"}
    if "GET" not in methods:
        return url_for("auth.start")
    parts = urlsplit(request.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


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
