"""`flask members`: list them, make one, say what the export does not, let one leave and return."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import ASN, FLAG, shown
from app.domain.member import MemberType
from app.services import member_edit, member_standing, members

members_cli = Group("members", help="Networks connected to the exchange.")
Command = Callable[..., Any]
FIELDS = {
    "type": click.option(
        "--type",
        type=click.Choice([kind.value for kind in MemberType], case_sensitive=False),
        help="Only peering members are listed as peers.",
    ),
    "name": click.option("--name", help="The name others see."),
    "organisation": click.option("--organisation", help="Members of one house are no peers."),
    "policy": click.option("--policy", help="Open, selective …; an empty text for none."),
    "joined_at": click.option(
        "--since", "joined_at", metavar="DAY", help="Member since, as 2024-05-31; empty for none."
    ),
    "never_via_route_servers": click.option(
        "--never-via-route-servers",
        type=FLAG,
        help="Never count route servers as a link to this member.",
    ),
}


def fields(command: Command) -> Command:
    """An option for everything that may be said of a member."""
    for option in reversed(FIELDS.values()):
        command = option(command)
    return command


def one_member(command: Command) -> Command:
    """The options that name a member."""
    command = click.option("--id", "member_id", type=int, help="The member by its id.")(command)
    return click.option("--asn", type=ASN, help="The member by its ASN.")(command)


def _named(asn: int | None, member_id: int | None) -> Any:
    if asn is not None and member_id is None:
        return members.get_by_asn(asn)
    if member_id is not None and asn is None:
        return members.get_by_id(member_id)
    raise click.UsageError("Name the member: --asn N, or --id N when two share an ASN.")


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
@one_member
@fields
def set_(asn: int | None, member_id: int | None, **given: Any) -> None:
    """Set fields of one member; imports leave them alone from then on."""
    wanted = {field: value for field, value in given.items() if value is not None}
    if not wanted:
        raise click.UsageError(
            "Say what to set: --type, --name, --organisation, --policy, --since or "
            "--never-via-route-servers."
        )
    member = _named(asn, member_id)
    changed = members.set_fields(member.id, now=datetime.now(UTC), **wanted)
    if not changed:
        click.echo("Nothing changed.")
        return
    click.echo(f"AS{member.asn} {member.name} (id {member.id})")
    for change in changed:
        click.echo(f"  {change.field}: {shown(change.old)} -> {shown(change.new)}")


@members_cli.command("create")
@click.argument("asn", type=ASN)
@click.option("--share-asn", is_flag=True, help="Another member has this ASN, and that is right.")
@fields
def create(asn: int, share_asn: bool, **given: Any) -> None:
    """Make a member with ASN; imports that find its ASN take it for theirs."""
    wanted = {"type": MemberType.PEERING.value, "never_via_route_servers": False}
    wanted |= {field: value for field, value in given.items() if value is not None}
    try:
        member_id = member_edit.create(
            None, wanted | {"asn": asn}, now=datetime.now(UTC), share_asn=share_asn
        )
    except member_edit.SameAsn as error:
        raise click.ClickException(
            f"AS{asn} is a member already (id {error.holder_id}). If two members really share "
            "it, add --share-asn."
        ) from error
    click.echo(f"AS{asn} {wanted['name']} is a member now (id {member_id}).")


@members_cli.command("leave")
@one_member
def leave(asn: int | None, member_id: int | None) -> None:
    """End a member with its connections; its history stays."""
    member = _named(asn, member_id)
    gone = member_standing.leave(None, member.id, now=datetime.now(UTC))
    click.echo(
        f"AS{member.asn} {member.name} has left: {gone.interfaces} interfaces and "
        f"{gone.addresses} addresses ended."
    )


@members_cli.command("return")
@one_member
@click.option("--share-asn", is_flag=True, help="Another member has its ASN, and that is right.")
def return_(asn: int | None, member_id: int | None, share_asn: bool) -> None:
    """Bring a member back, with what is still free of what it had."""
    member = _named(asn, member_id)
    try:
        back = member_standing.return_(None, member.id, now=datetime.now(UTC), share_asn=share_asn)
    except member_edit.SameAsn as error:
        raise click.ClickException(
            f"AS{member.asn} is another member by now (id {error.holder_id}). If two members "
            "really share it, add --share-asn."
        ) from error
    click.echo(f"AS{member.asn} {member.name} is back with {back.interfaces} interfaces.")
    if back.taken:
        click.echo(f"Somebody else has {', '.join(back.taken)} by now.")


@members_cli.command("suspend")
@one_member
def suspend(asn: int | None, member_id: int | None) -> None:
    """Take a member off everybody's tabs; everything of it stays."""
    member = _named(asn, member_id)
    member_standing.suspend(None, member.id, now=datetime.now(UTC))
    click.echo(f"AS{member.asn} {member.name} is suspended.")


@members_cli.command("resume")
@one_member
def resume(asn: int | None, member_id: int | None) -> None:
    """Let a suspended member take part again."""
    member = _named(asn, member_id)
    member_standing.resume(None, member.id, now=datetime.now(UTC))
    click.echo(f"AS{member.asn} {member.name} takes part again.")
