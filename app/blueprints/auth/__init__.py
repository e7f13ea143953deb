"""Logging in and out, and choosing the member one acts for."""

from app.blueprints.auth.views import bp
from app.plugins import Plugin

plugin = Plugin("auth", bp)
