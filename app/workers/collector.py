"""The live collector: one thread takes datagrams in, another has batches stored.

While the database is away the first goes on within the bounds of domain.live, and the second
tries again until it succeeds.
"""

import logging
import sys
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from typing import Protocol

from app.domain.directory import Directory
from app.domain.feed.batch import MOST_SIGHTINGS, Batch, Totals
from app.domain.live import Live
from app.services.collecting import Written
from app.workers.udp import Receiver

log = logging.getLogger(__name__)

FEW = 256  # datagrams: after fewer than that, let more arrive before asking again
LONGEST_NAP = 0.1  # what arrived together is taken in for half of what it costs one by one
OCTETS_A_SECOND = 640 * 1024 * 1024  # of the buffer, at several times any load that is known
LARGE_BUFFER = 4 * 1024 * 1024  # a smaller one would run over during any nap
RETRY = 2.0
STEP = 5.0  # seconds between the clock and the steady one: somebody set it
SWITCH = 0.001  # seconds that a thread computes while another one waits
GRACE = 30.0  # seconds from being stopped until the writer is no longer waited for
MOST = 2 * MOST_SIGHTINGS  # samples: those that come, and those that are being written
LAST_TRIES = 3  # to write what is there when stopped


class Store(Protocol):
    """The services that the collector calls, each in a context of its own."""

    def directory(self) -> Directory | None:
        """The addresses of the exchange, if they changed since the last call."""

    def write(self, batch: Batch, totals: Totals, kernel_drops: int) -> Written:
        """Store a batch."""

    def explain(self, error: Exception) -> str | None:
        """A sentence for a fault that passes; None for one that does not."""


def _nap(buffer_octets: int) -> float:
    """For how long datagrams may gather in a buffer of that size."""
    if buffer_octets < LARGE_BUFFER:
        return 0.0
    return min(LONGEST_NAP, buffer_octets / OCTETS_A_SECOND)


class Collector:
    """Runs until `stop` is set, then writes what it has."""

    def __init__(
        self,
        receiver: Receiver,
        live: Live,
        store: Store,
        *,
        flush: float,
        clock: Callable[[], datetime],
        stop: Event,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receiver, self._live, self._store = receiver, live, store
        self._flush, self._clock, self._stop = flush, clock, stop
        self._writer: Thread | None = None
        self._fault: Exception | None = None
        self._drops = self._in_hand = 0
        self._given_up = False
        self._steady = steady
        self._ahead: float | None = None  # the clock, of the steady one

    def run(self) -> bool:
        """Collect. Raises what the writer could not explain; false when the store does not come
        back, so that nothing more may be asked of it."""
        # The writer must not keep the other thread waiting: a millisecond is 50 datagrams.
        sys.setswitchinterval(SWITCH)
        self._first_directory()
        due = late = time.monotonic() + self._flush
        nap = _nap(self._receiver.buffer_octets)
        while not self._stop.is_set():
            if 0 < self._take() < FEW and nap:
                time.sleep(nap)
            now = time.monotonic()
            if now >= due and not self._is_writing():
                due = late = now + self._flush
                self._begin_writing()
            elif now >= late:
                late = now + self._flush
                self._live.go_on()
        self._finish()
        if self._fault:
            raise self._fault
        return not self._given_up

    def _take(self) -> int:
        slots = self._receiver.receive()
        if slots is None:
            return 0
        self._live.take(self._now(), slots)
        return len(slots)

    def _now(self) -> float:
        """Seconds since 1970. After a step of the clock the samples before it and after it look
        as far apart as it was set, so they must not confirm each other."""
        now = self._clock().timestamp()
        ahead = now - self._steady()
        if self._ahead is not None and abs(ahead - self._ahead) > STEP:
            log.warning("event=clock_set seconds=%.0f", ahead - self._ahead)
            self._live.clock_since = now
        self._ahead = ahead
        return now

    def _first_directory(self) -> None:
        """Without addresses nothing can be told, so wait until the database is there."""
        said = None
        while not self._stop.is_set():
            try:
                return self._renew_directory()
            except Exception as error:
                said = self._explain(error, said)
                if said is None:
                    raise
                self._stop.wait(RETRY)

    def _is_writing(self) -> bool:
        return self._writer is not None and self._writer.is_alive()

    def _begin_writing(self) -> None:
        batch = self._drain()
        self._in_hand = len(batch.sightings)
        # The process may end without it: see _finish.
        self._writer = Thread(target=self._write, args=(batch,), name="writer", daemon=True)
        self._writer.start()

    def _drain(self) -> Batch:
        batch = self._live.drain(self._now())
        drops = self._receiver.kernel_drops()
        if drops > self._drops:
            log.warning(
                "event=datagrams_lost count=%d why='the socket buffer was full'",
                drops - self._drops,
            )
        self._drops = drops
        return batch

    def _finish(self) -> None:
        """Take in what has arrived, let the writer end, write the rest; soon, in any case."""
        until = time.monotonic() + 1
        while time.monotonic() < until and self._take():
            pass
        until = time.monotonic() + GRACE
        self._await_writer(until)
        if self._fault is None and not self._is_writing():
            self._begin_writing()
            self._await_writer(until)
        if self._is_writing():
            self._given_up = True
            lost = self._in_hand + len(self._drain().sightings)
            why = f"the database did not answer within {GRACE:.0f} s of being stopped"
            log.error("event=samples_lost count=%d why=%r", lost, why)
        self._receiver.close()

    def _await_writer(self, until: float) -> None:
        if self._writer is not None:
            self._writer.join(max(0.0, until - time.monotonic()))

    def _write(self, batch: Batch) -> None:
        """Store a batch, however often it takes."""
        trouble, tries = None, 0
        while True:
            try:
                written = self._store.write(batch, self._live.totals, self._drops)
            except Exception as error:
                if self._given_up:
                    return
                trouble = self._explain(error, trouble)
                tries = tries + 1 if self._stop.is_set() else 0
                if trouble is None or tries >= LAST_TRIES:
                    log.error("event=samples_lost count=%d", len(batch.sightings))
                    return
                if not self._stop.wait(RETRY):
                    continue
                time.sleep(RETRY / 4)
            else:
                if trouble:
                    log.info("event=going_on after=%r", trouble)
                if written.risen:
                    log.info("event=written pairs=%d confirmed=%d", written.pairs, written.risen)
                break
        try:
            self._renew_directory()
        except Exception as error:  # written is written; after the next write it is tried again
            self._explain(error, trouble)

    def _explain(self, error: Exception, said: str | None) -> str | None:
        sentence = self._store.explain(error)
        if sentence is None:
            self._fault = error
            self._stop.set()
        elif said is None:
            log.error("event=waiting why=%r samples_in_memory_at_most=%d", sentence, MOST)
        return sentence

    def _renew_directory(self) -> None:
        directory = self._store.directory()
        if directory is not None:
            self._live.directory = directory
            log.info("event=addresses_loaded count=%d", len(directory))
