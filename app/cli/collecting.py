"""`flask sessions collect`: the live collector."""

import logging
import re
import socket
from datetime import date, datetime, timedelta

import click
from flask import Flask, current_app

from app.config import Settings
from app.domain.directory import Directory
from app.domain.feed.batch import Batch, Totals
from app.domain.feed.senders import Senders, parse_networks
from app.domain.live import Live
from app.services import collecting, matrix_density, retention, status
from app.workers import loop
from app.workers.apart import Apart, StoreFault, seldom_collect_garbage
from app.workers.collector import Collector
from app.workers.udp import WANTED_BUFFER, Listen, Receiver

log = logging.getLogger(__name__)

HOUSEKEEPING = timedelta(hours=1)
DEFAULT_PORT = 6343  # IANA; sFlow version 5, section 4


class ListenType(click.ParamType[Listen]):
    """ADDR, ADDR:PORT, [ADDR]:PORT or :PORT."""

    name = "listen"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Listen:
        if isinstance(value, Listen):
            return value
        text = str(value)
        found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]*)\]|([^:\[\]]*))(?::(\d{1,5}))?", text)
        if found is None or int(found[3] or 0) > 65535:
            self.fail("must look like 192.0.2.1:6343, [2001:db8::1]:6343 or :6343", param, ctx)
        host = found[1] if found[1] is not None else found[2]
        return Listen(
            "" if host in ("::", "*") else host, DEFAULT_PORT if found[3] is None else int(found[3])
        )


@click.command("collect")
@click.option(
    "--listen",
    type=ListenType(),
    default=f":{DEFAULT_PORT}",
    show_default=True,
    metavar="ADDR:PORT",
    help="Where switches send their samples; without an address everywhere, IPv4 and IPv6.",
)
def collect(listen: Listen) -> None:
    """Take sFlow version 5 from switches until stopped; SIGTERM writes what is in memory."""
    settings: Settings = current_app.config["SETTINGS"]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    senders = Senders(parse_networks(settings.sflow.agents))
    receiver = Receiver(listen)
    seldom_collect_garbage()
    # Were its socket open in both, it would outlive a collector that is killed.
    store = Apart(Database(app, settings, receiver), receiver.close)
    _greet(receiver, senders)
    collector = Collector(
        receiver,
        Live(Directory(()), senders),
        store,
        flush=settings.sflow.flush_seconds,
        clock=app.extensions["clock"],
        stop=loop.stop_on_signals(),
        steady=app.extensions["steady_clock"],
    )
    try:
        if not collector.run():
            store.abandon()
            raise click.exceptions.Exit(1)
        store.stop()
    except StoreFault as fault:
        raise click.ClickException(str(fault)) from fault


class Database:
    """The collector's services, each call within an application context of its own."""

    def __init__(self, app: Flask, settings: Settings, receiver: Receiver) -> None:
        self._app = app
        self._confirm = timedelta(seconds=settings.confirm_seconds)
        self._keep = timedelta(days=settings.history_days)
        self._lookback = timedelta(days=settings.lookback_days)
        self._has_matrix = not settings.peering_matrix_disabled
        self._housed: datetime | None = None
        self._counted: date | None = None
        self._version: collecting.Version | None = None
        self._process = collecting.Process(
            socket.gethostname(),
            str(receiver.listen),
            self._now(),
            settings.sflow.flush_seconds,
            receiver.buffer_octets,
        )

    def directory(self) -> Directory | None:
        """The addresses of the exchange, if they changed since the last call."""
        with self._app.app_context():
            self._version, directory = collecting.load_directory(self._version)
            return directory

    def write(self, batch: Batch, totals: Totals, kernel_drops: int) -> collecting.Written:
        """Store a batch."""
        with self._app.app_context():
            written = collecting.write(
                batch,
                process=self._process,
                totals=totals,
                kernel_drops=kernel_drops,
                confirm=self._confirm,
                now=self._now(),
            )
            self._keep_house()
            return written

    def _keep_house(self) -> None:
        """Once an hour forget what is old, once a day count how dense the matrices are. The batch
        is written by now, so that a fault of this must not have it written again."""
        now = self._now()
        if self._housed is not None and now - self._housed < HOUSEKEEPING:
            return
        self._housed = now
        try:
            retention.prune(now, self._keep)
            if self._has_matrix and self._counted != now.date():
                matrix_density.record(now=now, lookback=self._lookback)
                self._counted = now.date()
        except Exception as error:
            reason = self.explain(error)
            log.warning(
                "event=housekeeping_failed why=%r", reason or str(error), exc_info=reason is None
            )

    def stop(self) -> None:
        """Note that the collector ended in order."""
        with self._app.app_context():
            collecting.stop(self._process, now=self._now())

    def explain(self, error: Exception) -> str | None:
        """A sentence for a fault that passes; None for one that does not."""
        return status.explain(error)

    def _now(self) -> datetime:
        moment: datetime = self._app.extensions["clock"]()
        return moment


def _greet(receiver: Receiver, senders: Senders) -> None:
    # The kernel doubles what is asked for, and counts its own bookkeeping in.
    size = receiver.buffer_octets // 2
    click.echo(
        f"Listening at {receiver.listen}, socket buffer {size // 1024:,} kB. Stop with Ctrl-C."
    )
    if size < WANTED_BUFFER:
        click.echo(
            "Bursts may overrun this buffer. To allow more, as root: "
            f"sysctl -w net.core.rmem_max={WANTED_BUFFER}"
        )
    if senders.is_open:
        click.echo("Anybody may send. SFLOW_AGENTS limits that to the addresses of your switches.")
