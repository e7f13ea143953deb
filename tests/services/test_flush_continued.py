"""A flush that goes on with stored pairs stores what merging would have stored."""

from dataclasses import replace
from random import Random

import pytest
from sqlalchemy import select

from app.domain.directory import Place
from app.domain.evidence import Kind, Sighting, Tracker
from app.extensions import db, transaction
from app.models import InterfaceAddress, ObservedSession, SessionPeriod
from app.services import session_store
from tests.services.replays import UPDATE, at, datagram, make_lan, replay

pytestmark = pytest.mark.usefixtures("app")
DAY = 86400
KINDS = [Kind.SEGMENT] * 5 + [Kind.UPDATE, Kind.SYN, Kind.RST, Kind.WITHOUT_ACK]


def rows(table):
    columns = [column for column in table.__table__.c if column.name != "id"]
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(table.id))]


def write(place, seen, *, by_merging):
    with transaction() as session:
        stored = session_store.Locked(session, {place})
        evidence = dict(stored.evidence)
        if by_merging:  # what goes on with copies is not known to continue the row
            evidence = {place: replace(one) for place, one in evidence.items()}
        tracker = Tracker(300.0, evidence)
        for sighting in seen:
            tracker.see(place, sighting)
        stored.save(list(tracker.changes()))


def test_what_goes_on_is_stored_as_if_it_were_merged():
    lan = make_lan()
    low, high = db.session.scalars(select(InterfaceAddress.id).order_by(InterfaceAddress.id))
    place = Place(low, high, lan.id, 4)
    random = Random(6)
    batches, now = [], at(0).timestamp()
    for _ in range(40):
        now += random.choice([5, 60.25, 400, 4000, 3 * DAY, 30 * DAY, -1000])
        ports = random.choice([(40000, 179), (179, 40001)])
        batches.append([
            Sighting(now + n * 0.123456, True, *ports, random.choice(KINDS), int(now) % 2**32, n)
            for n in range(random.randrange(1, 5))
        ])  # fmt: skip

    found = []
    for by_merging in (True, False):
        with transaction() as session:
            session.query(ObservedSession).delete()
        for seen in batches:
            write(place, seen, by_merging=by_merging)
        periods = [row[1:] for row in rows(SessionPeriod)]
        found.append((rows(ObservedSession), sorted(periods)))

    assert found[0] == found[1]
    assert len(found[0][1]) > 5


def test_a_connection_confirmed_late_takes_over_the_period_that_began_with_it():
    """A pair that keeps failing needs three samples; the second ends the first one's period."""
    make_lan()
    tries = [(-3000 + n, datagram(flags=2)) for n in range(20)]
    samples = [(second, datagram()) for second in (0, 29 * DAY, 29 * DAY + 400)]

    replay(*tries, *samples, (29 * DAY + 500, datagram(payload=UPDATE)))

    [(_, started_at, ended_at, grade, _)] = rows(SessionPeriod)
    assert (started_at, ended_at, grade) == (at(0), at(29 * DAY + 500), 3)
