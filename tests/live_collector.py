"""A collector as a process of its own, and the switch that sends to it."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from sqlalchemy import Engine, event

from app import create_app
from app.cli.collecting import collect
from app.config import Settings, SflowSettings
from app.workers import collector
from tests.processes import end_of, start


class Settled(NamedTuple):
    """How a collector runs that is the one installed, but for the pace of its clock: a recording
    need not take minutes."""

    url: str
    log: Path
    speed: float
    confirm: int
    agents: str
    port: int
    grace: float
    step: float  # seconds by which the clock is set, two seconds after the start
    block_at: str  # how the statement begins for which the database takes its time


def collect_here(settled: Settled) -> None:
    """Be a collector, in a process of its own."""
    output = os.open(settled.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for own in (1, 2):
        os.dup2(output, own)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sflow = SflowSettings(agents=tuple(settled.agents.split()), flush_seconds=1)
    app = create_app(
        Settings(
            database_url=settled.url,
            secret_key="only-for-the-tests-0123456789",
            confirm_seconds=settled.confirm,
            sflow=sflow,
        )
    )
    collector.GRACE = settled.grace
    start = datetime.now(UTC)

    def steady() -> float:
        return (datetime.now(UTC) - start).total_seconds() * settled.speed

    def clock() -> datetime:
        passed = steady()
        return start + timedelta(seconds=passed + (settled.step if passed > 2 else 0))

    def block(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if settled.block_at and statement.startswith(settled.block_at):
            print("event=blocked", flush=True)
            time.sleep(300)

    app.extensions["clock"], app.extensions["steady_clock"] = clock, steady
    event.listen(Engine, "before_cursor_execute", block)
    with app.app_context():
        sys.exit(collect.main(["--listen", f"127.0.0.1:{settled.port}"], standalone_mode=False))


class LiveCollector:
    """Runs `flask sessions collect` until the block ends."""

    def __init__(
        self,
        url: str,
        log: Path,
        *,
        speed: float = 1,
        confirm: int = 300,
        agents: str = "",
        port: int = 0,
        grace: float = collector.GRACE,
        step: float = 0,
        block_at: str = "",
    ) -> None:
        self._settled = Settled(url, log, speed, confirm, agents, port, grace, step, block_at)
        self._log = log
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> "LiveCollector":
        self._log.touch()
        self.process = start(collect_here, self._settled, daemon=False)
        try:
            self.wait_for("event=addresses_loaded")
        except AssertionError:
            self.kill_alone()  # there will be no __exit__
            raise
        self.port = int(re.findall(r"Listening at \S+:(\d+),", self.said())[-1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill_alone()
        self.socket.close()

    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, words: str, seconds: float = 90) -> None:
        wait_until(lambda: words in self.said(), seconds, self.said)

    def send(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.socket.sendto(datagram, ("127.0.0.1", self.port))

    def play(self, recording: Iterable[tuple[float, bytes]], speed: float) -> float:
        """Send a recording with its own pace times `speed`; by how many seconds we were late."""
        timed = list(recording)
        first, begun, late = timed[0][0], time.time(), 0.0
        for at, datagram in timed:
            ahead = (at - first) / speed - (time.time() - begun)
            late = max(late, -ahead)
            if ahead > 0:
                time.sleep(ahead)
            self.send(datagram)
        return late

    def stop(self) -> int | None:
        self.process.terminate()
        return end_of(self.process)

    def writers(self) -> list[str]:
        """The numbers of the processes that write for it."""
        own = self.process.pid
        return Path(f"/proc/{own}/task/{own}/children").read_text().split()

    def kill_alone(self) -> None:
        """Only the collector, whatever becomes of the process that writes for it."""
        self.process.kill()
        end_of(self.process)

    def kill(self, *, with_writer: bool = False) -> None:
        """The collector, and wait until the process that writes for it has seen that."""
        writers = self.writers()
        self.kill_alone()
        for pid in writers if with_writer else ():
            os.kill(int(pid), signal.SIGKILL)
        wait_until(lambda: not any(_is_alive(pid) for pid in writers))


def _is_alive(pid: str) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def wait_until(
    holds: Callable[[], bool], seconds: float = 90, why: Callable[[], str] = str
) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, why()
        time.sleep(0.05)
