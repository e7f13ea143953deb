"""Help within the portal: the members' guide, and a page for those who run the exchange."""

from app.blueprints.guide.views import bp
from app.plugins import Plugin

plugin = Plugin("guide", bp)
