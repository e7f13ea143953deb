"""`flask matrix`: the peering matrix for a terminal or a script, and its density by week."""

from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from tabulate import tabulate

from app.cli import Group
from app.config import Settings
from app.domain import matrix_export
from app.domain.errors import NotFound
from app.domain.matrix import Matrix
from app.services import matrix as matrices
from app.services.peering_rows import Column

matrix_cli = Group("matrix", help="Who peers with whom, without members who opted out.")


@matrix_cli.command("show")
@click.option("--vlan", "name", help="Name or id of the VLAN; the first one unless given.")
@click.option("--protocol", type=click.Choice(["4", "6"]), default="4")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
def show(name: str | None, protocol: str, form: str) -> None:
    """Print every pair and its link."""
    settings: Settings = current_app.config["SETTINGS"]
    vlan = _find(matrices.list_vlans(settings.identity.default_vlan), name)
    lookback = timedelta(days=settings.lookback_days)
    matrix = matrices.get_matrix(
        None, vlan.vlan_id, int(protocol), now=datetime.now(UTC), lookback=lookback
    )
    if form == "json":
        click.echo(matrix_export.as_json(matrix, vlan.name, int(protocol)))
    elif form == "csv":
        click.echo(matrix_export.as_csv(matrix), nl=False)
    else:
        click.echo(_as_table(matrix))


def _find(vlans: list[Column], name: str | None) -> Column:
    found = [v for v in vlans if name is None or name in (v.name, str(v.vlan_id))]
    if not found:
        raise NotFound("No such VLAN has the matrix flag; `flask vlans list` shows which do.")
    return found[0]


def _as_table(matrix: Matrix) -> str:
    rows = [
        (f"AS{a.asn}", a.name, f"AS{b.asn}", b.name, link.value) for a, b, link in matrix.pairs()
    ]
    return tabulate(rows, headers=["ASN", "Member", "ASN", "Member", "Link"])


@matrix_cli.command("record")
def record() -> None:
    """Store how dense each matrix is this week; run it once a day."""
    settings: Settings = current_app.config["SETTINGS"]
    done = matrices.record(now=datetime.now(UTC), lookback=timedelta(days=settings.lookback_days))
    click.echo(f"Recorded {done} matrices.")
