"""Development: the mail that `flask outbox sink` caught. Part of the portal with MAIL_SINK only."""

from app.blueprints.mail_sink.views import bp
from app.plugins import Plugin

plugin = Plugin("mail_sink", bp)
