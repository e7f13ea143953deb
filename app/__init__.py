"""The application factory."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    access,
    assets,
    cli,
    cross_site,
    database,
    error_pages,
    page_context,
    security,
    template_names,
)
from app.config import Settings
from app.extensions import bootstrap, db, htmx, mail, migrate
from app.plugins import load_plugins
from app.settings_from_env import read_settings
from app.skin import use_skin

ROOT = Path(__file__).resolve().parent.parent

SINK = ("app.blueprints.mail_sink",)  # development only


def create_app(settings: Settings | None = None) -> Flask:
    """Build an application; without `settings` they come from the environment.

    Raises ConfigError with every problem at once when they make no sense.
    """
    settings = settings or read_settings(os.environ, instance=ROOT / "instance")
    app = Flask(__name__, instance_path=str(ROOT / "instance"))
    app.config.from_mapping(settings.for_flask())
    app.extensions["clock"] = lambda: datetime.now(UTC)
    app.extensions["steady_clock"] = time.monotonic
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]

    assets.init_app(app)  # first, so that it compresses what all others made of an answer
    if settings.debug:
        template_names.init_app(app)
    for extension in (db, htmx, mail, bootstrap):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        database.prepare(db.engine)

    error_pages.init_app(app)
    security.init_app(app)
    page_context.init_app(app)
    use_skin(app, settings)
    load_plugins(app, settings.plugins + (SINK if settings.mail.sink else ()))
    # After the rooms: one that is switched off says so to everybody, whatever they send.
    cross_site.init_app(app)
    access.init_app(app)
    cli.init_app(app)
    return app
