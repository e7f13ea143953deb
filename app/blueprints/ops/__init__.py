"""For machines: alive, ready, and figures. No login; /metrics looks at the address instead."""

from app.blueprints.ops.views import bp
from app.plugins import Plugin

plugin = Plugin("ops", bp)
