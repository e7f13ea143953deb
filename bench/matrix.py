"""The matrix at three sizes, on the server and in a browser: `python -m bench.matrix [--write]`;
a number (`python -m bench.matrix 100`) is one size alone.

The floor reads the same rows by two bare statements, in the quickest way that was found, and packs
an octet a pair, in the same run.
"""

import sqlite3
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright
from tabulate import tabulate

from bench.browser import find_chromium
from bench.commits import commit
from bench.document import put
from bench.exchange import PASSWORD, USER, make_exchange
from bench.server import Client, Gunicorn
from bench.tab import clock, timed

FILES = ("csv", "json", "graphml", "png")
SIZES = (100, 1000, 2500)
ROUNDS = 15
BUDGET = 2.5
PATH = "/matrix/data?protocol=4"

PARTIES = """
select m.id, m.name, m.asn, m.organisation, m.never_via_route_servers, a.id, a.rs_client
from member m join vlan_interface i on i.member_id = m.id
join interface_address a on a.interface_id = i.id
where i.vlan_id = 1 and i.status = 'connected' and a.protocol = 4 and a.until_at is null
and a.enabled and m.status = 'active' and m.type = 'peering' and not m.matrix_opt_out
order by m.asn, m.name, m.id, a.id
"""
SESSIONS = """
select low_address_id, grade, group_concat(high_address_id) from observed_session not indexed
where vlan_id = 1 and protocol = 4 and grade >= 2 and first_seen <= ?
and (last_seen >= ? or last_clean >= ?)
group by low_address_id, grade
"""
SCROLL = """
async () => {
  const box = document.getElementById("matrix"), frames = 60;
  const most = [box.scrollWidth - box.clientWidth, box.scrollHeight - box.clientHeight];
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  let before = await frame(), longest = 0;
  for (let n = 1; n <= frames; n += 1) {
    box.scrollTo(most[0] * n / frames, most[1] * n / frames);
    const now = await frame();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest;
}
"""


def floor(connection: sqlite3.Connection) -> bytes:
    """The bare query, and the plainest packing of its rows."""
    now = datetime.now(UTC).replace(tzinfo=None)
    since = str(now - timedelta(days=28))
    held = connection.execute(PARTIES).fetchall()
    place = {member: number for number, member in enumerate(dict.fromkeys(row[0] for row in held))}
    holder = {str(row[5]): place[row[0]] for row in held}
    client = [False] * len(place)
    for row in held:
        client[place[row[0]]] |= bool(row[6]) and not row[4]
    alone, plain = bytes([3]) * len(place), bytes(len(place))
    via, met = bytes(2 * one for one in client), bytes(3 + one for one in client)
    rows = [bytearray(via if one else plain) for one in client]
    for low, _, others in connection.execute(SESSIONS, (str(now), since, since)):
        one = holder[str(low)]
        row, codes = rows[one], met if client[one] else alone
        for other in map(holder.__getitem__, others.split(",")):
            row[other] = rows[other][one] = codes[other]
    return b"".join(row[number + 1 :] for number, row in enumerate(rows))


def in_browser(browser: Browser, port: int) -> tuple[float, float, float]:
    """Milliseconds from asking for the page until it is drawn, megabytes of its heap, and the
    milliseconds of the longest frame while all of it is scrolled through."""
    page = browser.new_context(base_url=f"http://127.0.0.1:{port}").new_page()
    page.goto("/login")
    page.get_by_label("Username or e-mail").fill(USER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_load_state()
    page.goto("/matrix/")
    page.wait_for_selector("html[data-matrix=drawn]", timeout=60_000)
    drawn = page.evaluate("new Promise(r => requestAnimationFrame(() => r(performance.now())))")
    heap = page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    longest = page.evaluate(SCROLL)
    page.context.close()
    return drawn, heap, longest


def peak(server: Gunicorn) -> float:
    """The most megabytes that its worker has held."""
    task = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    status = Path(f"/proc/{task.read_text().split()[0]}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def list_answers(client: Client, server: Gunicorn, members: int) -> list[list[str]]:
    """What the page, a pair and each file cost: the files last, the picture after all of them."""
    first = client.get(PATH, plain=True).octets.partition(b"]")[0]
    one = int(first.rpartition(b"[")[2].partition(b",")[0])
    found = []
    for name, path in (
        ("page", "/matrix/?protocol=4"),
        ("pair", f"/matrix/pair/{one}/{one + 2}?protocol=4"),
        *(
            (form, f"/matrix/export.{form}?protocol=4")
            for form in ("csv", "json", "graphml", "png")
        ),
    ):
        rounds = ROUNDS if name in ("page", "pair") and members < 2000 else 3
        taken = [clock(lambda path=path: client.get(path)) for _ in range(rounds)]  # type: ignore[misc]
        answer, plain = client.get(path), client.get(path, plain=True)
        found.append([f"{members:,}", name, f"{len(plain.octets) / 1000:,.0f}",
                      f"{len(answer.octets) / 1000:,.0f}", f"{timed(taken).p50:.0f}",
                      f"{peak(server):.0f}"])  # fmt: skip
    return found


def measure(browser: Browser, path: Path, members: int) -> tuple[list[str], list[list[str]]]:
    url = make_exchange(path, members, now=datetime.now(UTC))
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("update vlan set peering_matrix = 1")
    with Gunicorn(url) as server:
        client = Client(server.port).log_in()
        least, real, anew = [], [], []
        for number in range(ROUNDS):
            commit(connection, number)
            least.append(clock(lambda: floor(connection)))
            anew.append(clock(lambda: client.get(PATH)))
            real.append(clock(lambda: client.get(PATH)))
        answer, plain = client.get(PATH), client.get(PATH, plain=True)
        assert answer.status == 200, answer
        assert plain.octets.partition(b"\n")[2] == floor(connection), "the floor packs other pairs"
        drawn, heap, longest = in_browser(browser, server.port)
        others = list_answers(client, server, members)
    base, took, changed = (timed(each).p50 for each in (least, real, anew))
    row = [f"{members:,}", f"{len(plain.octets) / 1000:,.0f}", f"{len(answer.octets) / 1000:,.0f}",
            f"{base:.0f}", f"{took:.0f}", f"{took / base:.1f}", f"{BUDGET}", f"{changed:.0f}",
            f"{drawn:.0f}", f"{heap:.0f}", f"{longest:.0f}"]  # fmt: skip
    return row, others


def main(sizes: Sequence[int], write: bool) -> None:
    chromium = find_chromium()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = [measure(browser, Path(folder) / f"{many}.sqlite", many) for many in sizes]
        browser.close()
    headers = ["members", "kB", "kB sent", "floor ms", "server ms", "times the floor", "budget",
               "after a change", "drawn after ms", "heap MB", "longest frame ms"]  # fmt: skip
    put("matrix", _table([row for row, _ in found], headers), write=write)
    headers = ["members", "what", "kB", "kB sent", "server ms", "peak of the worker MB"]
    put("matrix answers", _table([row for _, rows in found for row in rows], headers), write=write)


def _table(rows: list[list[str]], headers: list[str]) -> str:
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


if __name__ == "__main__":
    main([int(word) for word in sys.argv if word.isdigit()] or SIZES, "--write" in sys.argv)
