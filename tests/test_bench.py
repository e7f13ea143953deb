"""What is measured is what is said: the exchange of the benchmarks, and its floor."""

import re
import sqlite3
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app import create_app
from app.domain.classify import Tab
from app.extensions import db, transaction
from app.models import Agent, AgentPort, InterfaceAddress, SamplingPoint, Vlan, WatchHour
from app.services import peering
from bench import floor
from bench.exchange import PASSWORD, USER, VIEWER, make_exchange, settings
from tests.agents import store_hours
from tests.conftest import HTMX

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MEMBERS = 120


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "exchange.sqlite"
    return path, make_exchange(path, MEMBERS, now=NOW)


def ask(path, question):
    connection = sqlite3.connect(path)
    (answer,) = connection.execute(question).fetchone()
    connection.close()
    return answer


def test_the_exchange_has_the_shares_it_promises(exchange):
    path, _ = exchange
    pairs = MEMBERS * (MEMBERS - 1) / 2

    assert ask(path, "select count(*) from member") == MEMBERS
    assert 0.6 < ask(path, "select avg(rs_client) from interface_address") < 0.8
    four = ask(path, "select count(*) from observed_session where protocol = 4")
    assert 0.28 < four / pairs < 0.32
    both = ask(path, "select count(distinct member_id) from vlan_interface where vlan_id = 2")
    assert both == MEMBERS


def test_ten_switches_watched_both_vlans_for_four_weeks(exchange):
    path, _ = exchange

    assert ask(path, "select count(distinct agent_id || ' ' || vlan_id) from watch_day") == 20
    assert ask(path, "select count(*) from watch_hour") == 20 * (28 * 24 + 1)
    assert ask(path, "select sum(seconds) from watch_day") == 20 * 28 * 86400
    assert ask(path, "select count(*) from sampling_point") == ask(
        path, "select count(*) from interface_address"
    )


def test_the_first_has_a_history_with_a_fifth_of_the_others(exchange):
    path, url = exchange
    with create_app(settings(url)).app_context():
        board = peering.dashboard(VIEWER, now=NOW, lookback=timedelta(days=28))
        db.engine.dispose()

    known = [peer for peer in board.peers if peer.asked or peer.notes.notes or peer.notes.log]
    assert 0.1 < len(known) / MEMBERS < 0.3
    assert 0 < sum(bool(peer.asked) for peer in known) < len(known)
    assert ask(path, "select count(*) from note where member_id <> 1") == 0


def test_the_same_exchange_comes_every_time(exchange, tmp_path):
    path, _ = exchange
    make_exchange(tmp_path / "again.sqlite", MEMBERS, now=NOW)
    total = "select sum(low_address_id * 7 + high_address_id) from observed_session"

    assert ask(path, total) == ask(tmp_path / "again.sqlite", total)


@pytest.mark.parametrize("tab", Tab)
def test_the_floor_does_the_work_of_the_real_page(exchange, tab):
    path, url = exchange
    connection = sqlite3.connect(path)
    app = create_app(settings(url))

    page = floor.answer(connection, floor.compiled(), tab, now=NOW, rows=None)
    with app.app_context():
        board = peering.dashboard(VIEWER, now=NOW, lookback=timedelta(days=28))
        db.engine.dispose()
    connection.close()

    assert page.counts == board.counts()
    assert page.counts[Tab.PEERS] > 50


def test_the_swap_of_a_first_page_is_within_its_budget_of_6_kb(exchange):
    _, url = exchange
    client = create_app(settings(url)).test_client()
    login = {"login": USER, "password": PASSWORD}
    assert client.post("/login", data=login, headers={"Sec-Fetch-Site": "same-origin"}).location

    answer = client.get("/peering/peers", headers=HTMX | {"Accept-Encoding": "zstd"})

    assert answer.data.count(b"<tr") == 0  # compressed
    assert answer.headers["Content-Encoding"] == "zstd"
    assert 3000 < len(answer.data) < 6000


def test_a_first_visit_with_all_its_files_is_within_its_budget_of_120_kb(exchange):
    _, url = exchange
    client = create_app(settings(url)).test_client()
    login = {"login": USER, "password": PASSWORD}
    client.post("/login", data=login, headers={"Sec-Fetch-Site": "same-origin"})
    page = client.get("/peering/").text
    files = set(re.findall(r'(?:src|href)="(/(?:static|bootstrap)[^"#]*)', page))
    octets = {}
    for path in ("/peering/", *files):
        with client.get(path) as answer:
            assert answer.status_code == 200
            octets[path] = len(zlib.compress(answer.data))  # as the oldest browsers get it

    assert len(files) > 10
    assert 50_000 < sum(octets.values()) < 120_000


def test_words_about_silence_keep_the_first_page_within_its_budget(exchange):
    """Ten switches of different sampling, each member behind one of them."""
    _, url = exchange
    app = create_app(settings(url))
    with app.app_context():
        _watch_everybody(datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    client = app.test_client()
    client.post("/login", data={"login": USER, "password": PASSWORD},
                headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip

    plain = client.get("/peering/potential", headers=HTMX)
    answer = client.get("/peering/potential", headers=HTMX | {"Accept-Encoding": "zstd"})

    assert plain.text.count("too early: ") + plain.text.count("would have shown: ") > 40
    assert len(answer.data) < 6000


def _watch_everybody(now):
    vlans = list(db.session.scalars(select(Vlan)))
    addresses = list(db.session.scalars(select(InterfaceAddress.id)))
    with transaction() as session:
        for number in range(10):
            agent = Agent(address=f"198.51.100.{number}", first_at=now, last_at=now)
            session.add(agent)
            session.flush()
            port = AgentPort(agent_id=agent.id, port=1, rate=400 * (number + 1), last_at=now,
                             since=now.date())  # fmt: skip
            session.add(port)
            session.flush()
            store_hours(session, [
                WatchHour(vlan_id=vlan.id, agent_id=agent.id, hour=now - timedelta(hours=back),
                          seconds=3600.0, effective_rate=400.0 * (number + 1))
                for vlan in vlans
                for back in range(60)
            ])  # fmt: skip
            session.add_all(
                SamplingPoint(address_id=address_id, port_id=port.id, last_at=now)
                for address_id in addresses[number::10]
            )
