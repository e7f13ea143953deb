"""`flask peering`: the tabs of a member, for a terminal or a script."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import current_app
from tabulate import tabulate

from app.cli import Group
from app.cli.parameters import ASN
from app.config import Settings
from app.domain.classify import Cell, Tab
from app.services import members, peering

peering_cli = Group("peering", help="What a member sees of the others.")


@peering_cli.command("tabs")
@click.option("--asn", type=ASN, help="The member by its ASN.")
@click.option("--id", "member_id", type=int, help="The member by its id.")
@click.option("--at", "at", help="As it was then: ISO 8601, UTC unless it says otherwise.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def tabs(asn: int | None, member_id: int | None, at: str | None, form: str) -> None:
    """Print the four tabs of a member."""
    if (asn is None) == (member_id is None):
        raise click.UsageError("Name the member: --asn N, or --id N when two share an ASN.")
    settings: Settings = current_app.config["SETTINGS"]
    board = peering.dashboard(
        members.get_by_asn(asn).id if asn is not None else member_id,  # type: ignore[arg-type]
        now=_moment(at) if at else datetime.now(UTC),
        lookback=timedelta(days=settings.lookback_days),
        default_vlan=settings.identity.default_vlan,
    )
    if not board.columns:
        click.echo(
            "No VLAN of this member takes part; `flask vlans list` shows which do.", err=True
        )
    if form == "json":
        click.echo(json.dumps(_as_json(board), indent=2, ensure_ascii=False))
    else:
        click.echo(_as_table(board))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"“{text}” is no time such as 2026-01-15T12:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_json(board: peering.Board) -> dict[str, Any]:
    names = {column.vlan_id: column.name for column in board.columns}
    return {
        tab.value: [
            {
                "asn": peer.asn,
                "name": peer.name,
                "cells": [
                    {
                        "vlan": names[cell.vlan_id],
                        "protocol": cell.protocol,
                        "route_server": cell.route_server,
                        "bilateral": cell.bilateral,
                    }
                    for cell in peer.standing.cells
                ],
            }
            for peer in board.found(tab)
        ]
        for tab in Tab
    }


def _as_table(board: peering.Board) -> str:
    parts = []
    for tab in Tab:
        rows = [
            (
                f"AS{peer.asn}",
                peer.name,
                *(_words(peer.cells_on(column.vlan_id)) for column in board.columns),
            )
            for peer in board.found(tab)
        ]
        headers = ["ASN", "Member", *(column.name for column in board.columns)]
        table = tabulate(rows, headers=headers) if rows else "(nobody)"
        parts.append(f"{tab.value} ({len(rows)})\n\n{table}\n")
    return "\n".join(parts)


def _words(cells: tuple[Cell | None, Cell | None] | None) -> str:
    if cells is None:
        return ""
    return "  ".join(f"v{cell.protocol} {cell.link.value}" for cell in cells if cell)
