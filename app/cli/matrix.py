"""`flask matrix`: the peering matrix for a terminal or a script, and its density by week."""

from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import current_app

from app.cli import Group
from app.config import Settings
from app.domain import matrix_export
from app.domain.errors import Forbidden, NotFound
from app.services import matrix as matrices
from app.services import matrix_density

matrix_cli = Group("matrix", help="Who peers with whom, without members who opted out.")


@matrix_cli.command("show")
@click.option("--vlan", "name", help="Name or id of the VLAN; the first one unless given.")
@click.option("--protocol", type=click.Choice(["4", "6"]), default="4")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
def show(name: str | None, protocol: str, form: str) -> None:
    """Print every pair and its link."""
    settings = _settings()
    vlans = matrices.list_vlans(settings.identity.default_vlan)
    if not vlans:
        raise NotFound("No VLAN has the matrix flag; `flask vlans set` gives one.")
    vlan = vlans[0] if name is None else matrices.find_vlan(name)
    matrix = matrices.get_matrix(None, vlan.vlan_id, int(protocol), **_window(settings))
    if form == "json":
        pieces = matrix_export.as_json(matrix, vlan.name, int(protocol))
    elif form == "csv":
        pieces = matrix_export.as_csv(matrix, vlan.name, int(protocol))
    else:
        click.echo(f"{vlan.name}, IPv{protocol}")
        pieces = matrix_export.as_table(matrix)
    for piece in pieces:
        click.echo(piece, nl=False)
    click.echo(nl=form == "json")


@matrix_cli.command("record")
def record() -> None:
    """Store how dense each matrix is this week. `flask sessions collect` does it once a day."""
    done = matrix_density.record(**_window(_settings()))
    click.echo(f"Recorded {done} matrices.")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.peering_matrix_disabled:
        raise Forbidden(
            "The peering matrix is switched off (IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX)."
        )
    return settings


def _window(settings: Settings) -> dict[str, Any]:
    return {"now": datetime.now(UTC), "lookback": timedelta(days=settings.lookback_days)}
