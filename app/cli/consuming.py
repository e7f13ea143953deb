"""`flask sessions consume`: flow records of other collectors."""

import logging
import os
import stat
import sys
from datetime import timedelta
from pathlib import Path
from threading import Event

import click
from flask import current_app
from tabulate import tabulate

from app.config import Settings
from app.domain.errors import Invalid
from app.domain.flows import Skipped
from app.workers import loop
from app.workers.consumer import Consumer


@click.command("consume")
@click.argument("file", metavar="FILE|-")
def consume(file: str) -> None:
    """Take flow records of pmacct (JSON), goflow2 (JSON) or sflowtool -l from FILE or a pipe.

    A file that was read before changes nothing. From a pipe ( - ) it reads until the other end
    closes, from a named pipe until it is stopped, and writes every SESSION_FLUSH_SECONDS.
    """
    settings: Settings = current_app.config["SETTINGS"]
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        is_named = file != "-" and stat.S_ISFIFO(os.stat(file).st_mode)
        # sfacctd opens its pipe anew for every write: with our own end open, it never closes.
        way = os.O_RDWR if is_named else os.O_RDONLY
        descriptor = sys.stdin.fileno() if file == "-" else os.open(Path(file), way)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error
    is_stream = is_named or file == "-"
    consumer = Consumer(
        confirm=timedelta(seconds=settings.confirm_seconds),
        flush=settings.sflow.flush_seconds if is_stream else None,
        clock=current_app.extensions["clock"],
        stop=loop.stop_on_signals() if is_stream else Event(),
    )
    consumer.run(descriptor)
    click.echo(_summary(consumer))
    intake = consumer.intake
    if intake.lines and intake.skipped.get(Skipped.UNRECOGNISED) == intake.lines:
        raise Invalid(
            f"No line of {file} was recognised. It takes JSON of pmacct or goflow2, one record a "
            "line, or what sflowtool -l prints."
        )


def _summary(consumer: Consumer) -> str:
    intake = consumer.intake
    lines: list[tuple[str, int]] = [
        ("Lines", intake.lines),
        *((f"  skipped: {reason}", count) for reason, count in sorted(intake.skipped.items())),
        ("BGP samples", intake.kinds.total()),
        *((f"  {kind}", count) for kind, count in intake.kinds.most_common()),
        ("BGP samples not used", intake.unplaced.total()),
        *((f"  {reason}", count) for reason, count in intake.unplaced.most_common()),
        ("Pairs of addresses written", consumer.pairs),
    ]
    if consumer.repeated:
        lines.append(("Lines read before, so not counted again", consumer.repeated))
    return tabulate(lines, tablefmt="plain", preserve_whitespace=True, intfmt=",")
