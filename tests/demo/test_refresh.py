"""The demo on a later day: its newest recording is heard again, and nothing else changes."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app.demo import load as demo
from app.demo.recording import NEWEST
from app.extensions import db, transaction
from app.models import FeedBatch, ObservedSession, User
from app.models.base import Base
from app.services import sessions
from tests.conftest import NOON
from tests.factories import make_vlan

CONFIRM = timedelta(seconds=300)
SPAN = timedelta(seconds=NEWEST.begins)
LATER = NOON + timedelta(days=3)
MOVES = {"observed_session", "session_period", "feed_batch"}


@pytest.fixture(autouse=True)
def _loaded(app):
    demo.load(now=NOON, confirm=CONFIRM)


def dump(without=()):
    return {
        table.name: list(db.session.execute(select(table)).all())
        for table in Base.metadata.sorted_tables
        if table.name not in without
    }


def samples():
    return {row.id: row.samples for row in db.session.execute(select(ObservedSession.__table__))}


def test_what_was_seen_last_is_recent_again_and_nothing_else_changes():
    before, grades = dump(without=MOVES), [row.grade for row in sessions.list_sessions()]

    assert demo.refresh(now=LATER, confirm=CONFIRM)

    rows = sessions.list_sessions()
    assert max(row.last_seen for row in rows if row.last_seen) == LATER
    assert [row.grade for row in rows] == grades
    assert dump(without=MOVES) == before
    assert len(db.session.scalars(select(FeedBatch.digest)).all()) == 4


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
