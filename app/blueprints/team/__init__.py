"""A member's own users."""

from app.blueprints.team.views import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("team", bp, nav=(NavItem("Users", "team.index", Role.USER, for_members=True),))
