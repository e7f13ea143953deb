"""What a tab costs at least: bare driver rows, the pure rules, a minimal template, compression;
where silence is told, how sure it is, too.

No framework, no login, no session, no filters, no menus: only what the answer cannot do without,
and nothing of the portal's own code, so that slow rules cannot hide in both.
`python -m bench.floor DATABASE` prints it for a file of bench.exchange.
"""

import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from backports import zstd
from jinja2 import Environment

from bench.exchange import VIEWER

MEMBERS = """
select m.id, m.name, m.asn, m.policy, held.held from member m join (
    select i.member_id, group_concat(a.vlan_id * 10 + a.protocol + a.rs_client) as held
    from vlan_interface i join interface_address a on a.interface_id = i.id
    where i.vlan_id in (select vlan_id from vlan_interface join vlan on vlan.id = vlan_id
                        where member_id = ?1 and peering_manager)
    and i.status = 'connected' and a.until_at is null and a.enabled
    group by i.member_id
) held on held.member_id = m.id
where m.id = ?1 or m.status = 'active' and m.type = 'peering'
    and m.asn <> (select asn from member where id = ?1)
"""
SESSIONS = """
select far.member_id, a.vlan_id, a.protocol, s.grade
from vlan_interface near join interface_address mine on mine.interface_id = near.id
join observed_session s on s.{near} = mine.id
join interface_address a on a.id = s.{far} join vlan_interface far on far.id = a.interface_id
where near.member_id = ?1 and s.grade >= 2 and s.last_seen >= ?2 and a.until_at is null
"""
SESSIONS = " union all ".join((
    SESSIONS.format(near="low_address_id", far="high_address_id"),
    SESSIONS.format(near="high_address_id", far="low_address_id"),
))  # fmt: skip
SAMPLED = """
select i.member_id, a.vlan_id, a.protocol, s.agent_id, s.pool * 1.0 / s.sequences
from vlan_interface i join interface_address a on a.interface_id = i.id
join sampling_point p on p.address_id = a.id join agent_port s on s.id = p.port_id
where i.member_id in ({}) and a.until_at is null
"""
REPORTED = """
select vlan_id, agent_id, sum(seconds) from watch_day where day >= ?1 group by vlan_id, agent_id
"""
MARKS = "select peer_id, mark from peer_relation where member_id = ?1 and mark is not null"
TEMPLATE = """
{%- for tab, many in counts.items() %}<a href="{{ tab }}">{{ tab }} {{ many }}</a>{% endfor %}
<table>{% for (id, name, asn, policy, held), (cells, tabs, linked) in rows %}
<tr id="peer-{{ id }}"><th><a href="{{ id }}">{{ name }}</a></th><td>AS{{ asn }}</td><td>{{ policy }}</td>
{%- for vlan, protocol, link in cells %}<td class="lk lk-{{ link }}">v{{ protocol }} {{ link }}{{ silence[id, vlan, protocol] }}</td>{% endfor %}</tr>
{%- endfor %}</table>"""  # noqa: E501
KEEPALIVE = 80.0  # seconds
TABS = {
    "none": {"potential"},
    "possible": {"potential"},
    "route-server": {"peers", "potential-bilateral"},
    "bilateral": {"peers"},
    "both": {"peers"},
}
MARKED = {"peered": {"peers"}, "rejected": {"rejected"}}

Sessions = tuple[tuple[int, int, int], ...]  # VLAN, protocol, grade
Standing = tuple[list[tuple[int, int, str]], set[str], bool]
Row = tuple[tuple[int, str, int, str, str], Standing]
Words = dict[tuple[int, int, int], str]  # member, VLAN, protocol


class Page(NamedTuple):
    """What the floor answers, and what of it can be checked against the real one."""

    octets: bytes
    counts: dict[str, int]


def compiled() -> Callable[..., str]:
    return Environment(autoescape=True).from_string(TEMPLATE).render


def answer(
    connection: sqlite3.Connection,
    render: Callable[..., str],
    tab: str,
    *,
    now: datetime,
    rows: int | None,
    words: str = "",
) -> Page:
    """The first `rows` members on a tab whose name has `words`, or all of them with None,
    compressed."""
    since = (now - timedelta(days=28)).replace(tzinfo=None).isoformat(" ")
    everybody = _everybody(connection, since)
    counts = dict.fromkeys(("potential", "potential-bilateral", "peers", "rejected"), 0)
    for _, (_, tabs, _) in everybody:
        for each in tabs:
            counts[each] += 1
    found = [
        row for row in everybody
        if tab in row[1][1] and (not words or words in row[0][1].lower())
    ]  # fmt: skip
    found.sort(key=lambda row: (tab == "potential" and row[1][2], row[0][1:3]))
    shown = found[:rows]
    silence = _silence(connection, shown, since) if tab.startswith("potential") else Words()
    html = render(rows=shown, counts=counts, silence=silence)
    return Page(zstd.compress(html.encode(), 1), counts)


def _silence(connection: sqlite3.Connection, shown: list[Row], since: str) -> Words:
    """How sure it is that a session would have been seen, for the cells without one."""
    reported = connection.execute(REPORTED, (since[:10],))
    seconds = {(vlan, agent): total for vlan, agent, total in reported}
    members = [VIEWER, *(row[0] for row, _ in shown)]
    places = ", ".join("?" * len(members))
    watched: dict[tuple[int, int, int], float] = {}
    for *cell, agent, rate in connection.execute(SAMPLED.format(places), members):
        found = seconds.get((cell[1], agent), 0.0) / rate
        watched[tuple(cell)] = min(found, watched.get(tuple(cell), found))
    words: Words = {}
    for row, (links, _, _) in shown:
        for vlan, protocol, link in links:
            if link == "none":
                both = (VIEWER, vlan, protocol), (row[0], vlan, protocol)
                expected = sum(watched.get(cell, 0.0) for cell in both) / KEEPALIVE
                sure = 1 - exp(-expected) * (1 + expected)
                words[row[0], vlan, protocol] = f"would have shown: {sure:.1%}"
    return words


def _everybody(connection: sqlite3.Connection, since: str) -> list[Row]:
    members = connection.execute(MEMBERS, (VIEWER,)).fetchall()
    seen: dict[int, Sessions] = {}
    for member, *session in connection.execute(SESSIONS, (VIEWER, since)):
        seen[member] = (*seen.get(member, ()), tuple(session))
    marks = dict(connection.execute(MARKS, (VIEWER,)).fetchall())
    mine = next(_cells(row[4]) for row in members if row[0] == VIEWER)
    known: dict[tuple[str, Sessions, str | None], Standing] = {}
    found = []
    for row in members:
        if row[0] == VIEWER:
            continue
        shape = (row[4], seen.get(row[0], ()), marks.get(row[0]))
        if shape not in known:
            known[shape] = _standing(mine, _cells(row[4]), shape[1], shape[2])
        found.append((row, known[shape]))
    return found


def _cells(held: str) -> dict[tuple[int, int], bool]:
    """Whether a member is a route-server client, by VLAN and protocol."""
    cells: dict[tuple[int, int], bool] = {}
    for address in held.split(","):
        vlan, rest = divmod(int(address), 10)  # 4 or 6, one more for a client
        protocol = 4 if rest < 6 else 6
        cells[vlan, protocol] = rest > protocol or cells.get((vlan, protocol), False)
    return cells


def _standing(
    mine: dict[tuple[int, int], bool],
    theirs: dict[tuple[int, int], bool],
    sessions: Sessions,
    mark: str | None,
) -> Standing:
    links = []
    for cell, client in sorted(mine.items()):
        if cell in theirs:
            best = max((grade for *where, grade in sessions if tuple(where) == cell), default=0)
            links.append((*cell, _link(best, client and theirs[cell])))
    tabs = set().union(*(TABS[link] for *_, link in links))
    return links, MARKED[mark] if mark else tabs, "peers" in tabs


def _link(grade: int, via: bool) -> str:
    if grade == 3:
        return "both" if via else "bilateral"
    return "route-server" if via else "possible" if grade == 2 else "none"


def main(path: str) -> None:
    connection, render = sqlite3.connect(path), compiled()
    for rows in (50, None):
        times = []
        for _ in range(30):
            begun = perf_counter()
            page = answer(connection, render, "peers", now=datetime.now(UTC), rows=rows)
            times.append(perf_counter() - begun)
        times.sort()
        print(f"{rows or 'all'} rows: {times[15] * 1000:.1f} ms, {len(page.octets)} octets")


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("Name a database that bench.exchange made: python -m bench.floor FILE")
    main(sys.argv[1])
