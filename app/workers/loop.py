"""A process that works until it is told to stop: one step after the other, a pause when idle."""

import logging
import signal
from collections.abc import Callable
from threading import Event

log = logging.getLogger(__name__)


def stop_on_signals() -> Event:
    """Set by SIGTERM and Ctrl-C: the step at hand is finished, no other begins."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run(
    step: Callable[[], bool],
    *,
    pause: float,
    stop: Event,
    explain: Callable[[Exception], str | None],
) -> None:
    """Call `step` again and again; it says whether there may be more to do at once.

    A fault that `explain` has a sentence for (the database is away) is said once, and tried
    again after each pause until it is over; any other ends the process.
    """
    trouble: str | None = None
    while not stop.is_set():
        try:
            busy = step()
        except Exception as error:
            sentence = explain(error)
            if sentence is None:
                raise
            if trouble is None:
                log.error("event=waiting why=%r", sentence)
            trouble, busy = sentence, False
        else:
            if trouble is not None:
                log.info("event=going_on after=%r", trouble)
            trouble = None
        if not busy:
            stop.wait(pause)
