"""What a member says of itself, for others to read and for its peering requests."""

from app.blueprints.details.views import bp
from app.plugins import NavItem, Plugin

plugin = Plugin("details", bp, nav=(NavItem("Our details", "details.index", for_members=True),))
