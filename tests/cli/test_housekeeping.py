"""The collector forgets what is old, once an hour, beside what it writes."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text, update

from app.cli.collecting import Database
from app.domain.feed.batch import Batch, Totals
from app.extensions import db, transaction
from app.models import Collector, ObservedSession, SessionPeriod, Vlan
from app.services import matrix_density
from app.services.collecting import Written
from tests.cast import make_session
from tests.factories import NOON, make_interface, make_member

OLD = NOON - timedelta(days=500)


@pytest.fixture
def store(app, settings):
    return Database(app, settings, SimpleNamespace(listen="[::]:6343", buffer_octets=1))


def count(column):
    db.session.rollback()  # what the collector wrote, not an older snapshot
    return db.session.query(column).count()


def add_old(cast):
    if not db.session.query(ObservedSession).count():
        make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    with transaction() as session:
        session_id = session.query(ObservedSession.id).scalar()
        session.add(SessionPeriod(session_id=session_id, started_at=OLD, ended_at=OLD, grade=3,
                                  samples=1))  # fmt: skip


def test_old_history_goes_with_the_first_batch_and_then_once_an_hour(cast, app, store):
    add_old(cast)
    store.write(Batch(), Totals(), 0)
    assert count(SessionPeriod.id) == 0

    add_old(cast)
    store.write(Batch(), Totals(), 0)
    assert count(SessionPeriod.id) == 1

    app.extensions["clock"] = lambda: NOON + timedelta(hours=1)
    store.write(Batch(), Totals(), 0)
    assert count(SessionPeriod.id) == 0


def test_the_density_of_the_matrices_is_counted_once_a_day(cast, app, store):
    def weeks():
        store.write(Batch(), Totals(), 0)
        db.session.rollback()
        return [(week.week.day, week.pairs) for week in matrix_density.list_weeks(cast.lan.id, 4)]

    with transaction() as session:
        session.execute(update(Vlan).values(peering_matrix=True))
    assert weeks() == [(12, 3)]  # the Monday of that week

    make_interface(make_member(64499), cast.lan, "192.0.2.9")
    app.extensions["clock"] = lambda: NOON + timedelta(hours=2)
    assert weeks() == [(12, 3)]
    app.extensions["clock"] = lambda: NOON + timedelta(days=1)
    assert weeks() == [(12, 6)]
    app.extensions["clock"] = lambda: NOON + timedelta(days=7)
    assert weeks() == [(12, 6), (19, 6)]


@pytest.fixture
def broken(app):
    """A table that housekeeping needs is away."""
    rename = "alter table {} rename to {}"
    with transaction() as session:
        session.execute(text(rename.format("session_period", "away")))
    yield
    db.session.rollback()
    with transaction() as session:
        session.execute(text(rename.format("away", "session_period")))


@pytest.mark.usefixtures("broken")
def test_a_fault_of_housekeeping_does_not_have_the_batch_written_again(store):
    assert store.write(Batch(), Totals(datagrams=7), 0).pairs == 0

    db.session.rollback()
    assert db.session.query(Collector.datagrams).scalar() == 7


def test_a_fault_that_nobody_foresaw_ends_no_collector_either(app, settings, caplog):
    keeps = replace(settings, history_days=10**6)  # before the first year there is
    store = Database(app, keeps, SimpleNamespace(listen="[::]:6343", buffer_octets=1))

    assert store.write(Batch(), Totals(), 0) == Written()
    assert "event=housekeeping_failed" in caplog.text
