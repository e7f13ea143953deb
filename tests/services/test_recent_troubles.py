"""Troubles of feeds are ranked by their last day and forgotten a week after the last of them; a
switch that was replaced is forgotten by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.directory import Unplaced
from app.domain.feed.batch import Batch, Totals
from app.domain.feed.bounded import Count
from app.extensions import db
from app.models import Agent, AgentPort, AuditEntry, FeedFault, StrayAddress, WatchDay, WatchHour
from app.services import collecting, detection, feed_troubles, retention
from tests.agents import make_agent, make_port
from tests.factories import NOON

DAY = timedelta(days=1)
PROCESS = collecting.Process("collector.example", "[::]:6343", NOON, 5, 65536)
SWITCH = bytes([203, 0, 113, 9])


def come(number, samples, at):
    """BGP samples of an address of nobody, and as many datagrams of it that cannot be read."""
    count = Count(samples, at.timestamp(), at.timestamp())
    address = bytes([192, 0, 2, number])
    collecting.write(
        Batch(
            strays={(address, Unplaced.UNKNOWN, 10, SWITCH): count},
            faults={(address, "truncated"): count},
        ),
        process=PROCESS, totals=Totals(), kernel_drops=0, confirm=5 * DAY, now=at,
    )  # fmt: skip


def listed(now):
    found = detection.get_detection(now=now)
    return (
        [(one.address[8:], one.recent, one.samples) for one in found.strays],
        [(one.sender[8:], one.recent, one.datagrams) for one in found.faults],
    )


def test_what_comes_most_on_its_last_day_is_named_first_whatever_came_before(app):
    come(1, 90_000, NOON - 3 * DAY)
    come(2, 500, NOON - DAY)
    come(2, 7, NOON)
    come(3, 9, NOON)
    come(3, 4, NOON)

    ranked = [("3", 13, 13), ("2", 7, 507), ("1", 90_000, 90_000)]
    assert listed(NOON) == (ranked, ranked)


def test_a_mended_address_makes_room_for_one_that_is_wrong_now(app, monkeypatch):
    monkeypatch.setattr(feed_troubles, "MOST_STRAYS", 2)
    come(1, 90_000, NOON - 3 * DAY)
    come(2, 5, NOON)
    come(3, 6, NOON)

    assert [address for address, *_ in listed(NOON)[0]] == ["3", "2"]


def test_a_week_after_the_last_of_them_troubles_are_forgotten(app):
    come(1, 90_000, NOON - 8 * DAY)
    come(2, 5, NOON - 6 * DAY)

    assert retention.prune(NOON, 400 * DAY).troubles == 2
    db.session.rollback()
    assert [row.address for row in db.session.query(StrayAddress)] == ["192.0.2.2"]
    assert [row.sender for row in db.session.query(FeedFault)] == ["192.0.2.2"]


def left():
    db.session.rollback()
    return [db.session.query(one).count() for one in (Agent, AgentPort, WatchHour, WatchDay)]


def test_a_switch_that_was_replaced_is_forgotten_with_all_it_told(cast, runner):
    make_port(make_agent(cast.lan, hours=3, until=NOON), 1, cast.alpha_ends.v4)

    done = runner.invoke(args=["sessions", "forget-agent", "198.51.100.1"])

    assert done.exit_code == 0, done.output
    assert left() == [0, 0, 0, 0]
    db.session.rollback()
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "agent forgotten"))
    assert entry.subject == "198.51.100.1"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("198.51.100.1", "still sends would come back at once"),
        ("198.51.100.1/2", "No agent 198.51.100.1/2 is known"),
        ("198.51.100.1/x", "No agent 198.51.100.1/x is known"),
        (f"198.51.100.1/{9**30}", "No agent 198.51.100.1/"),
        ("nonsense", "No agent nonsense is known"),
    ],
)
def test_one_that_still_sends_or_is_not_known_is_refused(cast, runner, name, words):
    make_agent(cast.lan, hours=3, until=datetime.now(UTC))

    done = runner.invoke(args=["sessions", "forget-agent", name])

    assert done.exit_code != 0
    assert words in done.output
    assert left()[0] == 1


def test_the_page_offers_it_for_silent_switches_to_superusers_only(cast, client):
    make_agent(cast.lan, hours=3, until=NOON - DAY)
    make_agent(cast.lan, hours=3, until=NOON, address="198.51.100.2")
    form = {"agent": "198.51.100.1"}

    assert (
        cast.log_in(client, "alice").post("/detection/agents/forget", data=form).status_code == 403
    )
    carol = cast.log_in(client, "carol")
    assert carol.get("/detection/").text.count("/detection/agents/forget?agent=198.51.100.1") == 1
    asked = carol.get("/detection/agents/forget?agent=198.51.100.1").text
    assert "Forget 198.51.100.1?" in asked
    assert "0 ports" in asked
    assert "3 hours of watching" in asked
    assert left()[0] == 2, "nothing went by asking"
    answer = carol.post("/detection/agents/forget", data=form, follow_redirects=True)

    assert "Forgot 198.51.100.1." in answer.text
    assert left()[0] == 1
