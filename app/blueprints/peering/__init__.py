"""The peering manager: the four tabs of a member, and its marks."""

from flask import Flask

from app.blueprints.peering import (  # noqa: F401  (register their routes)
    asking,
    changes,
    marking,
    noting,
    wrong,
)
from app.blueprints.peering.room import bp
from app.blueprints.peering.views import refuse_when_disabled
from app.config import Settings
from app.plugins import NavItem, Plugin


def _init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    if settings.peering_manager_disabled:
        app.before_request(refuse_when_disabled)
        app.extensions["nav"].remove(NAV)


NAV = NavItem("Peering", "peering.index", for_members=True)
plugin = Plugin("peering", bp, nav=(NAV,), init_app=_init_app)
