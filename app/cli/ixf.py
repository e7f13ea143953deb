"""`flask ixf`: member exports."""

import shlex
import sys
from datetime import UTC, datetime
from typing import Any, BinaryIO

import click

from app.cli import Group
from app.domain.errors import AppError
from app.services import ixf

ixf_cli = Group("ixf", help="IX-F member exports.")


@ixf_cli.command("import")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--infrastructure",
    metavar="NAME",
    help="Only this exchange of the export, or the name for the only one it has.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan and change nothing.")
@click.option("--accept-leaves", is_flag=True, help="Even when more than 5 % would leave.")
@click.option("--enable-vlans", is_flag=True, help="Let every VLAN of the export take part.")
def import_(
    file: BinaryIO,
    infrastructure: str | None,
    dry_run: bool,
    accept_leaves: bool,
    enable_vlans: bool,
) -> None:
    """Import FILE (- for standard input): show what changes, then change it."""
    name = getattr(file, "name", "-")
    name = "standard input" if name in ("-", "<stdin>") else name
    progress = _Progress()
    report = _Report(name)
    try:
        outcome = ixf.import_export(
            file.read(),
            name=name,
            now=datetime.now(UTC),
            infrastructure=infrastructure,
            dry_run=dry_run,
            accept_leaves=accept_leaves,
            enable_vlans=enable_vlans,
            planned=lambda outcome: report.take(outcome, progress),
            tick=progress.tick,
        )
    except AppError as error:
        raise type(error)(f"{name}: {error}") from error
    finally:
        progress.close()
        report.show()
    _conclude(outcome, dry_run=dry_run)


class _Progress:
    """A bar on standard error that knows its length only once the plan is made."""

    def __init__(self) -> None:
        self._bar: Any = None

    def start(self, length: int) -> None:
        hidden = not sys.stderr.isatty()
        self._bar = click.progressbar(
            length=length, label="Importing", file=sys.stderr, hidden=hidden
        )
        self._bar.render_progress()

    def tick(self, steps: int) -> None:
        if self._bar:
            self._bar.update(steps)

    def close(self) -> None:
        if self._bar:
            self._bar.render_finish()


class _Report:
    """The plan, printed once the database is free again: a reader may page through it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lines: list[str] = []
        self._problems: list[str] = []

    def take(self, outcome: ixf.Outcome, progress: _Progress) -> None:
        plan = outcome.plan
        self._problems = [f"! {self.name}: {problem}" for problem in plan.document.problems]
        self._lines = [
            f"Plan for {self.name}, IX-F {plan.document.version}:",
            *(f"= {note}" for note in plan.document.notes),
            *outcome.lines,
            outcome.summary,
        ]
        if outcome.applied:
            progress.start(len(plan.members) + len(plan.interfaces))

    def show(self) -> None:
        for line in self._problems:
            click.echo(line, err=True)
        for line in self._lines:
            click.echo(line)


def _conclude(outcome: ixf.Outcome, *, dry_run: bool) -> None:
    if dry_run:
        click.echo("Dry run: nothing was changed.")
    else:
        click.echo("Applied." if outcome.applied else "Nothing to do.")
    for vlan in outcome.enabled:
        would = "would take part" if dry_run else "takes part now"
        click.echo(f"VLAN {vlan.name} ({vlan.infrastructure}) {would}.")
    for vlan in outcome.waiting:
        words = ["flask", "vlans", "set", vlan.name, "--infrastructure", vlan.infrastructure]
        click.echo(
            f"VLAN {vlan.name} ({vlan.infrastructure}) takes no part yet. To let it:\n"
            f"  {shlex.join([*words, '--peering-manager', 'on'])}"
        )
