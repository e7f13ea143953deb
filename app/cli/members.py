"""`flask members`: list them, and say what the export does not."""

import json
from datetime import UTC, datetime

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import ASN, FLAG, shown
from app.domain.member import MemberType
from app.services import members

members_cli = Group("members", help="Networks connected to the exchange.")


@members_cli.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
@click.option("--all", "everyone", is_flag=True, help="Members that left, too.")
def list_(form: str, everyone: bool) -> None:
    """List members by name."""
    lines = members.list_members(everyone)
    if form == "json":
        click.echo(json.dumps([line._asdict() for line in lines], indent=2, ensure_ascii=False))
        return
    rows = [
        (
            line.id,
            f"AS{line.asn}",
            line.name,
            line.type,
            line.status,
            line.policy or "",
            line.interfaces,
        )
        for line in lines
    ]
    headers = ["Id", "ASN", "Name", "Type", "Status", "Policy", "Interfaces"]
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


@members_cli.command("set")
@click.option("--asn", type=ASN, help="The member by its ASN.")
@click.option("--id", "member_id", type=int, help="The member by its id.")
@click.option(
    "--type",
    "kind",
    type=click.Choice([kind.value for kind in MemberType], case_sensitive=False),
    help="Only peering members are listed as peers.",
)
@click.option("--name", help="The name others see.")
@click.option("--policy", help="Open, selective …; an empty text for none.")
@click.option(
    "--never-via-route-servers",
    "never",
    type=FLAG,
    help="Never count route servers as a link to this member.",
)
def set_(
    asn: int | None,
    member_id: int | None,
    kind: str | None,
    name: str | None,
    policy: str | None,
    never: bool | None,
) -> None:
    """Set fields of one member; imports leave them alone from then on."""
    if kind is None and name is None and policy is None and never is None:
        raise click.UsageError(
            "Say what to set: --type, --name, --policy or --never-via-route-servers."
        )
    if asn is not None and member_id is None:
        member = members.get_by_asn(asn)
    elif member_id is not None and asn is None:
        member = members.get_by_id(member_id)
    else:
        raise click.UsageError("Name the member: --asn N, or --id N when two share an ASN.")
    changes = members.Changes()
    if kind is not None:
        changes["type"] = kind
    if name is not None:
        changes["name"] = name
    if policy is not None:
        changes["policy"] = policy
    if never is not None:
        changes["never_via_route_servers"] = never
    changed = members.set_fields(member.id, now=datetime.now(UTC), **changes)
    if not changed:
        click.echo("Nothing changed.")
        return
    click.echo(f"AS{member.asn} {member.name} (id {member.id})")
    for change in changed:
        click.echo(f"  {change.field}: {shown(change.old)} -> {shown(change.new)}")
