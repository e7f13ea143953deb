"""VLANs and the connections in them, for the people who run the exchange."""

from app.blueprints.vlan_admin import (  # noqa: F401  (register their routes)
    deleting,
    editing,
    naming,
    ports,
    views,
)
from app.blueprints.vlan_admin.room import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("vlan_admin", bp, nav=(NavItem("VLANs", "vlan_admin.index", Role.SUPERUSER),))
