"""The Detection page, its JSON, the command and the figures for machines."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from app.domain import feed_troubles
from app.extensions import db, transaction
from app.models import (
    Agent,
    Calibration,
    Collector,
    FeedFault,
    ObservedSession,
    SessionPeriod,
    StrayAddress,
    WatchHour,
)
from app.services import detection, retention
from tests.agents import make_agent, make_port
from tests.cast import make_session
from tests.factories import LONG_AGO, NOON, make_interface, make_member

DAY = timedelta(days=1)


@pytest.fixture
def carol(cast, client):
    return cast.log_in(client, "carol")


def add(*rows):
    with transaction() as session:
        session.add_all(rows)


def collector(last_at=NOON, **values):
    return Collector(host="ix1", listen="[::]:6343", started_at=LONG_AGO, last_at=last_at,
                     flush_seconds=5, buffer_octets=4_000_000, **values)  # fmt: skip


def test_an_empty_exchange_is_told_how_to_begin(carol):
    page = carol.get("/detection/").text

    assert "No collector runs" in page
    assert "<code>flask sessions collect</code>, then point the sFlow export" in page


def test_everything_that_is_known_is_on_the_page(cast, carol):
    agent_id = make_agent(cast.lan, hours=30, missed=50)
    make_port(agent_id, 7, cast.alpha_ends.v4, cast.beta_ends.v4, rate=1024)
    add(
        collector(kernel_drops=3, dropped_at=NOON),
        StrayAddress(address="192.0.2.77", reason="unknown", tag=10, agent="198.51.100.1",
                     samples=1204, first_at=NOON - 9 * DAY, last_at=NOON,
                     day=NOON.date(), day_samples=40),
        FeedFault(sender="203.0.113.9", kind="truncated", datagrams=12, last_at=NOON,
                  day=NOON.date(), day_datagrams=12),
    )  # fmt: skip

    page = carol.get("/detection/").text

    for words in (
        "198.51.100.1", "1 : 1,024", "1 : 1,536", "33.33 %", "192.0.2.77 is nobody’s address",
        "12 datagrams of 203.0.113.9 were not read: truncated", "dropped 3 datagrams",
        "LAN 1", "30 hours", "BGP samples per hour", "Confirmed sessions by day",
    ):  # fmt: skip
        assert words in page, words


def test_the_chart_says_in_words_and_as_a_table_what_it_draws(cast, carol):
    make_agent(cast.lan, hours=3)
    with transaction() as session:
        for hour in session.query(WatchHour):
            hour.samples = 40

    page = carol.get("/detection/").text

    assert 'aria-label="BGP samples per hour: 0 48 h ago, 0 now, between 0 and 40"' in page
    assert "<td>40</td>" in page


def test_sessions_by_day_come_from_their_periods(cast, statements):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    session_id = db.session.query(ObservedSession.id).scalar()
    add(
        SessionPeriod(session_id=session_id, started_at=NOON - 200 * DAY,
                      ended_at=NOON - 88 * DAY, grade=3, samples=9),
        SessionPeriod(session_id=session_id, started_at=NOON - 2 * DAY, ended_at=NOON, grade=3,
                      samples=9),
    )  # fmt: skip

    for number in range(3):  # it came back three times in a day, once over midnight
        start = NOON - 9 * DAY + timedelta(hours=4 * number)
        add(SessionPeriod(session_id=session_id, started_at=start,
                          ended_at=start + timedelta(hours=3 if number < 2 else 9),
                          grade=3, samples=9))  # fmt: skip

    days = [line.sessions for line in detection.get_detection(now=NOON).days]

    assert days[:3] == [1, 1, 0]
    assert days[-11:] == [0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1]

    retention.prune(NOON, 400 * DAY)
    with statements() as asked:
        again = [line.sessions for line in detection.get_detection(now=NOON).days]
    assert again == days
    assert not any("session_period" in one for one in asked), "counted every hour, not every time"


def test_the_json_says_the_same(cast, carol):
    make_agent(cast.lan, hours=3, until=NOON - DAY)
    add(collector())

    found = carol.get("/detection/status.json").json

    assert found["level"] == "critical"
    assert found["troubles"][0]["what"] == "198.51.100.1 sends nothing"


def test_the_command_says_it_with_an_exit_code(cast, runner):
    critical = runner.invoke(args=["sessions", "status"])
    assert critical.exit_code == 2
    assert "CRITICAL: No collector runs" in critical.output

    add(collector(last_at=datetime.now(UTC)))
    fine = runner.invoke(args=["sessions", "status", "--format", "json"])
    assert (fine.exit_code, json.loads(fine.output)["level"]) == (0, "fine")

    now = datetime.now(UTC)
    add(FeedFault(sender="203.0.113.9", kind="truncated", datagrams=1, last_at=now,
                  day=now.date(), day_datagrams=1))  # fmt: skip
    assert runner.invoke(args=["sessions", "status"]).exit_code == 1


def test_the_command_names_watching_time_and_who_is_no_switch_yet(cast, runner):
    agent_id = make_agent(cast.lan, hours=30, until=datetime.now(UTC) - DAY)
    with transaction() as session:
        session.get(Agent, agent_id).sub_agent = 3
    today = datetime.now(UTC)
    add(FeedFault(sender="203.0.113.9", kind=feed_troubles.UNPROVEN, datagrams=9, last_at=today,
                  day=today.date(), day_datagrams=9))  # fmt: skip

    shown = runner.invoke(args=["sessions", "status"]).output

    assert re.search(r"LAN 1 +198\.51\.100\.1/3 +30 hours", shown)
    assert "Without BGP of known addresses so far: 203.0.113.9" in shown
    assert "were not read" not in shown


def test_a_database_that_is_away_is_critical_for_monitoring(app, runner):
    with app.app_context():
        SessionPeriod.__table__.drop(db.engine)
        ObservedSession.__table__.drop(db.engine)
    try:
        done = runner.invoke(args=["sessions", "status"])
    finally:
        db.session.remove()
        db.metadata.create_all(db.engine)

    assert done.exit_code == 2
    assert "CRITICAL: The tables are missing or older than this program" in done.output


def test_alive_and_ready_are_two_questions(client, app):
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")  # the tables of tests carry no revision
    assert answer.status_code == 503
    assert "not ready" in answer.text


def test_what_we_see_is_linked_for_members(cast, client):
    page = cast.log_in(client, "rita").get("/detection/what-we-see").text

    assert "Sampled packets are never stored" in page
    assert "400 days" in page
    assert 'href="/detection/what-we-see">What we see</a>' in page


def test_prune_forgets_what_is_older_than_it_is_kept(cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    with transaction() as session:
        kept, gone = session.query(ObservedSession).order_by(ObservedSession.id)
        kept.last_sample_at, gone.last_sample_at = NOON, NOON - 401 * DAY
        for row, back in ((kept, 0), (kept, 401), (gone, 401)):
            at = NOON - back * DAY
            session.add(SessionPeriod(session_id=row.id, started_at=at, ended_at=at, grade=3,
                                      samples=1))  # fmt: skip
    make_agent(cast.lan, hours=5)
    make_agent(cast.lan, hours=5, until=NOON - 401 * DAY, address="198.51.100.2")

    done = retention.prune(NOON, 400 * DAY)

    assert (done.periods, done.watch_hours, done.sessions) == (2, 5, 1)
    assert db.session.query(SessionPeriod).count() == 1
    assert retention.prune(NOON, 400 * DAY) == (0, 0, 0, 0)


def make_thirty_sessions(lan, *, hours):
    """Seen for ten days at 1 in 100, on a switch that watched for so long."""
    agent_id = make_agent(lan, hours=hours)
    ends = [make_interface(make_member(64510 + i), lan, f"192.0.2.{20 + i}") for i in range(31)]
    make_port(agent_id, 1, *(end.v4 for end in ends), rate=100)
    for end in ends[1:]:
        make_session(lan, ends[0].v4, end.v4, last_seen=NOON)
    with transaction() as session:
        for row in session.query(ObservedSession):
            row.period_start, row.period_samples = NOON - 10 * DAY, 288


def test_prune_measures_what_the_exchanges_sessions_send(cast):
    """Thirty sessions watched for ten days at 1 in 100, each with a packet a minute each way."""
    make_thirty_sessions(cast.lan, hours=240)

    retention.prune(NOON, 400 * DAY)

    found = db.session.query(Calibration).one()
    assert found.sessions == 30
    assert found.packets == pytest.approx(1 / 60, rel=0.01)


def test_sessions_that_were_seen_before_anybody_watched_measure_nothing(cast):
    """As a recording leaves them: what the switch sampled since says nothing of their rate."""
    make_thirty_sessions(cast.lan, hours=24)

    retention.prune(NOON, 400 * DAY)

    assert db.session.query(Calibration).all() == []


def test_the_prune_command_says_what_went(runner, cast):
    shown = runner.invoke(args=["sessions", "prune"])

    assert "Deleted what is older than 400 days: 0 periods" in shown.output


def test_an_agent_that_never_gave_bgp_has_no_rate(cast, carol):
    add(Agent(address="198.51.100.9", first_at=NOON, last_at=NOON), collector())

    assert "not known" in carol.get("/detection/").text
