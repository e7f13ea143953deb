"""`flask demo`: a small exchange to try the portal with."""

from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from flask_migrate import upgrade

from app.cli import Group
from app.cli.collecting import ListenType
from app.config import Settings
from app.demo import load as demo
from app.demo.traffic import COMING
from app.services import status
from app.workers import demo_traffic, loop
from app.workers.udp import Listen

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
        click.echo("The demo stood still: what was seen and done there is moved up to now.")
    if demo.is_loaded():
        click.echo(_logins())


@demo_cli.command("traffic")
@click.option("--to", type=ListenType(), default="127.0.0.1:6343", show_default=True)
def traffic(to: Listen) -> None:
    """Send the demo's traffic to a collector as it happens; some sessions come up meanwhile."""
    stop = loop.stop_on_signals()
    if not demo.is_loaded():
        click.echo("The database holds another exchange than the demo: no traffic is made up.")
        stop.wait()
        return
    click.echo(
        f"Sending samples to {to}: {len(COMING)} sessions of Hollin Networks come up, one a minute."
    )
    demo_traffic.run(to, clock=current_app.extensions["clock"], stop=stop)


def _load() -> None:
    demo.load(now=datetime.now(UTC), confirm=_confirm())


def _confirm() -> timedelta:
    settings: Settings = current_app.config["SETTINGS"]
    return timedelta(seconds=settings.confirm_seconds)


def _logins() -> str:
    lines = [f"  {login.username:<6} {login.what}" for login in demo.LOGINS]
    return "\n".join([f"Demo logins, all with the password {demo.PASSWORD}:", *lines])
