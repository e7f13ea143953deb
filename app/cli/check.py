"""`flask check`: do the settings make sense together, and is the database ready?"""

import os
from collections.abc import Iterator

import click
from flask import current_app
from flask.cli import with_appcontext

from app import smtp
from app.config import ACCEPTED_WITHOUT_USE, MailSettings, Settings
from app.readiness import database_problem
from app.services import status, user_admin, vlans
from app.web_address import is_loopback, parts_of


@click.command("check", help="Check the settings and the database.")
@with_appcontext
def check_cli() -> None:
    """Print one line per finding; exit code 1 when something must be mended."""
    settings: Settings = current_app.config["SETTINGS"]
    for name in ACCEPTED_WITHOUT_USE:
        if os.environ.get(name):
            click.echo(f"note: {name} is set; it has no use here.")
    if settings.mail.obstacle:
        click.echo(f"note: {_without_mail(settings.mail)}")
    if settings.mail.sink:
        _check_sink(settings)
    if not os.environ.get("IDENTITY_ORGNAME"):
        click.echo("note: IDENTITY_ORGNAME is not set; pages and mails call the exchange “IXP”.")
    problem = database_problem()
    for note in () if problem else _of_the_data(settings.identity.default_vlan):
        click.echo(f"note: {note}")
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


def _of_the_data(default_vlan: str) -> Iterator[str]:
    """What an exchange still lacks, and what to run, in the order of setting it up."""
    steps = status.get_steps()
    if not steps.members:
        yield "there are no members. Run: flask ixf import FILE --dry-run"
    elif not steps.vlans:
        yield (
            "no VLAN takes part, so every tab is empty. `flask vlans list` names them, "
            "`flask vlans set NAME --peering-manager on` lets one take part."
        )
    if not steps.samples:
        yield (
            "no collector ever wrote, so no session is known. Run: flask sessions collect "
            "(as a service), or flask sessions replay FILE"
        )
    if not _default_vlan_exists(default_vlan):
        yield f"no VLAN is called {default_vlan}, as set in IDENTITY_DEFAULT_VLAN."
    if not user_admin.has_superuser():
        yield (
            "no superuser can log in, so nobody runs the exchange. `flask users superuser "
            "NAME` makes one of a login that is there, `flask users create NAME --email ADDRESS "
            "--superuser` a new one."
        )


def _without_mail(mail: MailSettings) -> str:
    """Why no mail leaves; `make run` brings a relay of its own where none is set."""
    if mail.server:
        return mail.obstacle
    return f"{mail.obstacle} Only what `make run` starts catches its own, under /caught-mail/."


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
