"""The peering matrix: who peers with whom, for members, operators and, if wished, the world."""

from dataclasses import replace

from flask import Flask

from app.blueprints.matrix.views import bp, refuse_when_disabled
from app.config import Settings
from app.domain.actor import Role
from app.plugins import NavItem, Plugin


def _init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    entries = app.extensions["nav"]
    entries.remove(NAV)
    if settings.peering_matrix_disabled:
        app.before_request(refuse_when_disabled)
    else:
        least = settings.matrix_min_auth
        entries.append(replace(NAV, role=Role(max(1, least)), world=least == 0))


NAV = NavItem("Matrix", "matrix.index", starts=False)
plugin = Plugin("matrix", bp, nav=(NAV,), init_app=_init_app)
