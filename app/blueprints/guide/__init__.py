"""The members' guide within the portal."""

from app.blueprints.guide.views import bp
from app.plugins import Plugin

plugin = Plugin("guide", bp)
