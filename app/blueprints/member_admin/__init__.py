"""The members of the exchange, for the people who run it."""

from app.blueprints.member_admin import (  # noqa: F401  (their routes)
    contacts,
    editing,
    standing,
    views,
)
from app.blueprints.member_admin.room import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("member_admin", bp, nav=(NavItem("Members", "member_admin.index", Role.SUPERUSER),))
