"""What a tab costs at least: bare driver rows, the pure rules, a minimal template, compression.

No framework, no login, no session, no filters, no menus: only what the answer cannot do without.
`python -m bench.floor DATABASE` prints it for a file of bench.exchange.
"""

import sqlite3
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from backports import zstd
from jinja2 import Environment

from app.domain.classify import Port, Standing, Tab, Viewer
from app.domain.evidence import Grade
from bench.exchange import VIEWER

PORTS = """
select m.id, m.name, m.asn, m.policy, a.vlan_id, a.protocol, a.id, a.rs_client
from member m join vlan_interface i on i.member_id = m.id
join interface_address a on a.interface_id = i.id
where i.vlan_id in (select vlan_id from vlan_interface join vlan on vlan.id = vlan_id
                    where member_id = ?1 and peering_manager)
and i.status = 'connected' and a.until_at is null and a.enabled
and (m.id = ?1 or m.status = 'active' and m.type = 'peering'
     and m.asn <> (select asn from member where id = ?1))
"""
OWN = """(select a.id from interface_address a join vlan_interface i on i.id = a.interface_id
          where i.member_id = ?1)"""
SESSIONS = f"""
select low_address_id, high_address_id, grade from observed_session
where low_address_id in {OWN} and grade >= 2 and last_seen >= ?2
union all
select low_address_id, high_address_id, grade from observed_session
where high_address_id in {OWN} and grade >= 2 and last_seen >= ?2
"""
MARKS = "select peer_id, mark from peer_relation where member_id = ?1 and mark is not null"
TEMPLATE = """
{%- for tab, many in counts.items() %}<a href="{{ tab.value }}">{{ tab.value }} {{ many }}</a>{% endfor %}
<table>{% for id, name, asn, policy, standing in rows %}
<tr id="peer-{{ id }}"><th><a href="{{ id }}">{{ name }}</a></th><td>AS{{ asn }}</td><td>{{ policy }}</td>
{%- for cell in standing.cells %}<td class="lk lk-{{ cell.link.value }}">v{{ cell.protocol }} {{ cell.link.value }}</td>{% endfor %}</tr>
{%- endfor %}</table>"""  # noqa: E501

Row = tuple[int, str, int, str, Standing]


class Page(NamedTuple):
    """What the floor answers, and what of it can be checked against the real one."""

    octets: bytes
    counts: dict[Tab, int]


def compiled() -> Callable[..., str]:
    return Environment(autoescape=True).from_string(TEMPLATE).render


def answer(
    connection: sqlite3.Connection,
    render: Callable[..., str],
    tab: Tab,
    *,
    now: datetime,
    rows: int | None,
) -> Page:
    """The first `rows` members on a tab, or all of them with None, compressed."""
    since = (now - timedelta(days=28)).replace(tzinfo=None).isoformat(" ")
    everybody = _everybody(connection, since)
    counts = {each: sum(each in row[4].tabs for row in everybody) for each in Tab}
    found = [row for row in everybody if tab in row[4].tabs]
    found.sort(key=lambda row: (row[4].linked if tab is Tab.POTENTIAL else False, row[1], row[2]))
    html = render(rows=found[:rows], counts=counts)
    return Page(zstd.compress(html.encode(), 1), counts)


def _everybody(connection: sqlite3.Connection, since: str) -> list[Row]:
    members: dict[int, tuple[tuple[int, str, int, str], dict[tuple[int, int], list[Port]]]] = {}
    for row in connection.execute(PORTS, (VIEWER,)):
        port = Port._make(row[4:])
        member = members.get(row[0])
        if member is None:
            member = members[row[0]] = (row[:4], {})
        member[1].setdefault(port[:2], []).append(port)
    grades = {int(grade): grade for grade in Grade}
    sessions = {
        (low, high) if low < high else (high, low): grades[grade]
        for low, high, grade in connection.execute(SESSIONS, (VIEWER, since))
    }
    marks = dict(connection.execute(MARKS, (VIEWER,)).fetchall())
    _, mine = members.pop(VIEWER)
    viewer = Viewer(dict(sorted(mine.items())), sessions)
    return [(*who, viewer.standing(ports, marks.get(who[0]))) for who, ports in members.values()]


def main(path: str) -> None:
    connection, render = sqlite3.connect(path), compiled()
    for rows in (50, None):
        times = []
        for _ in range(30):
            begun = perf_counter()
            page = answer(connection, render, Tab.PEERS, now=datetime.now(UTC), rows=rows)
            times.append(perf_counter() - begun)
        times.sort()
        print(f"{rows or 'all'} rows: {times[15] * 1000:.1f} ms, {len(page.octets)} octets")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(Path("bench.sqlite")))
