"""A collector as a process of its own, and the switch that sends to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
# The collector as installed; only its clock runs faster, so that a recording need not take minutes.
CHILD = """
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from sqlalchemy import Engine, event
from app import create_app
from app.cli.collecting import collect
from app.config import Settings, SflowSettings
from app.workers import collector

url, speed, confirm, flush, agents, port = sys.argv[1:]
sflow = SflowSettings(agents=tuple(agents.split()), flush_seconds=int(flush))
app = create_app(
    Settings(database_url=url, secret_key="only-for-the-tests-0123456789",
             confirm_seconds=int(confirm), sflow=sflow)
)
collector.GRACE = float(os.environ.get("GRACE", collector.GRACE))
start = datetime.now(UTC)
step = float(os.environ.get("CLOCK_STEP", 0))  # the clock is set so far, two seconds later
def steady():
    return (datetime.now(UTC) - start).total_seconds() * float(speed)
def clock():
    passed = steady()
    return start + timedelta(seconds=passed + (step if passed > 2 else 0))
app.extensions["clock"], app.extensions["steady_clock"] = clock, steady
if "BLOCK_AT" in os.environ:  # a database that takes its time for one statement
    def block(_connection, _cursor, statement, *_):
        if statement.startswith(os.environ["BLOCK_AT"]):
            print("event=blocked", flush=True)
            time.sleep(300)
    event.listen(Engine, "before_cursor_execute", block)
with app.app_context():
    sys.exit(collect.main(["--listen", f"127.0.0.1:{port}"], standalone_mode=False))
"""


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
        **environment: str,
    ) -> None:
        self._environment = environment
        self._arguments = [url, str(speed), str(confirm), "1", agents, str(port)]
        self._log = log
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self) -> "LiveCollector":
        with self._log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", CHILD, *self._arguments],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    "PYTHONUNBUFFERED": "1",
                    **self._environment,
                },
                stdout=log,
                stderr=log,
            )
        self.wait_for("event=addresses_loaded")
        self.port = int(re.findall(r"Listening at \S+:(\d+),", self.said())[-1])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
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

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def writers(self) -> list[str]:
        """The numbers of the processes that write for it."""
        own = self.process.pid
        return Path(f"/proc/{own}/task/{own}/children").read_text().split()

    def kill_alone(self) -> None:
        """Only the collector, whatever becomes of the process that writes for it."""
        self.process.kill()
        self.process.wait()

    def kill(self, *, with_writer: bool = False) -> None:
        """The collector, and wait until the process that writes for it has seen that."""
        writers = self.writers()
        self.process.kill()
        self.process.wait()
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
