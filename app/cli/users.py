"""`flask users`: create logins, invite, list, change and disable them."""

import json
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import click
from flask import current_app
from tabulate import tabulate

from app import mailing
from app.account_mails import write_password_notice
from app.cli import Group
from app.cli.parameters import ASN
from app.domain.actor import Role
from app.invitation_mails import invitation_by, write_ended
from app.services import invitations, members, memberships, user_admin, user_rows, users

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
    with _pages():
        notice = write_password_notice if mailing.can_mail() else None
        users.set_password(username, password, now=datetime.now(UTC), write=notice)
    click.echo(f"Password of {username} set; all their sessions have ended.")


@users_cli.command("invite")
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--username", default="", help="From the address when left out.")
@click.option("--member", "asn", type=ASN, help="ASN of the member they act for.")
@click.option("--member-id", type=int, help="The same by the member's id.")
@click.option(
    "--role",
    type=click.Choice(list(ROLES), case_sensitive=False),
    default="custadmin",
    show_default=True,
    help="custuser reads, custadmin acts for the member.",
)
@click.option("--superuser", is_flag=True, help="Runs the exchange.")
def invite(
    email: str,
    name: str,
    username: str,
    asn: int | None,
    member_id: int | None,
    role: str,
    superuser: bool,
) -> None:
    """Make a login for EMAIL and mail a link that sets its password, or print the link where no
    mail can leave."""
    if sum((asn is not None, member_id is not None, superuser)) != 1:
        raise click.UsageError("Say for whom: --member ASN, --member-id ID or --superuser.")
    if asn is not None:
        member_id = members.get_by_asn(asn).id
    with _pages():
        by = current_app.config["SETTINGS"].identity.orgname
        invited = invitations.invite(
            None,
            username=username,
            email=email,
            name=name,
            member_id=member_id,
            role=ROLES[role.lower()],
            now=datetime.now(UTC),
            write=invitation_by(by) if mailing.can_mail_links() else None,
        )
        if invited.token is None:
            click.echo(f"An invitation is on its way to {email}.")
            return
        link = mailing.link_to("auth.set_password", token=invited.token)
    click.echo("No mail can leave. Hand this link over; it works once, for seven days:")
    click.echo(link if "://" in link else f"{link}   (APP_URL is not set: put it in front)")


@users_cli.command("disable")
@click.argument("login")
def disable(login: str) -> None:
    """Switch off the login of LOGIN (username or e-mail address) and end its sessions."""
    user_id = user_rows.find_id(login)
    alone = memberships.only_admin_of(user_id)
    user_admin.set_active(None, user_id, False, now=datetime.now(UTC))
    click.echo(f"{login} cannot log in any more; all their sessions have ended.")
    for name in alone:
        click.echo(f"note: {name} has no other member administrator who can log in.")


@users_cli.command("enable")
@click.argument("login")
def enable(login: str) -> None:
    """Switch the login of LOGIN (username or e-mail address) on again."""
    user_admin.set_active(None, user_rows.find_id(login), True, now=datetime.now(UTC))
    click.echo(f"{login} can log in.")


@users_cli.command("superuser")
@click.argument("login")
@click.option("--off", is_flag=True, help="They run the exchange no longer.")
def superuser(login: str, off: bool) -> None:
    """Let LOGIN (username or e-mail address) run the exchange, or no longer."""
    user_admin.set_superuser(None, user_rows.find_id(login), not off, now=datetime.now(UTC))
    click.echo(f"{login} {'does not run the exchange any more' if off else 'runs the exchange'}.")


@users_cli.command("role")
@click.argument("login")
@click.argument("role", type=click.Choice([*ROLES, "none"], case_sensitive=False))
@click.option("--member", "asn", type=ASN, help="ASN of the member.")
@click.option("--member-id", type=int, help="The same by the member's id.")
def role_(login: str, role: str, asn: int | None, member_id: int | None) -> None:
    """Say what LOGIN may do for a member: custuser reads, custadmin acts, none ends it."""
    if (asn is None) == (member_id is None):
        raise click.UsageError("Say for which member: --member ASN or --member-id ID.")
    if asn is not None:
        member_id = members.get_by_asn(asn).id
    assert member_id is not None
    user_id, now = user_rows.find_id(login), datetime.now(UTC)
    wanted = ROLES.get(role.lower())
    with _pages():
        if wanted is None:
            notice = write_ended if mailing.can_mail() else None
            memberships.remove(None, user_id, member_id, now=now, notice=notice)
        elif memberships.find_role(user_id, member_id) is None:
            memberships.add(None, user_id, member_id, wanted, now=now)
        else:
            memberships.set_role(None, user_id, member_id, wanted, now=now)
    click.echo(f"{login} is {role.upper()} now." if wanted else f"{login} acts for them no more.")


def _pages() -> AbstractContextManager[Any]:
    """Mails are written as pages are: their templates may ask for addresses of the portal."""
    return current_app.test_request_context()
