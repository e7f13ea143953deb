"""The collector's part in the demo: takes what the switches sent, and has it stored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import groupby

from app.demo.exchange import NAME
from app.demo.recording import DAY, HOUR, MINUTE, NEWEST, Span, datagrams
from app.domain.feed.batch import Batch
from app.domain.live import Live
from app.services import collecting
from app.workers.slots import Slots

SENDER = ip_address("203.0.113.1").packed


def collect(span: Span, now: datetime, confirm: timedelta) -> None:
    """Store what was sent in this time: what was seen, and how long the switches reported.

    A collector writes every few seconds; this one every hour or, of older times, every day.
    """
    _, directory = collecting.load_directory(None)
    assert directory is not None
    live = Live(directory)
    begin = now - timedelta(seconds=span.begins)
    process = collecting.Process(NAME, "recorded", begin, MINUTE, 0)
    for at, batch in _batches(live, span, now):
        collecting.write(
            batch, process=process, totals=live.totals, kernel_drops=0, confirm=confirm, now=at
        )
    collecting.stop(process, now=now - timedelta(seconds=span.ends))


def _batches(live: Live, span: Span, now: datetime) -> Iterator[tuple[datetime, Batch]]:
    size = HOUR if span is NEWEST else DAY
    for _, sent in groupby(datagrams(span, now), lambda one: one[0] // size):
        at = 0.0
        for at, datagram in sent:
            live.take(at, _slots(datagram))
            live.go_on()
        yield datetime.fromtimestamp(at, UTC), live.drain(at)


def _slots(datagram: bytes) -> Slots:
    return Slots(bytearray(datagram), len(datagram), [len(datagram)], lambda _: SENDER)
