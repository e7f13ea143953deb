"""`flask vlans`: list them, and say which take part."""

import json
import re
from datetime import UTC, datetime

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import FLAG, shown
from app.services import vlan_flags, vlans

vlans_cli = Group("vlans", help="Peering LANs and the part they take.")


@vlans_cli.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def list_(form: str) -> None:
    """List VLANs by infrastructure, tag and name."""
    lines = vlans.list_vlans()
    if form == "json":
        click.echo(json.dumps([line._asdict() for line in lines], indent=2, ensure_ascii=False))
        return
    rows = [
        (
            line.id,
            line.infrastructure,
            line.name,
            shown(line.tag),
            shown(line.peering_manager),
            shown(line.peering_matrix),
            shown(line.private),
            "\n".join(line.prefixes),
            line.interfaces,
            line.members,
        )
        for line in lines
    ]
    headers = ["Id", "Infrastructure", "Name", "Tag", "Manager", "Matrix", "Private"]
    headers += ["Prefixes", "Interfaces", "Members"]
    click.echo(tabulate(rows, headers=headers, disable_numparse=True))


@vlans_cli.command("set")
@click.argument("vlan")
@click.option("--infrastructure", help="Where the VLAN is, when two have the same name or tag.")
@click.option("--peering-manager", type=FLAG, help="Takes part in the peering manager.")
@click.option("--peering-matrix", type=FLAG, help="Takes part in the peering matrix.")
@click.option("--private", type=FLAG, help="Belongs to a few members, not to peering.")
@click.option("--tag", metavar="N|none", help="The 802.1Q tag, 1 to 4094; none when untagged.")
def set_(
    vlan: str,
    infrastructure: str | None,
    peering_manager: bool | None,
    peering_matrix: bool | None,
    private: bool | None,
    tag: str | None,
) -> None:
    """Set what VLAN is for.

    VLAN is a name, else a tag, else an id; #12 or id:12 is always the id.
    """
    if peering_manager is None and peering_matrix is None and private is None and tag is None:
        raise click.UsageError(
            "Say what to set: --peering-manager, --peering-matrix, --private or --tag."
        )
    wanted = vlan_flags.UNSET if tag is None else _tag(tag)
    found = vlans.find(vlan, infrastructure)
    changed = vlan_flags.set_flags(
        found.id,
        now=datetime.now(UTC),
        peering_manager=peering_manager,
        peering_matrix=peering_matrix,
        private=private,
        tag=wanted,
    )
    if not changed:
        click.echo("Nothing changed.")
        return
    click.echo(f"{found.infrastructure} / {found.name} (id {found.id})")
    for change in changed:
        click.echo(f"  {change.field}: {shown(change.old)} -> {shown(change.new)}")


def _tag(text: str) -> int | None:
    word = text.strip().casefold()
    if word == "none":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", word):
        raise click.BadParameter(f"“{text}” is neither a number nor “none”.", param_hint="--tag")
    return int(word)
