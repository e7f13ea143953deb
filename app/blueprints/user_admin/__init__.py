"""All users of the portal, for the people who run the exchange."""

from app.blueprints.user_admin import changing, views  # noqa: F401  (register their routes)
from app.blueprints.user_admin.room import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("user_admin", bp, nav=(NavItem("Users", "user_admin.index", Role.SUPERUSER),))
