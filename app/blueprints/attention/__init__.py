"""The start page of the people who run the exchange: what needs a hand."""

from app.blueprints.attention.views import bp
from app.domain.actor import Role
from app.plugins import NavItem, Plugin

plugin = Plugin("attention", bp, nav=(NavItem("Attention", "attention.index", Role.SUPERUSER),))
