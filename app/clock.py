"""The time of a request. Services never read a clock: doors pass it in."""

from datetime import datetime

from flask import current_app


def now() -> datetime:
    """Aware UTC; tests set `app.extensions["clock"]`."""
    moment: datetime = current_app.extensions["clock"]()
    return moment
