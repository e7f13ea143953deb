"""`flask outbox`: send what is queued, look at it, and decide about single mails."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from flask import current_app
from tabulate import tabulate

from app.cli import Group
from app.config import Settings
from app.domain import test_mode
from app.domain.errors import NotFound
from app.services import outbox, outbox_hand, status
from app.smtp import Conversation
from app.workers import loop
from app.workers.outbox_sender import Sender

outbox_cli = Group("outbox", help="Mail that is to leave, left, or could not.")


class NothingLeaves(click.ClickException):
    """Mail is switched off; a service manager need not start the sender again (code 3)."""

    exit_code = 3


@outbox_cli.command("run")
@click.option("--pause", default=5.0, show_default=True, help="Seconds between two looks.")
def run(pause: float) -> None:
    """Send mail until stopped; SIGTERM lets it finish the mail at hand."""
    sender = _sender()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    click.echo(f"Sending by {_settings().mail.server}:{_settings().mail.port}. Stop with Ctrl-C.")
    try:
        loop.run(sender.step, pause=pause, stop=loop.stop_on_signals(), explain=status.explain)
    finally:
        sender.close()


@outbox_cli.command("send")
def send() -> None:
    """Send what is due now, once; exit code 1 when the relay cannot be used."""
    sender = _sender()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    while sender.step():
        pass
    left = outbox.count_by_state()
    click.echo(", ".join(f"{many} {state}" for state, many in left.items() if many) or "No mail.")


@outbox_cli.command("list")
@click.option("--state", type=click.Choice(outbox.STATES), help="Only mails in this state.")
@click.option("--search", default="", help="Only mails with this in a subject or an address.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def list_(state: str | None, search: str, form: str) -> None:
    """List the newest mails, at most 50."""
    lines = outbox.list_messages(state=state or "", search=search)
    if form == "json":
        click.echo(json.dumps([_plain(line) for line in lines], indent=2, ensure_ascii=False))
        return
    rows = [
        (
            line.id,
            line.state,
            line.purpose,
            line.created_at.strftime("%Y-%m-%d %H:%M"),
            "\n".join(f"{one.address} ({one.state})" for one in line.recipients),
            line.subject,
            line.last_error,
        )
        for line in lines
    ]
    headers = ["Id", "State", "Purpose", "Created (UTC)", "Recipients", "Subject", "Last answer"]
    click.echo(
        tabulate(rows, headers=headers, disable_numparse=True, maxcolwidths=[None] * 5 + [40, 40])
    )


@outbox_cli.command("show")
@click.argument("message_id", metavar="ID", type=int)
def show(message_id: int) -> None:
    """Show one mail: its addresses with the server's answers, and its text."""
    found = outbox.get_message(message_id)
    line = found.line
    facts = [
        ("State", line.state),
        ("Purpose", line.purpose),
        ("Subject", line.subject),
        ("From", found.sender),
        *((one.kind.title(), _told(one)) for one in line.recipients),
        ("Reply-To", found.reply_to),
        ("Message-ID", found.message_id),
        ("Caused by", line.caused_by or "nobody who was signed in"),
        ("Created", _time(line.created_at)),
        ("Next try", _time(line.next_attempt_at) if line.state == "queued" else ""),
        ("Finished", _time(line.finished_at) if line.finished_at else ""),
        ("Tries", str(line.attempts)),
        ("Last answer", line.last_error),
    ]
    click.echo(
        tabulate([fact for fact in facts if fact[1]], tablefmt="plain", disable_numparse=True)
    )
    click.echo(f"\n{'(holds a personal link, not shown)' if found.text is None else found.text}")


@outbox_cli.command("retry")
@click.argument("message_id", metavar="ID", type=int)
@click.option("--may-be-twice", is_flag=True, help="Also a doubtful one, which may have arrived.")
def retry(message_id: int, may_be_twice: bool) -> None:
    """Send a mail now, to those who lack it."""
    outbox_hand.retry(None, message_id, now=datetime.now(UTC), may_be_twice=may_be_twice)
    click.echo(f"Mail {message_id} is queued and leaves as soon as the sender comes to it.")


@outbox_cli.command("cancel")
@click.argument("message_id", metavar="ID", type=int)
def cancel(message_id: int) -> None:
    """Keep a queued mail from leaving."""
    outbox_hand.cancel(None, message_id, now=datetime.now(UTC))
    click.echo(f"Mail {message_id} is cancelled.")


@outbox_cli.command("arrived")
@click.argument("message_id", metavar="ID", type=int)
def arrived(message_id: int) -> None:
    """Say of a doubtful mail that it is known to have arrived."""
    outbox_hand.mark_arrived(None, message_id, now=datetime.now(UTC))
    click.echo(f"Mail {message_id} is marked as sent.")


@outbox_cli.command("sink")
@click.option("--listen", default="127.0.0.1:8025", show_default=True, metavar="HOST:PORT")
def sink(listen: str) -> None:
    """Development: take every mail and keep it in instance/mail; send nothing on."""
    try:
        from app.workers import mail_sink
    except ModuleNotFoundError as error:
        raise NotFound(
            "The sink needs aiosmtpd. Run: pip install -r requirements-run.txt"
        ) from error
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise click.BadParameter("must look like 127.0.0.1:8025", param_hint="--listen")
    folder = Path(current_app.instance_path) / "mail"
    click.echo(f"Keeping mail that comes to {listen} in {folder}.")
    mail_sink.run(host.strip("[]"), int(port), folder, stop=loop.stop_on_signals())


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _sender() -> Sender:
    mail = _settings().mail
    if mail.obstacle:
        raise NothingLeaves(f"{mail.obstacle} Mails stay queued until that is changed.")
    extension = current_app.extensions["mail"]
    connect: Callable[[], Conversation] = lambda: Conversation(extension, mail)  # noqa: E731
    hold = test_mode.HELD if _settings().test_mode.on else ()
    timeout = timedelta(seconds=mail.timeout)
    return Sender(connect, timeout=timeout, clock=lambda: datetime.now(UTC), hold=hold)


def _told(one: outbox.RecipientLine) -> str:
    name = f"{one.name} <{one.address}>" if one.name else one.address
    return f"{name}: {one.state}" + (f" ({one.answer})" if one.answer else "")


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _plain(line: outbox.Line) -> dict[str, object]:
    times = {
        name: moment.isoformat() if moment else None
        for name, moment in line._asdict().items()
        if name in ("created_at", "next_attempt_at", "finished_at")
    }
    people = [one._asdict() for one in line.recipients]
    return line._asdict() | times | {"recipients": people}
