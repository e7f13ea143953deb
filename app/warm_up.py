"""Makes the first request about as quick as the others: done once, before workers are forked."""

import gc
from datetime import timedelta
from pathlib import Path

from flask import Flask

from app.clock import now
from app.config import Settings
from app.extensions import db
from app.services import rehearsal

# Rows of a page are many small objects that live as long as the request, or until something
# changes. Looking for garbage among them after every 700 costs a third of a page of 2,500 members;
# after 100,000 it finds as little, and takes 40 ms at once.
GARBAGE_AFTER = (20_000, 4, 100)


def warm_up(app: Flask) -> None:
    """Compile every template and statement of the tabs; no connection stays open."""
    templates = Path(app.root_path, "templates")
    for path in templates.rglob("*.html"):
        app.jinja_env.get_template(path.relative_to(templates).as_posix())
    rehearse(app)
    with app.app_context():
        db.engine.dispose()  # no connection may be shared with the workers
    gc.set_threshold(*GARBAGE_AFTER)
    gc.collect()
    gc.freeze()  # what is there now stays; forked workers share it


def rehearse(app: Flask) -> None:
    """Ask once what a first page asks; in a worker this opens its connection and touches the
    memory it shares with the others."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        rehearsal.rehearse(now=now(), lookback=timedelta(days=settings.lookback_days))
        db.session.remove()
