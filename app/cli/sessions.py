"""`flask sessions`: collect live, replay recordings, list what was seen."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from flask import current_app
from tabulate import tabulate

from app.cli import Group, detecting
from app.cli.collecting import collect
from app.cli.consuming import consume
from app.config import Settings
from app.domain.evidence import Grade
from app.services import session_history, sessions
from app.workers.recording import Recording

sessions_cli = Group("sessions", help="BGP sessions seen on the wire.")
detecting.register(sessions_cli)
sessions_cli.add_command(collect)
sessions_cli.add_command(consume)


@sessions_cli.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--confirm-seconds",
    type=click.IntRange(min=1),
    help="How far apart two samples of a connection must be; SESSION_CONFIRM_SECONDS if left out.",
)
@click.option("--shift-to-now", is_flag=True, help="Move all times so that the last one is now.")
def replay(file: Path, confirm_seconds: int | None, shift_to_now: bool) -> None:
    """Store the sessions in FILE, a pcap or pcapng recording of sFlow datagrams.

    A recording that was replayed before changes nothing.
    """
    settings: Settings = current_app.config["SETTINGS"]
    now = datetime.now(UTC)
    recording = Recording(file)
    result = sessions.replay(
        _datagrams(recording, now if shift_to_now else None),
        digest=recording.digest,
        name=file.name,
        now=now,
        confirm=timedelta(seconds=confirm_seconds or settings.confirm_seconds),
    )
    if result.earlier:
        click.echo(
            f"{file} was replayed on {result.earlier:%Y-%m-%d at %H:%M} UTC. Nothing changed."
        )
        return
    if recording.is_truncated:
        click.echo(
            f"{file} ends in the middle of a packet; what lies before it was read.", err=True
        )
    if recording.misdated:
        click.echo(
            f"{recording.misdated} datagrams in {file} have an impossible time; left out.", err=True
        )
    click.echo(_summary(result))


@sessions_cli.command("list")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
def list_(form: str) -> None:
    """List every pair of addresses of which something was seen."""
    rows = [_printed(row) for row in sessions.list_sessions()]
    if not rows and form == "table":
        click.echo("Nothing was seen yet. Replay a recording: flask sessions replay FILE.pcap")
        return
    _print(rows, sessions.SessionRow._fields, form)


@sessions_cli.command("history")
@click.option("--asn", type=int, help="Only pairs of this network.")
@click.option("--days", type=click.IntRange(min=1, max=4000), default=90, show_default=True)
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
def history(asn: int | None, days: int, form: str) -> None:
    """List the periods in which each pair of addresses was seen, newest first."""
    since = datetime.now(UTC) - timedelta(days=days)
    rows = [
        row._asdict()
        | {
            "grade": row.grade.label,
            "started_at": _iso(row.started_at),
            "ended_at": _iso(row.ended_at),
        }
        for row in session_history.list_history(since=since, asn=asn)
    ]
    if not rows and form == "table":
        click.echo(f"Nothing was seen in the last {days} days.")
        return
    _print(rows, session_history.HistoryRow._fields, form)


def _print(rows: list[dict[str, Any]], fields: tuple[str, ...], form: str) -> None:
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        click.echo(tabulate(rows, headers="keys", disable_numparse=True))


def _datagrams(recording: Recording, now: datetime | None) -> Iterator[tuple[float, bytes]]:
    """The datagrams behind a progress bar, shifted so that the last arrives `now`."""
    latest = recording.last_arrival() if now else None
    shift = now.timestamp() - latest if now and latest is not None else 0.0
    bar = click.progressbar(
        length=recording.size,
        label=f"Reading {recording.path.name}",
        file=sys.stderr,
        update_min_steps=max(
            1, recording.size // 200
        ),  # drawing it must not cost more than reading
    )
    with bar:
        for at, datagram in recording:
            bar.update(recording.position - bar.pos)
            yield at + shift, datagram
        bar.update(recording.position - bar.pos)


def _summary(result: sessions.Replay) -> str:
    tally = result.tally
    lines: list[tuple[str, int]] = [
        ("Datagrams", tally.datagrams),
        *((f"  skipped: {reason}", count) for reason, count in sorted(tally.skipped.items())),
        ("Flow samples", tally.flow_samples),
        ("Counter samples", tally.counter_samples),
        ("BGP samples", tally.bgp.total()),
        *((f"  {kind}", count) for kind, count in tally.bgp.most_common()),
        ("BGP samples not used", tally.unplaced.total()),
        *((f"  {reason}", count) for reason, count in tally.unplaced.most_common()),
        ("Pairs of addresses", result.pairs.total()),
        *((f"  {grade.label}", result.pairs[grade]) for grade in reversed(Grade)),
    ]
    return tabulate(lines, tablefmt="plain", preserve_whitespace=True, intfmt=",")


def _printed(row: sessions.SessionRow) -> dict[str, Any]:
    return row._asdict() | {
        "kind": row.kind.value,
        "grade": row.grade.label,
        "first_seen": _iso(row.first_seen),
        "last_seen": _iso(row.last_seen),
    }


def _iso(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, to the millisecond."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
