"""The tabs over HTTP against their budgets: `python -m bench.tab [--write]`.

Floor and portal are measured in turns in one run, so that what else the machine does meets both.
Every five seconds something is committed, as a collector does, so that nothing read before that
counts; for the answers `after a change` before each of them.
"""

import gc
import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import perf_counter
from typing import NamedTuple

from tabulate import tabulate

from app.domain.classify import Tab
from app.warm_up import GARBAGE_AFTER
from bench import floor
from bench.commits import commit, committing
from bench.document import put
from bench.exchange import make_exchange
from bench.server import Client, Gunicorn, first_visit

TAB = Tab.PEERS  # most rows: everybody who is reached in any way
FIRST = Tab.POTENTIAL  # where everybody lands; what silence means is worked out for each cell
ROUNDS = 200  # p95 of fewer is the luck of three
RESTARTS = 9
CLIENTS, CLICKS = 20, 12
PANEL, LIST, DRAWER = "peering-panel", "peering-list", "peering-drawer"  # what a click replaces


class Asked(NamedTuple):
    """An answer that is measured: its tab, what the address says, and what the floor is told."""

    tab: Tab
    query: str = ""
    target: str = PANEL
    rows: int | None = 50
    words: str = ""
    changed: bool = False  # something is committed before each

    @property
    def path(self) -> str:
        return f"/peering/{self.tab.value}{self.query}"


ASKED = {
    "first page": Asked(TAB),
    "all rows": Asked(TAB, "?show=all", rows=None),
    "search": Asked(TAB, "?q=harbour", LIST, words="harbour"),
    "first page, Potential": Asked(FIRST),
    "all rows, Potential": Asked(FIRST, "?show=all", rows=None),
    "search, Potential": Asked(FIRST, "?q=harbour", LIST, words="harbour"),
}
BUDGETS = {name: 2.0 if asked.words else 2.5 for name, asked in ASKED.items()}
ASKED |= {
    f"{name}, after a change": ASKED[name]._replace(changed=True)
    for name in ("first page", "search", "first page, Potential")
}


class Timed(NamedTuple):
    """Milliseconds: half of all take at most `p50`, 95 of 100 at most `p95`."""

    p50: float
    p95: float


def timed(samples: list[float]) -> Timed:
    ordered = sorted(samples)
    most = min(len(ordered) - 1, len(ordered) * 95 // 100)
    return Timed(ordered[len(ordered) // 2] * 1000, ordered[most] * 1000)


def clock(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


class Size:
    """Everything measured at one number of members."""

    def __init__(self, path: Path, members: int) -> None:
        self.members, self.path = members, path
        self.url = make_exchange(path, members, now=datetime.now(UTC))
        self.connection, self.render = sqlite3.connect(path), floor.compiled()
        self.floor: dict[str, Timed] = {}
        self.tab: dict[str, Timed] = {}
        self.bytes: dict[str, int] = {}
        self.visit: dict[str, int] = {}

    def measure(self) -> None:
        with Gunicorn(self.url) as server, committing(self.path):
            client = Client(server.port).log_in()
            for name in ASKED:
                self._compare(client, name)
            drawer = f"/peering/{TAB.value}/2"
            self.tab["drawer"] = timed(
                [clock(lambda: client.get(drawer, swap=DRAWER)) for _ in range(ROUNDS)]
            )
            self.bytes["drawer"] = len(client.get(drawer, swap=DRAWER).octets)
            self.visit = first_visit(client, ASKED["first page"].path)

    def _compare(self, client: Client, name: str) -> None:
        asked = ASKED[name]
        least, real = [], []
        for number in range(ROUNDS):
            if asked.changed:
                commit(self.connection, number)
            least.append(clock(lambda: self._floor(asked)))
            real.append(clock(lambda: client.get(asked.path, swap=asked.target)))
        answer = client.get(asked.path, swap=asked.target)
        assert answer.status == 200, answer
        self.floor[name], self.tab[name] = timed(least), timed(real)
        self.bytes[name] = len(answer.octets)

    def _floor(self, asked: Asked) -> None:
        now, tab = datetime.now(UTC), asked.tab.value
        floor.answer(self.connection, self.render, tab, now=now, rows=asked.rows, words=asked.words)

    def cold(self) -> list[tuple[float, float]]:
        """First answer after a start, and the middle one of later ones that have to read everything
        as well: milliseconds."""
        pairs = []
        for _ in range(RESTARTS):
            with Gunicorn(self.url) as server:
                cookie = Client(server.port).log_in().cookie
            with Gunicorn(self.url) as server:
                client = Client(server.port)
                client.cookie = cookie
                ask = partial(client.get, ASKED["first page"].path, swap=PANEL)
                first, later = clock(ask), []
                for number in range(20):
                    commit(self.connection, number)
                    later.append(clock(ask))
                pairs.append((first * 1000, timed(later).p50))
        return pairs


def crowd(url: str, workers: int) -> tuple[float, Timed]:
    """Twenty clients clicking through the tabs as fast as they are answered."""
    samples: list[float] = []

    def click(port: int, cookie: str) -> None:
        client = Client(port)
        client.cookie = cookie
        for number in range(CLICKS):
            path = f"/peering/{list(Tab)[number % 4].value}"
            samples.append(clock(partial(client.get, path, swap=PANEL)))

    with Gunicorn(url, workers) as server:
        cookie = Client(server.port).log_in().cookie
        threads = [Thread(target=click, args=(server.port, cookie)) for _ in range(CLIENTS)]
        whole = clock(lambda: [t.start() for t in threads] and [t.join() for t in threads])
    return len(samples) / whole, timed(samples)


def times(sizes: list[Size]) -> str:
    rows = []
    for size in sizes:
        for name, real in size.tab.items():
            least = size.floor.get(name)
            ratio = real.p95 / least.p95 if least else None
            rows.append([
                f"{size.members:,}", name, least and f"{least.p50:.0f}",
                least and f"{least.p95:.0f}", f"{real.p50:.0f}",
                f"{real.p95:.0f}", ratio and f"{ratio:.1f}", BUDGETS.get(name, ""),
                f"{size.bytes[name] / 1000:.1f}",
            ])  # fmt: skip
    headers = [
        "members", "answer", "floor p50", "floor p95", "p50", "p95", "times the floor", "budget",
        "kB",
    ]  # fmt: skip
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def missed(sizes: list[Size], cold: list[tuple[float, float]]) -> list[str]:
    """Every budget that this run did not keep."""
    ratios = {
        f"{name} at {size.members:,}": (real.p95 / size.floor[name].p95, BUDGETS[name])
        for size in sizes
        for name, real in size.tab.items()
        if name in size.floor and name in BUDGETS
    }
    small, large = sizes[0], sizes[-1]
    first, later = (sorted(each)[len(cold) // 2] for each in zip(*cold, strict=True))
    ratios |= {
        "growth": (large.tab["first page"].p95 / small.tab["first page"].p95, 3),
        "cold start": (first / later, 2),
        "swap, kB": (large.bytes["first page"] / 1000, 6),
        "first visit, kB": (sum(large.visit.values()) / 1000, 120),
    }
    return [f"{name}: {got:.2f}, budget {most}" for name, (got, most) in ratios.items()
            if got > float(most)]  # fmt: skip


def other_budgets(sizes: list[Size], cold: list[tuple[float, float]]) -> str:
    small, large = sizes[0], sizes[-1]
    growth = large.tab["first page"].p95 / small.tab["first page"].p95
    first, later = (sorted(each)[len(cold) // 2] for each in zip(*cold, strict=True))
    visit = sum(large.visit.values())
    rows = [
        [f"{large.members:,} members against {small.members:,}, first page", f"{growth:.1f} times",
         "3 times"],
        ["first answer after a start against later ones, each after a change",
         f"{first / later:.1f} times ({first:.0f} ms)", "2 times"],
        ["swap of a first page", f"{large.bytes['first page'] / 1000:.1f} kB", "6 kB"],
        ["first visit with all files", f"{visit / 1000:.0f} kB", "120 kB"],
    ]  # fmt: skip
    return tabulate(rows, ["", "measured", "budget"], tablefmt="github", disable_numparse=True)


def main(write: bool) -> int:
    gc.set_threshold(*GARBAGE_AFTER)  # the floor shall have what the portal has
    with TemporaryDirectory() as folder:
        sizes = [Size(Path(folder) / f"{many}.sqlite", many) for many in (1000, 2500)]
        for size in sizes:
            size.measure()
        cold = sizes[0].cold()
        with committing(sizes[0].path):
            rate, clicking = crowd(sizes[0].url, workers=2)
    crowded = (
        f"{CLIENTS} clients clicking through the four tabs at {sizes[0].members:,} members without "
        f"a pause, two workers: {rate:.0f} answers a second, p50 {clicking.p50:.0f} ms, "
        f"p95 {clicking.p95:.0f} ms."
    )
    for line in (misses := missed(sizes, cold)):
        print(f"Missed: {line}")
    put("tab", f"{times(sizes)}\n\n{other_budgets(sizes, cold)}\n\n{crowded}", write=write)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv))
