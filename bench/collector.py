"""The live collector: against Debian's sfacctd, at speed, and its writes.

`python -m bench.collector --write` puts the tables into docs/benchmarks.md. Needs gcc (the sender
is bench/sender.c) and sfacctd; a part whose tool is missing is left out and says so. PostgreSQL:
TEST_POSTGRES_URL.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from struct import pack
from tempfile import TemporaryDirectory

from tabulate import tabulate

from app.domain.sflow.encode import flow_datagram, flow_sample
from bench import writes
from bench.document import put
from bench.sflow import PER_DATAGRAM, ordinary

ROOT = Path(__file__).resolve().parent.parent
DATAGRAMS = 1_000_000 // PER_DATAGRAM  # a million samples
FILE_DATAGRAMS, AGENTS = 7000, 10
RATE, SECONDS = 50_000, 60
TICKS = os.sysconf("SC_CLK_TCK")
SFACCTD = """daemonize: false
sfacctd_ip: 127.0.0.1
sfacctd_port: {port}
plugins: print[bgp]
plugin_pipe_size: 100000000
plugin_buffer_size: 100000
sfacctd_pipe_size: 33554432
aggregate[bgp]: src_host, dst_host, src_port, dst_port, proto, tcpflags, vlan, peer_src_ip
aggregate_filter[bgp]: tcp port 179 or (vlan and tcp port 179)
print_output[bgp]: json
print_output_file[bgp]: {output}
print_refresh_time[bgp]: 5
"""


def make_datagrams(path: Path) -> None:
    """Datagrams with 49,000 samples in all, each behind its length: 490 pairs, sent 20 times."""
    random = Random(179)
    with path.open("wb") as file:
        for number in range(FILE_DATAGRAMS):
            samples = [
                flow_sample(ordinary(random), sequence=n, rate=1024) for n in range(PER_DATAGRAM)
            ]
            octets = flow_datagram(f"198.51.100.{number % AGENTS + 1}", samples)
            file.write(pack(">I", len(octets)) + octets)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and of its children, alive or not."""
    total = 0.0
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(entry.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def memory(pid: int) -> int:
    """Resident megabytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) // 1024 if found else 0


@contextmanager
def portal(folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """The collector on a free port, and its process id."""
    log = folder / "log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "sessions", "collect", "--listen", "127.0.0.1:0"],
            cwd=ROOT,
            stdout=out,
            stderr=out,
            env={**os.environ, "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
        )
    while "addresses_loaded" not in log.read_text():
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    found = re.search(r"Listening at \S+:(\d+),", log.read_text())
    assert found
    yield int(found[1]), process.pid
    process.terminate()
    process.wait(60)


@contextmanager
def sfacctd(folder: Path) -> Iterator[tuple[int, int]]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = folder / "sfacctd.conf"
    configuration.write_text(SFACCTD.format(port=port, output=folder / "flows.json"))
    with (folder / "sfacctd.log").open("w") as log:
        process = subprocess.Popen(
            ["/usr/sbin/sfacctd", "-f", str(configuration)],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    time.sleep(2)
    yield port, process.pid
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def send(folder: Path, port: int, rate: int, total: int) -> None:
    arguments = [str(folder / "datagrams"), "127.0.0.1", str(port), str(rate), str(total)]
    subprocess.run([str(folder / "sender"), *arguments], check=True, stdout=subprocess.DEVNULL)


def table_of_cpu(folder: Path, url: str) -> str:
    """A million samples through either, in turn, three times; the least of each."""
    whole: dict[str, list[float]] = {"sfacctd": [], "portal": []}
    feed: dict[str, list[float]] = {"sfacctd": [], "portal": []}
    for name in ("portal", "sfacctd") * 3:
        with portal(folder, url) if name == "portal" else sfacctd(folder) as (port, pid):
            before = cpu_seconds(pid)
            send(folder, port, 20_000, DATAGRAMS)
            time.sleep(7)
            after = cpu_seconds(pid)
        whole[name].append(after)
        feed[name].append(after - before)
    least = {name: (min(feed[name]), min(whole[name])) for name in feed}
    ratios = [p / s for p, s in zip(least["portal"], least["sfacctd"], strict=True)]
    rows = [*([name, *times] for name, times in least.items()), ["ratio (budget 1.2)", *ratios]]
    headers = ["CPU seconds for a million samples", "feed", "with start"]
    return tabulate(rows, headers, tablefmt="github", floatfmt=".2f")


def table_of_speed(folder: Path, url: str) -> str:
    with portal(folder, url) as (port, pid):
        before, start = cpu_seconds(pid), time.monotonic()
        send(folder, port, RATE, RATE * SECONDS)
        lasted = time.monotonic() - start
        share = (cpu_seconds(pid) - before) / lasted
        resident = memory(pid)
    received, drops, missed = writes.received(url)
    rows = [
        ["datagrams a second", f"{RATE * SECONDS / lasted:,.0f}", "50,000"],
        ["received", f"{received:,} of {RATE * SECONDS:,}", "all"],
        ["lost in the kernel; missed by sequence numbers", f"{drops:,}; {missed:,}", "0"],
        ["of one core", f"{share:.0%}", "50 %"],
        ["resident MB", resident, ""],
    ]
    return tabulate(rows, ["Live", "measured", "budget"], tablefmt="github")


def residents(pid: int) -> list[int]:
    """Megabytes of a process, then of its children."""
    task = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [memory(each) for each in (pid, *map(int, task))]


def table_of_memory(folder: Path) -> str:
    """What both processes hold where nearly two million pairs are known, as samples come."""
    url = f"sqlite:///{folder / 'pairs.sqlite'}"
    known = writes.make_pairs(url)
    rows = []
    with portal(folder, url) as (port, pid):
        for step in range(4):
            if step:
                send(folder, port, 20_000, 50_000)
                time.sleep(7)
            rows.append([f"{known:,}", f"{50_000 * step:,}", *residents(pid)])
    headers = ["pairs known", "datagrams so far", "takes them in, MB", "writes, MB"]
    return tabulate(rows, headers, tablefmt="github")


def main() -> None:
    write = "--write" in sys.argv
    with TemporaryDirectory() as name:
        folder = Path(name)
        source = Path(__file__).with_name("sender.c")
        subprocess.run(["gcc", "-O2", "-o", str(folder / "sender"), str(source)], check=True)
        make_datagrams(folder / "datagrams")
        url = f"sqlite:///{folder / 'portal.sqlite'}"
        writes.make_lan(url)
        if shutil.which("sfacctd", path="/usr/sbin:/usr/bin"):
            put("collector cpu", table_of_cpu(folder, url), write=write)
        else:
            print("sfacctd is missing (Debian package pmacct): no comparison")
        put("collector speed", table_of_speed(folder, url), write=write)
        put("collector memory", table_of_memory(folder), write=write)
        put("collector writes", writes.table(folder), write=write)


if __name__ == "__main__":
    main()
