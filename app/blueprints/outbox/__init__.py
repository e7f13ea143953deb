"""The outbox, for the people who run the exchange: what left, what waits, what could not."""

from app.blueprints.outbox.views import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("outbox", bp, nav=(NavItem("Mail", "outbox.index", Role.SUPERUSER),))
