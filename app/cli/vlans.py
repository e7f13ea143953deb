"""`flask vlans`: list them, and say which take part."""

import json
import re
from datetime import UTC, datetime

import click
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import FLAG, shown
from app.domain.errors import Invalid
from app.domain.vlan_form import checked_name, read_prefixes, read_tag
from app.services import vlan_edit, vlan_flags, vlan_removal, vlans

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


@vlans_cli.command("create")
@click.argument("name")
@click.option("--infrastructure", required=True, help="Where it is; made when it is new.")
@click.option("--tag", metavar="N|none", default="none", help="The 802.1Q tag, 1 to 4094.")
@click.option("--prefix", "prefixes", multiple=True, help="An address block; may be repeated.")
@click.option("--private", is_flag=True, help="Belongs to a few members, not to peering.")
def create(
    name: str, infrastructure: str, tag: str, prefixes: tuple[str, ...], private: bool
) -> None:
    """Make the VLAN NAME; it takes part in nothing until it is set to."""
    form = vlan_edit.VlanForm(
        checked_name("An infrastructure", infrastructure, "infrastructure"),
        checked_name("A VLAN", name, "name"),
        read_tag("" if (number := _tag(tag)) is None else str(number)),
        None,
        private,
        tuple(read_prefixes(" ".join(prefixes))),
    )
    vlan_id = vlan_edit.create(None, form, now=datetime.now(UTC))
    click.echo(f"{form.infrastructure} / {form.name} is there (id {vlan_id}).")
    for words in vlan_edit.list_overlaps(vlan_id):
        click.echo(f"note: {words}.")


@vlans_cli.command("delete")
@click.argument("vlan")
@click.option("--infrastructure", help="Where the VLAN is, when two have the same name or tag.")
@click.option("--yes", "sure", is_flag=True, help="All that hangs on it goes, too.")
def delete(vlan: str, infrastructure: str | None, sure: bool) -> None:
    """Take VLAN away; without --yes only when nothing hangs on it."""
    found = vlans.find(vlan, infrastructure)
    held = vlan_removal.holding(found.id)
    if any(held) and not sure:
        goes = ", ".join(f"{many} {what}" for what, many in held._asdict().items() if many)
        raise Invalid(f"With {found.name} go {goes}. To delete all of it, add --yes.")
    version = vlan_removal.get_version(found.id)
    vlan_removal.remove(None, found.id, version=version, sure=sure, now=datetime.now(UTC))
    click.echo(f"{found.infrastructure} / {found.name} is deleted.")


def _tag(text: str) -> int | None:
    word = text.strip().casefold()
    if word == "none":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", word):
        raise click.BadParameter(f"“{text}” is neither a number nor “none”.", param_hint="--tag")
    return int(word)
