"""Requests for peering that were sent and received, the operator's brake, and how to stop them."""

from flask import Flask

from app.blueprints.requests import brake, file, stopping, views, wishing  # noqa: F401  (register their routes)
from app.blueprints.requests.room import bp
from app.config import Settings
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

OURS = NavItem("Requests", "requests.index", for_members=True)
BRAKE = NavItem("All requests", "requests.volume", Role.SUPERUSER)


def _init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    if settings.peering_manager_disabled:
        app.before_request(views.refuse_when_disabled)
        for item in (OURS, BRAKE):
            app.extensions["nav"].remove(item)


plugin = Plugin("requests", bp, nav=(OURS, BRAKE), init_app=_init_app)
