"""Takes the lines of other collectors in and writes them from time to time."""

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from threading import Event

from app.domain.errors import Invalid
from app.domain.flow_intake import FlowIntake
from app.services import collecting, status
from app.workers.lines import read_lines

MOST_LINES = 50_000  # in one write
RETRY = 2.0

log = logging.getLogger(__name__)


class Consumer:
    """Reads to the end, or until stopped.

    A stream is written every `flush` seconds. Without `flush` it is a file, whose lines are told
    from others by their digest, so that reading it again changes nothing; of one that has grown
    only what is new counts.
    """

    def __init__(
        self,
        *,
        confirm: timedelta,
        flush: float | None,
        clock: Callable[[], datetime],
        stop: Event,
    ) -> None:
        self._confirm, self._flush, self._clock, self._stop = confirm, flush, clock, stop
        self._version, directory = collecting.load_directory(None)
        if not directory:
            raise Invalid(
                "No member has an address yet: import the members first (flask ixf import)."
            )
        self.intake = FlowIntake(directory, is_stream=flush is not None)
        self._digest = hashlib.sha256()
        self._stored = set() if flush else collecting.list_stored_flows()
        self.pairs = self.repeated = 0
        self._pending = 0

    def run(self, descriptor: int) -> None:
        """Take every line, and write from time to time."""
        due = self._due()
        for lines in read_lines(descriptor, wait=1.0):
            now = self._clock().timestamp()
            for line in lines:
                # A line that is no record may be one that is not wholly written yet.
                if not self.intake.take(line.decode("utf-8", "replace"), now):
                    continue
                self._digest.update(line + b"\n")
                self._pending += 1
                if self._stored and self._digest.hexdigest() in self._stored:
                    self._pass_over()
                elif self._pending >= MOST_LINES:
                    self._write()
            if time.monotonic() >= due:
                due = self._due()
                self._write()
            if self._stop.is_set():
                break
        self._write()

    def _pass_over(self) -> None:
        """All that is pending was stored before, as one write."""
        self.intake.drain()
        self.repeated += self._pending
        self._digest, self._pending = hashlib.sha256(), 0

    def _write(self) -> None:
        """Store what is pending; waits while the database is away, and the pipe waits with it."""
        if not self._pending:
            return
        batch, pending = self.intake.drain(), self._pending
        digest = None if self._flush else self._digest.hexdigest()
        self._digest, self._pending = hashlib.sha256(), 0
        said = False
        while True:
            try:
                written = collecting.write_flows(
                    batch, digest=digest, confirm=self._confirm, now=self._clock()
                )
            except Exception as error:
                sentence = status.explain(error)
                if sentence is None or not self._flush or self._stop.is_set():
                    raise
                if not said:
                    log.error("event=waiting why=%r", sentence)
                said = True
                self._stop.wait(RETRY)
            else:
                break
        if written is None:
            self.repeated += pending
        else:
            self.pairs += written.pairs
        self._renew_directory()

    def _renew_directory(self) -> None:
        """What is written is written: a database that is away just now is asked the next time."""
        try:
            self._version, directory = collecting.load_directory(self._version)
        except Exception as error:
            sentence = status.explain(error)
            if sentence is None:
                raise
            log.warning("event=addresses_not_renewed why=%r", sentence)
            return
        if directory is not None:
            self.intake.directory = directory

    def _due(self) -> float:
        return inf if self._flush is None else time.monotonic() + self._flush
