"""The days of watching sum up their hours, whoever writes them, and are all that lists read."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete

from app.domain.feed.agents import AgentCount
from app.domain.feed.batch import Batch, Totals
from app.extensions import db, transaction
from app.models import Agent, WatchDay, WatchHour
from app.services import collecting, retention, session_history, watching
from tests.agents import make_agent, store_hours
from tests.factories import make_vlan
from tests.services.test_vlans_at_once import at_once

pytestmark = pytest.mark.usefixtures("app")

MIDNIGHT = datetime(2026, 1, 16, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def lan():
    return make_vlan("LAN 1", tag=10)


def flush(vlan_id, *watched, host="collector.example", number=1):
    """What a collector writes of one switch: the hours with their seconds."""
    last = max(hour for hour, _ in watched)
    count = AgentCount(
        (bytes([198, 51, 100, number]), 0), bytes([203, 0, 113, 9]), last.timestamp(),
        last.timestamp(), datagrams=10, samples=70, bgp=1, missed=0, restarts=0,
        watched=tuple((hour.timestamp(), seconds) for hour, seconds in watched), vlans={vlan_id: 1},
    )  # fmt: skip
    collecting.write(
        Batch(agents=[count]), process=collecting.Process(host, "[::]:6343", last, 5, 65536),
        totals=Totals(datagrams=10), kernel_drops=0, confirm=timedelta(seconds=300), now=last,
    )  # fmt: skip


def days():
    """Every day as it is stored."""
    db.session.rollback()
    return sorted(
        (row.vlan_id, row.agent_id, row.day, row.seconds, row.first_hour, row.last_hour,
         row.rate_max, row.samples, row.heard, row.lost)
        for row in db.session.query(WatchDay)
    )  # fmt: skip


def summed():
    """Every day as its hours say, without the database's help."""
    db.session.rollback()
    found = {}
    for row in db.session.query(WatchHour):
        found.setdefault((row.vlan_id, row.agent_id, row.hour.date()), []).append(row)
    return sorted(
        (*key, sum(row.seconds for row in rows), min(row.hour for row in rows),
         max(row.hour for row in rows),
         max((row.effective_rate for row in rows if row.effective_rate), default=None),
         *(sum(getattr(row, name) for row in rows) for name in ("samples", "heard", "lost")))
        for key, rows in found.items()
    )  # fmt: skip


def test_a_day_is_its_hours_after_several_flushes(lan):
    noon = MIDNIGHT - 12 * HOUR
    for seconds in (5.0, 7.5, 3000.0):
        flush(lan.id, (noon, seconds))
        flush(lan.id, (noon + HOUR, seconds), number=2)
    flush(lan.id, (noon + HOUR, 10.0), (noon + 2 * HOUR, 20.0))

    assert days() == summed()
    assert [(day[2:6]) for day in days()] == [
        (date(2026, 1, 15), 3042.5, noon, noon + 2 * HOUR),
        (date(2026, 1, 15), 3012.5, noon + HOUR, noon + HOUR),
    ]


def test_two_collectors_that_hear_one_switch_do_not_make_a_day_longer(lan):
    for hour in range(24):
        for host in ("one.example", "two.example"):
            flush(lan.id, (MIDNIGHT + hour * HOUR, 3600.0), host=host)

    assert [day[3] for day in days()] == [86400.0]
    assert days() == summed()


def test_collectors_that_write_hours_of_one_day_at_once_leave_the_whole_day(app, lan):
    lan_id = lan.id
    flush(lan_id, (MIDNIGHT, 1.0))
    writes = [
        lambda n=n: flush(lan_id, (MIDNIGHT + n * HOUR, 60.0), host=f"{n}.example")
        for n in range(1, 9)
    ]

    at_once(app, *writes)

    assert days() == summed()
    assert [day[3] for day in days()] == [8 * 60.0 + 1.0]


def test_a_flush_across_midnight_belongs_to_both_days(lan):
    flush(lan.id, (MIDNIGHT - HOUR, 30.0), (MIDNIGHT, 12.0))

    assert days() == summed()
    assert [(day[2], day[3]) for day in days()] == [
        (date(2026, 1, 15), 30.0), (date(2026, 1, 16), 12.0)
    ]  # fmt: skip


def test_the_rate_of_a_day_is_that_of_its_worst_hour(lan):
    agent_id = make_agent(lan, hours=3, until=MIDNIGHT)
    with transaction() as session:
        hours = session.query(WatchHour).order_by(WatchHour.hour).all()
        for row, rate in zip(hours, (None, 90.0, 400.0), strict=True):
            row.effective_rate = rate
        store_hours(session, hours)

    assert days() == summed()
    assert [day[1:2] + day[6:7] for day in days()] == [(agent_id, 400.0)]


def test_what_was_lost_on_a_day_makes_its_rate_worse(lan):
    make_agent(lan, hours=3, until=MIDNIGHT, rate=90.0, missed=50)

    assert [day[6:] for day in days()] == [(135.0, 0, 300, 150)]


def test_whole_days_are_pruned_each_with_its_hours(lan):
    make_agent(lan, hours=24 * 5, until=MIDNIGHT)

    done = retention.prune(MIDNIGHT - 12 * HOUR, 2 * DAY)

    assert done.watch_hours == 48
    assert days() == summed()
    assert [day[2] for day in days()] == [date(2026, 1, d) for d in (13, 14, 15)]


def test_a_list_reads_no_hours(lan, statements):
    make_agent(lan, hours=24 * 28, until=MIDNIGHT)
    lan_id = lan.id

    with statements() as asked:
        [found] = watching.list_watches([lan_id], MIDNIGHT - 28 * DAY, MIDNIGHT)
        session_history.list_watched_days([lan_id], MIDNIGHT - 90 * DAY)

    assert found.seconds == 28 * 86400.0
    assert [("watch_hour" in one, "watch_day" in one) for one in asked if "watch" in one] == [
        (False, True), (False, True)
    ]  # fmt: skip


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 719, 720, 1381, 1439, 1440])
def test_a_look_back_that_cuts_a_day_finds_what_the_hours_say(lan, minutes):
    """A switch that reports for long, and one that began within the cut day."""
    make_agent(lan, hours=24 * 9, until=MIDNIGHT)
    make_agent(lan, hours=24 * 2 + 5, until=MIDNIGHT, address="198.51.100.2", rate=70.0)
    since = MIDNIGHT - 3 * DAY + timedelta(minutes=minutes)

    found = watching.list_watches([lan.id], since, MIDNIGHT)

    assert {one.agent_id: one[2:6] for one in found} == _by_hours(since)


@pytest.mark.parametrize("minutes", [0, 1, 480, 481, 1440])
def test_a_switch_that_fell_silent_on_the_cut_day_is_known_by_the_hours_left(lan, minutes):
    begin = MIDNIGHT - 3 * DAY
    make_agent(lan, hours=24, until=begin + 9 * HOUR)
    since = begin + timedelta(minutes=minutes)

    found = watching.list_watches([lan.id], since, MIDNIGHT)

    known = _by_hours(since)
    assert {one.agent_id: one[3:6] for one in found} == {key: one[1:] for key, one in known.items()}
    assert all(one.seconds <= 9 * 3600.0 for one in found)


def _by_hours(since):
    """What the hours say of each switch: seconds, first, last and the worst rate."""
    found = {}
    for row in db.session.query(WatchHour).filter(WatchHour.hour >= since):
        found.setdefault(row.agent_id, []).append(row)
    return {
        agent_id: (
            sum(row.seconds for row in rows), min(row.hour for row in rows),
            max(row.hour for row in rows), max(row.effective_rate for row in rows),
        )
        for agent_id, rows in found.items()
    }  # fmt: skip


def test_the_day_on_which_a_look_back_begins_is_watched_if_an_hour_of_it_is(lan):
    make_agent(lan, hours=5, until=MIDNIGHT - 12 * HOUR)

    def since(hours):
        found = session_history.list_watched_days([lan.id], MIDNIGHT - hours * HOUR)
        return found.get(lan.id, set())

    assert since(13) == {date(2026, 1, 15)}
    assert since(12) == set()


def test_the_days_go_with_their_switch(lan):
    make_agent(lan, hours=5)

    with transaction() as session:
        session.execute(delete(Agent))

    assert (days(), summed()) == ([], [])
