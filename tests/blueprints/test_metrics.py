"""Figures for machines: who may ask, what a scrape costs, what it names."""

from datetime import timedelta

import pytest

from app.models import FeedFault, StrayAddress
from tests.agents import make_agent
from tests.blueprints.test_detection import add, collector
from tests.cast import make_session
from tests.factories import NOON

DAY = timedelta(days=1)


@pytest.fixture
def carol(cast, client):
    return cast.log_in(client, "carol")


def test_metrics_are_for_allowed_addresses_only(cast, client, make_app):
    make_agent(cast.lan, hours=3)
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)

    shown = client.get("/metrics")
    assert shown.content_type.startswith("text/plain; version=0.0.4")
    assert 'ixp_sessions{grade="confirmed"} 1\n' in shown.text
    assert 'ixp_agent_datagrams{agent="198.51.100.1"} 100\n' in shown.text
    watched = 'ixp_watched_seconds{infrastructure="Main",vlan="LAN 1",agent="198.51.100.1"} 10800'
    assert watched in shown.text
    for address, status in (
        ("203.0.113.9", 403), ("::1", 200), ("::ffff:127.0.0.1", 200), ("fe80::1%eth0", 403),
    ):  # fmt: skip
        asked = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})
        assert asked.status_code == status, address


def test_a_scrape_reads_neither_hours_nor_periods(cast, client, statements):
    make_agent(cast.lan, hours=48)

    with statements() as asked:
        client.get("/metrics")

    assert not [one for one in asked if "watch_hour" in one or "session_period" in one]
    assert sum("FROM observed_session" in one for one in asked) == 1, "all pairs, looked at once"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("proxies", "client_address", "status"),
    [
        (0, "203.0.113.9", 403),
        (0, "127.0.0.1", 403),
        (1, "203.0.113.9", 403),
        (1, "127.0.0.1", 200),
    ],
)
def test_behind_a_proxy_on_this_machine_the_clients_address_counts(
    make_app, proxies, client_address, status
):
    app = make_app(trusted_proxies=proxies)

    asked = app.test_client().get("/metrics", headers={"X-Forwarded-For": client_address})

    assert asked.status_code == status


def test_json_and_metrics_name_collectors_faults_and_strays(cast, carol, client):
    add(
        collector(),
        StrayAddress(address="192.0.2.77", reason="unknown", samples=1204, first_at=NOON - 9 * DAY,
                     last_at=NOON, day=NOON.date(), day_samples=40),
        FeedFault(sender="203.0.113.9", kind="truncated", datagrams=12, last_at=NOON,
                  day=NOON.date(), day_datagrams=5),
    )  # fmt: skip

    found = carol.get("/detection/status.json").json
    figures = client.get("/metrics").text

    assert [(one["where"], one["running"]) for one in found["collectors"]] == [
        ("ix1 [::]:6343", True)
    ]
    assert [(one["kind"], one["datagrams"], one["recent"]) for one in found["faults"]] == [
        ("truncated", 12, 5)
    ]
    assert [(one["address"], one["last_at"]) for one in found["strays"]] == [
        ("192.0.2.77", NOON.isoformat())
    ]
    assert 'ixp_feed_faults{sender="203.0.113.9",kind="truncated"} 5\n' in figures
    assert 'ixp_stray_samples{address="192.0.2.77",reason="unknown"} 40\n' in figures
