"""One's own login: name, address, password, sessions."""

from app.blueprints.account.views import bp
from app.plugins import Plugin

plugin = Plugin("account", bp)
