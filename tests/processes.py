"""Processes of their own, for tests that kill them.

They are forked from a server that has the portal loaded and nothing else done: to start Python and
to load it takes longer than what most of them are for.
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess

context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(["tests.loaded"])


def start(work: Callable[..., None], *arguments: object, daemon: bool = True) -> BaseProcess:
    """Begin `work`, a function of a module, in a process that ends with the tests at the latest;
    one that is no daemon may have processes of its own, and whoever starts it ends it."""
    process = context.Process(target=work, args=arguments, daemon=daemon)
    process.start()
    return process


def end_of(process: BaseProcess, seconds: float = 100) -> int | None:
    """Its exit code, negative for the signal that killed it; None if it does not end."""
    process.join(seconds)
    return process.exitcode
