"""`flask contacts`: how members are reached."""

from datetime import UTC, datetime
from typing import BinaryIO

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import ASN
from app.services import contact_import

contacts_cli = Group("contacts", help="How members are reached.")


@contacts_cli.command("list")
@click.option("--asn", type=ASN, help="Only those of this ASN.")
def list_(asn: int | None) -> None:
    """List contacts by member."""
    rows = [
        (f"AS{line.asn}", *(value or "" for value in line[1:]))
        for line in contact_import.list_contacts(asn)
    ]
    headers = ["ASN", "Member", "For", "E-mail", "Phone", "VLAN", "From"]
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


@contacts_cli.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--dry-run/--apply", default=True, help="Show the plan only (the default), or do it.")
@click.option("--replace", is_flag=True, help="Remove what you set before and FILE does not have.")
def import_(file: BinaryIO, dry_run: bool, replace: bool) -> None:
    """Import FILE, a CSV with the columns asn (or member id), kind, email, phone, vlan."""
    plan = contact_import.import_file(
        file.read(), now=datetime.now(UTC), apply=not dry_run, replace=replace, planned=_show
    )
    if dry_run:
        click.echo("Dry run: nothing was changed. To do it: --apply")
    else:
        click.echo("Applied." if plan.lines else "Nothing to do.")


def _show(plan: contact_import.Plan) -> None:
    for problem in plan.problems:
        click.echo(f"! {problem}", err=True)
    for line in plan.lines:
        click.echo(line)
    click.echo(
        f"Contacts: {len(plan.add)} added, {len(plan.phones)} changed, "
        f"{plan.unchanged} unchanged, {len(plan.remove)} removed."
    )
