"""The demo on a later day: its newest recording is heard again, and nothing else changes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from app.demo import load as demo
from app.demo.networks import YOU
from app.demo.recording import NEWEST
from app.extensions import db, transaction
from app.models import ObservedSession, User
from app.models.base import Base
from app.services import changes, members, peering, sessions
from tests.conftest import NOON
from tests.factories import make_vlan

CONFIRM = timedelta(seconds=300)
SPAN = timedelta(seconds=NEWEST.begins)
LATER = NOON + timedelta(days=60, hours=7)
HEARD = {
    "observed_session", "session_period", "matrix_density", "agent", "agent_port",
    "sampling_point", "watch_hour", "watch_day", "collector",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _loaded(app):
    demo.load(now=NOON, confirm=CONFIRM)


def dump(without=(), dates=True):
    return {
        table.name: [
            [each for each in row if dates or not isinstance(each, date)]
            for row in db.session.execute(select(table).order_by(*table.primary_key))
        ]
        for table in Base.metadata.sorted_tables
        if table.name not in without
    }


def look(now):
    """What the demo member sees: who is on which tab, what is told of requests and marks."""
    return {
        (
            peer.name,
            tuple(sorted(peer.standing.tabs)),
            peer.asked_us is not None,
            peer.asked and (now - peer.asked.at).days,
            peer.until and (peer.until - now.date()).days,
        )
        for peer in peering.dashboard(
            members.get_by_asn(YOU).id, now=now, lookback=demo.LOOKBACK
        ).peers
    }


def list_changes(now):
    member_id = members.get_by_asn(YOU).id
    found = changes.list_changes(member_id, now=now, lookback=demo.LOOKBACK, confirm=CONFIRM)
    return [len(each) for each in (found.new, found.quiet, found.tries)]


def samples():
    return {row.id: row.samples for row in db.session.execute(select(ObservedSession.__table__))}


def test_after_60_days_the_demo_looks_as_it_did_and_only_dates_have_changed():
    before, grades = dump(HEARD, dates=False), [row.grade for row in sessions.list_sessions()]
    looked, changed = look(NOON), list_changes(NOON)

    assert demo.refresh(now=LATER, confirm=CONFIRM)

    rows = sessions.list_sessions()
    assert max(row.last_seen for row in rows if row.last_seen) == LATER
    assert [row.grade for row in rows] == grades
    assert dump(HEARD, dates=False) == before
    assert look(LATER) == looked
    assert list_changes(LATER) == changed


def test_no_sample_is_counted_twice():
    before = samples()

    assert not demo.refresh(now=NOON + SPAN, confirm=CONFIRM)
    assert samples() == before
    assert demo.refresh(now=LATER, confirm=CONFIRM)
    after = samples()
    assert not demo.refresh(now=LATER + SPAN, confirm=CONFIRM)

    assert samples() == after
    assert sum(after.values()) > sum(before.values())


def test_a_demo_that_lost_its_logins_is_not_touched():
    with transaction() as session:
        session.execute(delete(User).where(User.username == "olga"))
    before = dump()

    assert not demo.refresh(now=LATER, confirm=CONFIRM)
    assert dump() == before


def test_a_demo_beside_which_real_data_was_put_is_not_touched():
    make_vlan("Real LAN", infrastructure="Real IX")
    before = dump()

    assert not demo.refresh(now=LATER, confirm=CONFIRM)
    assert dump() == before
