"""`flask sessions status`, `prune`, `forget-agent`: how detection works, what is thrown away."""

import json
import sys
from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from tabulate import tabulate

from app.cli import Group
from app.config import Settings
from app.domain import feed_troubles
from app.domain.absence_words import span
from app.services import detection, detection_agents, retention
from app.services.detection import Detection
from app.services.detection_agents import AgentLine
from app.services.detection_days import WatchLine
from app.services.status import explain


def register(group: Group) -> None:
    group.add_command(status)
    group.add_command(prune)
    group.add_command(forget_agent)


@click.command("status")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def status(form: str) -> None:
    """Say how detection works, for people and for monitoring.

    Exit code 0: fine, 1: a warning, 2: something does not work, the database included.
    """
    settings: Settings = current_app.config["SETTINGS"]
    try:
        found = detection.get_detection(
            now=datetime.now(UTC),
            confirm=timedelta(seconds=settings.confirm_seconds),
            lookback=timedelta(days=settings.lookback_days),
        )
    except Exception as error:
        sentence = explain(error)
        if sentence is None:
            raise
        click.echo(f"CRITICAL: {sentence}", err=True)
        sys.exit(feed_troubles.Level.CRITICAL)
    click.echo(_json(found) if form == "json" else _text(found))
    sys.exit(found.level)


@click.command("prune")
def prune() -> None:
    """Delete history and watching time older than SESSION_HISTORY_DAYS."""
    settings: Settings = current_app.config["SETTINGS"]
    done = retention.prune(datetime.now(UTC), timedelta(days=settings.history_days))
    click.echo(
        f"Deleted what is older than {settings.history_days} days: {done.periods} periods, "
        f"{done.watch_hours} hours of watching, {done.sessions} pairs, "
        f"{done.troubles} troubles of feeds (after a week)."
    )


@click.command("forget-agent")
@click.argument("name", metavar="ADDRESS[/SUB-AGENT]")
def forget_agent(name: str) -> None:
    """Forget a switch that was replaced, with the time it watched."""
    detection_agents.forget_agent(None, name, now=datetime.now(UTC))
    click.echo(f"Forgot {name}. If it sends again, it counts as a new one.")


def _text(found: Detection) -> str:
    newest = f"{found.newest:%Y-%m-%d %H:%M:%S} UTC" if found.newest else "none ever"
    grades = ", ".join(f"{many} {grade.label}" for grade, many in sorted(found.grades.items()))
    lines = [f"{found.level.name}: newest BGP sample {newest}; pairs: {grades or 'none'}"]
    for trouble in found.troubles:
        since = f" (since {trouble.since:%Y-%m-%d %H:%M} UTC)" if trouble.since else ""
        lines += [f"{trouble.level.name}: {trouble.what}{since}", f"  {trouble.do}"]
    if found.agents:
        rows = [_row(agent) for agent in found.agents]
        lines += ["", tabulate(rows, headers="keys", disable_numparse=True)]
    if found.unproven:
        names = ", ".join(one.sender or "several" for one in found.unproven)
        lines += ["", f"Without BGP of known addresses so far: {names}"]
    if found.watching:
        watched = [_watched(line) for line in found.watching]
        lines += ["", "Watching time, last 28 days"]
        lines += [tabulate(watched, headers="keys", disable_numparse=True)]
    return "\n".join(lines)


def _watched(line: WatchLine) -> dict[str, str]:
    return {
        "VLAN": line.vlan,
        "agent": line.agent,
        "reported": span(line.seconds),
        "since": f"{line.first:%Y-%m-%d}",
        "BGP": f"{line.samples:,}",
    }


def _row(agent: AgentLine) -> dict[str, str]:
    return {
        "agent": agent.name,
        "state": "silent" if agent.is_silent else "reporting",
        "last datagram": f"{agent.last_at:%Y-%m-%d %H:%M:%S}",
        "set": f"1:{agent.rate:.0f}" if agent.rate else "",
        "effective": f"1:{agent.effective:.0f}" if agent.effective else "",
        "lost": f"{agent.lost:.2%}",
        "samples": f"{agent.samples:,}",
        "BGP": f"{agent.bgp_samples:,}",
        "addresses": str(agent.addresses),
        "99 % after": span(agent.sure_seconds) if agent.sure_seconds else "not reached",
    }


def _json(found: Detection) -> str:
    return json.dumps(detection.as_json(found), indent=2, ensure_ascii=False)
