"""`flask check`: do the settings make sense together, and is the database ready?"""

import os
import socket

import click
from flask import current_app
from flask.cli import with_appcontext

from app import smtp
from app.config import ACCEPTED_WITHOUT_USE, Settings
from app.readiness import database_problem
from app.services import user_admin, vlans
from app.web_address import is_loopback, parts_of

SINK = "127.0.0.1:8025"  # where `make run` lets it listen


@click.command("check", help="Check the settings and the database.")
@with_appcontext
def check_cli() -> None:
    """Print one line per finding; exit code 1 when something must be mended."""
    settings: Settings = current_app.config["SETTINGS"]
    for name in ACCEPTED_WITHOUT_USE:
        if os.environ.get(name):
            click.echo(f"note: {name} is set; it has no use here.")
    if settings.mail.obstacle:
        click.echo(f"note: {_without_mail(settings)}")
    if settings.mail.sink:
        _check_sink(settings)
    if not os.environ.get("IDENTITY_ORGNAME"):
        click.echo("note: IDENTITY_ORGNAME is not set; pages and mails call the exchange “IXP”.")
    problem = database_problem()
    if not problem and not _default_vlan_exists(settings.identity.default_vlan):
        click.echo(
            f"note: no VLAN is called {settings.identity.default_vlan}, as set in "
            "IDENTITY_DEFAULT_VLAN."
        )
    if not problem and not user_admin.has_superuser():
        click.echo(
            "note: no superuser can log in, so nobody runs the exchange. `flask users superuser "
            "NAME` makes one of a login that is there, `flask users create NAME --email ADDRESS "
            "--superuser` a new one."
        )
    if settings.test_mode.on:
        click.echo(f"note: test mode is on; peering requests go to {settings.test_mode.email}.")
    if problem:
        raise click.ClickException(problem)
    if settings.mail.leaves:
        relay = smtp.probe(current_app.extensions["mail"], settings.mail)
        if relay:
            raise click.ClickException(relay)
        click.echo(f"ok: the mail server {settings.mail.server}:{settings.mail.port} answers.")
    click.echo("ok: the settings make sense and the database is ready.")


def _without_mail(settings: Settings) -> str:
    """Why no mail leaves, and whether `make run` catches it meanwhile."""
    listen = os.environ.get("MAIL_SINK_LISTEN") or SINK
    host, _, port = listen.rpartition(":")
    if settings.mail.server or not port.isdigit() or not _listens(host.strip("[]"), int(port)):
        return settings.mail.obstacle
    return (
        f"MAIL_SERVER is not set, and a mail sink listens on {listen}: what `make run` serves "
        "hands its mail to that, and it stays on this machine."
    )


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _check_sink(settings: Settings) -> None:
    host = parts_of(settings.app_url).hostname or "localhost"
    if not settings.debug and not is_loopback(host):
        raise click.ClickException(
            f"MAIL_SINK is on, but APP_URL says that the portal is reached at {host}. Caught mail "
            "holds links that set passwords; leave MAIL_SINK out where members log in."
        )
    click.echo("note: MAIL_SINK is on: /caught-mail/ shows every mail on this machine.")


def _default_vlan_exists(word: str) -> bool:
    return not word or any(
        word in (line.name, str(line.ixf_vlan_id)) for line in vlans.list_vlans()
    )
