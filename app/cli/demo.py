"""`flask demo`: a small exchange to try the portal with."""

from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from flask_migrate import upgrade

from app.cli import Group
from app.config import Settings
from app.demo import load as demo
from app.services import status

demo_cli = Group("demo", help="A small exchange to try the portal with.")


@demo_cli.command("load")
def load() -> None:
    """Load the demo exchange into an empty database, never into another."""
    _load()
    click.echo(_logins())


@demo_cli.command("start")
def start() -> None:
    """Make or upgrade the tables; load the demo when the database is empty, else refresh it."""
    upgrade()
    if status.is_empty():
        click.echo("The database is empty: loading the demo exchange.")
        _load()
    elif demo.refresh(now=datetime.now(UTC), confirm=_confirm()):
        click.echo("The demo is some hours old: its newest recording is replayed up to now.")
    if demo.is_loaded():
        click.echo(_logins())


def _load() -> None:
    demo.load(now=datetime.now(UTC), confirm=_confirm())


def _confirm() -> timedelta:
    settings: Settings = current_app.config["SETTINGS"]
    return timedelta(seconds=settings.confirm_seconds)


def _logins() -> str:
    lines = [f"  {login.username:<6} {login.what}" for login in demo.LOGINS]
    return "\n".join([f"Demo logins, all with the password {demo.PASSWORD}:", *lines])
