"""Something that changes while the tabs are measured, as the collector of a live exchange does."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from bench.exchange import VIEWER

COMMITS = 5.0  # seconds between two of the collector
FIRST = 1_000_000


def commit(connection: sqlite3.Connection, number: int) -> None:
    """Change something that no list shows."""
    connection.execute("update member set website = ? where id = ?", (str(number), VIEWER + 1))
    connection.commit()


@contextmanager
def committing(path: Path) -> Iterator[None]:
    """Something changes now and then until the block ends."""
    done = Event()

    def work() -> None:
        connection = sqlite3.connect(path)
        number = FIRST
        while not done.wait(COMMITS):
            commit(connection, number := number + 1)
        connection.close()

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
