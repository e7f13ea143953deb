"""Logging in and out, setting a forgotten password, and choosing the member one acts for."""

from app.blueprints.auth import forgotten, invited, signed_out, viewing, views
from app.blueprints.auth.room import bp
from app.plugins import Plugin

__all__ = ["forgotten", "invited", "signed_out", "viewing", "views"]

plugin = Plugin("auth", bp)
