"""A store in a process of its own.

Grading and writing thousands of pairs takes seconds of Python, and two threads of one process
compute in turn: the one that takes datagrams in would come too late for them.
"""

import gc
import multiprocessing
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from app.domain.directory import Directory
from app.domain.feed.batch import Batch, Totals
from app.services.collecting import Written

OBJECTS = 50_000  # new ones between two looks for garbage


class StoreFault(Exception):
    """What went wrong over there; with a sentence if it passes."""

    def __init__(self, sentence: str | None, trace: str) -> None:
        super().__init__(sentence or trace)
        self.sentence = sentence


class Apart:
    """Forks at once, so make it before threads and connections; ends with the process it serves.

    The other process ignores SIGTERM and Ctrl-C: what it is asked for before the end, it does. It
    calls `let_go` first: what it inherited and must not hold.
    """

    def __init__(self, store: Any, let_go: Callable[[], None]) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(theirs, self._pipe, store, let_go), name="store", daemon=True
        )
        process.start()
        theirs.close()
        self._process = process

    def directory(self) -> Directory | None:
        """The addresses of the exchange, if they changed since the last call."""
        found: Directory | None = self._ask("directory")
        return found

    def write(self, batch: Batch, totals: Totals, kernel_drops: int) -> Written:
        """Store a batch."""
        written: Written = self._ask("write", batch, totals, kernel_drops)
        return written

    def stop(self) -> None:
        """Note that the collector ended in order."""
        self._ask("stop")
        self._pipe.close()
        self._process.join()

    def abandon(self) -> None:
        """End it in the middle of what it does, which the database then forgets."""
        self._process.kill()
        self._process.join()

    def explain(self, error: Exception) -> str | None:
        """A sentence for a fault that passes; None for one that does not."""
        return error.sentence if isinstance(error, StoreFault) else None

    def _ask(self, what: str, *arguments: object) -> Any:
        self._pipe.send((what, arguments))
        result, fault = self._pipe.recv()
        if fault:
            raise StoreFault(*fault)
        return result


def seldom_collect_garbage() -> None:
    """What is loaded stays, and what a batch makes is needed until it is written: to look for
    garbage among either takes a quarter of the time, and finds none."""
    gc.freeze()
    gc.set_threshold(OBJECTS)


def _serve(pipe: Connection, other_end: Connection, store: Any, let_go: Callable[[], None]) -> None:
    let_go()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    other_end.close()  # else the pipe never ends when the other process is killed
    while True:
        try:
            what, arguments = pipe.recv()
        except EOFError:
            return
        answer: tuple[Any, tuple[str | None, str] | None]
        try:
            answer = getattr(store, what)(*arguments), None
        except Exception as error:
            answer = None, (store.explain(error), traceback.format_exc())
        pipe.send(answer)
