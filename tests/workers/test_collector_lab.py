"""The lab sent as live UDP to a running collector: what it finds is what the routers said."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.evidence import Grade
from app.domain.session_kind import SessionKind
from app.extensions import db
from app.models import Agent, FeedFault, WatchHour
from app.services import sessions
from app.workers.collector import LONGEST_NAP
from app.workers.recording import Recording
from tests.lab import LAB, RECORDINGS, make_lab, truth
from tests.live_collector import LiveCollector

SPEED = 7  # times faster; the collector's clock runs along
MISSING = {"lab-a.pcap": 0, "lab-a.ovs.pcap": 1}  # datagrams that the recording itself lacks
ALLOWED = timedelta(seconds=3)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_running_collector_finds_the_routers_truth(app, database_url, tmp_path, name):
    make_lab()
    db.session.rollback()
    recording = list(Recording(LAB / name))
    begun = datetime.fromtimestamp(recording[0][0], UTC)

    with LiveCollector(database_url, tmp_path / "log", speed=SPEED, confirm=10) as collector:
        lateness = collector.play(recording, SPEED)  # of this test, on a busy machine
        assert collector.stop() == 0, collector.said()
        said = collector.said()

    found = {
        frozenset((row.a_address, row.b_address)): row
        for row in sessions.list_sessions()
        if (row.kind, row.grade) == (SessionKind.BILATERAL, Grade.CONFIRMED)
    }
    assert set(found) == set(truth()), said
    agent = db.session.query(Agent).one()
    assert (agent.datagrams, agent.missed) == (len(recording), MISSING[name])
    # Neither this test's lateness nor the collector's nap is any faster.
    allowed = ALLOWED + timedelta(seconds=SPEED * (lateness + LONGEST_NAP))
    late = {
        pair: span
        for pair, span in truth().items()
        if abs(found[pair].first_seen - agent.first_at + begun - span.first) > allowed
        or abs(found[pair].last_seen - agent.first_at + begun - span.last) > allowed
    }
    assert late == {}
    assert db.session.query(FeedFault).count() == 0
    assert all(hour.samples for hour in db.session.query(WatchHour))
