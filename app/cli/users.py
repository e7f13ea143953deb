"""`flask users`: create logins, list them, set passwords."""

import json
from datetime import UTC, datetime

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import ASN
from app.domain.actor import Role
from app.services import members, users

users_cli = Group("users", help="People who log in.")

ROLES = {"custuser": Role.USER, "custadmin": Role.ADMIN}


@users_cli.command("create")
@click.argument("username")
@click.option("--email", required=True)
@click.option("--name", default="", help="The person's name.")
@click.option("--member", "asns", multiple=True, type=ASN, help="ASN of a member; may be repeated.")
@click.option("--member-id", "ids", multiple=True, type=int, help="The same by the member's id.")
@click.option(
    "--role",
    type=click.Choice(list(ROLES), case_sensitive=False),
    default="custadmin",
    show_default=True,
    help="custuser reads, custadmin acts for the member.",
)
@click.option("--superuser", is_flag=True, help="Runs the exchange.")
@click.option("--password", envvar="PORTAL_PASSWORD", help="Asked for when left out.")
def create(
    username: str,
    email: str,
    name: str,
    asns: tuple[int, ...],
    ids: tuple[int, ...],
    role: str,
    superuser: bool,
    password: str | None,
) -> None:
    """Create USERNAME, for one or more members, or as superuser."""
    if not (asns or ids or superuser):
        raise click.UsageError("Say for whom: --member ASN, --member-id ID or --superuser.")
    chosen = [*ids, *(members.get_by_asn(asn).id for asn in asns)]
    if password is None:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    users.create(
        username=username,
        email=email,
        name=name,
        password=password,
        is_superuser=superuser,
        members=[(member_id, ROLES[role.lower()]) for member_id in dict.fromkeys(chosen)],
        now=datetime.now(UTC),
    )
    click.echo(f"Created {username}.")


@users_cli.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def list_(form: str) -> None:
    """List every user with their roles."""
    lines = users.list_users()
    if form == "json":
        click.echo(json.dumps([line._asdict() for line in lines], indent=2))
        return
    rows = [
        (
            line.username,
            line.email,
            line.name,
            "SUPERUSER" if line.is_superuser else "\n".join(line.roles),
            "" if line.active else "disabled",
        )
        for line in lines
    ]
    click.echo(tabulate(rows, headers=["Username", "E-mail", "Name", "Roles", ""]))


@users_cli.command("set-password")
@click.argument("username")
@click.option("--password", envvar="PORTAL_PASSWORD", help="Asked for when left out.")
def set_password(username: str, password: str | None) -> None:
    """Set the password of USERNAME (or e-mail address) and end all their sessions."""
    if password is None:
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    users.set_password(username, password, now=datetime.now(UTC))
    click.echo(f"Password of {username} set; all their sessions have ended.")
