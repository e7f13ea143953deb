"""The audit log: the exchange reads all of it, a member its own part."""

from app.blueprints.audit.views import bp
from app.plugins import NavItem, Plugin

plugin = Plugin("audit", bp, nav=(NavItem("Log", "audit.index"),))
