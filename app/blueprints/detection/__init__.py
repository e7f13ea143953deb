"""How well detection works, for the people who run the exchange; what is seen, for everybody."""

from app.blueprints.detection.views import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("detection", bp, nav=(NavItem("Detection", "detection.index", Role.SUPERUSER),))
