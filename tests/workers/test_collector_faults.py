"""Real collectors that are killed, stopped, flooded, left without a database, or run in pairs."""

import os
import signal
import sqlite3
import time
from datetime import UTC, datetime

import pytest

from app import create_app
from app.config import Settings
from app.domain.bgp import UPDATE
from app.domain.evidence import Grade
from app.domain.sflow.encode import bgp_message, flow_datagram, flow_sample, tcp_frame
from app.extensions import db
from app.models import Agent, Collector, FeedFault, ObservedSession, StrayAddress
from app.services import vlan_flags
from tests.factories import make_interface, make_member, make_vlan
from tests.live_collector import LiveCollector, wait_until
from tests.postgres_cluster import Cluster

AGENT = "198.51.100.1"
PEERS = 20


@pytest.fixture
def lan(app):
    return make_twenty_one()


def make_twenty_one():
    """Twenty-one members on one LAN; 192.0.2.1 peers with all others."""
    vlan = make_vlan("LAN 1", tag=10)
    for number in range(1, PEERS + 2):
        make_interface(make_member(64500 + number), vlan, v4=f"192.0.2.{number}")
    db.session.rollback()
    return vlan


@pytest.fixture
def start(lan, database_url, tmp_path):
    return lambda log="log", **options: LiveCollector(database_url, tmp_path / log, **options)


def datagram(peer, *, number=1, moved=0, port=40000, update=False, agent=AGENT):
    payload = bgp_message(UPDATE, b"\x00" * 4) if update else b""
    frame = tcp_frame(
        "192.0.2.1", f"192.0.2.{peer}", port, 179, sequence=1000 + moved, payload=payload
    )
    return flow_datagram(agent, [flow_sample(frame, sequence=number)], sequence=number)


def stored(grade=Grade.CONFIRMED):
    db.session.rollback()
    return db.session.query(ObservedSession).filter_by(grade=int(grade)).count()


def the(table):
    db.session.rollback()
    return db.session.query(table).one()


def test_sigterm_writes_what_is_in_memory(start):
    with start() as collector:
        collector.send(*(datagram(peer, update=True) for peer in range(2, 12)))
        assert collector.stop() == 0, collector.said()

    assert stored() == 10
    row = the(Collector)
    assert row.stopped_at is not None
    assert (row.datagrams, row.kernel_drops) == (10, 0)


def test_a_kill_loses_no_more_than_one_interval_and_leaves_nothing_half_written(start):
    with start() as collector:
        collector.send(*(datagram(peer, number=peer, update=True) for peer in range(2, 12)))
        collector.wait_for("event=written")
        collector.send(*(datagram(peer, number=peer, update=True) for peer in range(12, 22)))
        collector.kill()

    assert stored() >= 10
    assert the(Collector).stopped_at is None
    with start("again") as collector:
        collector.send(*(datagram(peer, number=99 + peer, update=True) for peer in range(2, 22)))
        assert collector.stop() == 0

    assert stored() == PEERS


def test_a_kill_while_writing_leaves_nothing_of_the_batch(start):
    """In the last statement of the transaction: the sightings and the agents are written."""
    with start(block_at="INSERT INTO collector") as collector:
        collector.send(*(datagram(peer, update=True) for peer in range(2, 22)))
        collector.wait_for("event=blocked")
        collector.kill(with_writer=True)

    assert (stored(), db.session.query(Agent).count()) == (0, 0)
    with start("again") as collector:
        collector.send(*(datagram(peer, number=99 + peer, update=True) for peer in range(2, 22)))
        assert collector.stop() == 0

    assert stored() == PEERS


def test_a_collector_killed_while_its_writer_waits_leaves_its_port_to_the_next(start):
    """The writer waits for the database and hears nothing; what holds the port would get it all."""
    with start(block_at="INSERT INTO collector") as collector:
        collector.send(datagram(2, update=True))
        collector.wait_for("event=blocked")
        writers = collector.writers()
        collector.kill_alone()
        with start("again", port=collector.port) as again:
            for pid in writers:
                os.kill(int(pid), signal.SIGKILL)
            again.send(*(datagram(peer, number=peer, update=True) for peer in range(2, 22)))
            assert again.stop() == 0, again.said()

    assert stored() == PEERS


def test_a_database_that_does_not_answer_keeps_it_no_longer_than_said(start):
    with start(block_at="INSERT INTO collector", grace=3) as collector:
        collector.send(datagram(2, update=True), datagram(3, update=True))
        collector.wait_for("event=blocked")
        begun = time.monotonic()
        assert collector.stop() == 1
        said = collector.said()

    assert 3 < time.monotonic() - begun < 20
    assert said.count("event=samples_lost count=2 why='the database did not answer within") == 1
    assert stored() == 0


def test_evidence_from_before_a_restart_is_continued(start):
    with start(confirm=2) as collector:
        collector.send(datagram(2))
        assert collector.stop() == 0
    assert stored(Grade.POSSIBLE) == 1

    time.sleep(2)  # the confirm time
    with start("again", confirm=2) as collector:
        collector.send(datagram(2, moved=19))
        assert collector.stop() == 0

    assert stored() == 1


def test_a_step_of_the_clock_confirms_nothing(start):
    """Two samples of one try a few seconds apart, and between them the clock is set by an hour."""
    with start(step=3600) as collector:
        collector.send(datagram(2))
        collector.wait_for("event=clock_set")
        collector.send(datagram(2, moved=19))
        assert collector.stop() == 0

    assert (stored(), stored(Grade.POSSIBLE)) == (0, 1)


def test_two_collectors_continue_each_others_connections(start):
    with start("one", confirm=2) as one, start("two", confirm=2) as two:
        for step in range(6):
            for peer in range(2, 22):
                (one if (step + peer) % 2 else two).send(datagram(peer, moved=19 * step))
            time.sleep(0.7)
        assert (one.stop(), two.stop()) == (0, 0), one.said() + two.said()

    assert stored() == PEERS
    samples = [row.samples for row in db.session.query(ObservedSession)]
    assert samples == [6] * PEERS, "no sample is lost or counted twice"
    assert the(Agent).datagrams == 6 * PEERS
    assert db.session.query(Collector).count() == 2


def test_garbage_beside_real_samples_is_counted_and_harms_nothing(start):
    with start() as collector:
        for peer in range(2, 22):
            collector.send(datagram(peer, number=peer, update=True))
            collector.send(*(os.urandom(200 + peer) for _ in range(50)))
            for other in range(50):  # invented agents and addresses, in the guise of samples
                frame = tcp_frame(f"10.{peer}.{other}.1", "192.0.2.1", 40000, 179)
                sample = flow_sample(frame)
                collector.send(flow_datagram(f"10.{peer}.{other}.9", [sample]))
        assert collector.stop() == 0, collector.said()

    assert stored() == PEERS
    faults = {(row.sender, row.kind): row.datagrams for row in db.session.query(FeedFault)}
    assert faults["127.0.0.1", "not sFlow version 5"] == 1000
    assert faults["", "more agents than can be kept"] > 0
    assert db.session.query(Agent).count() <= 1000
    assert 200 <= db.session.query(StrayAddress).count() <= 1000
    assert the(Collector).datagrams == 20 + 2000


def test_senders_that_are_not_listed_are_refused(start):
    with start(agents="192.0.2.0/24") as collector:
        collector.send(datagram(2, update=True))
        assert collector.stop() == 0

    assert stored() == 0
    assert (the(Collector).refused, the(FeedFault).kind) == (1, "sender not allowed")


def test_a_member_that_comes_while_it_runs_is_found(start, lan):
    with start() as collector:
        make_interface(make_member(64999), lan, v4="192.0.2.200")
        db.session.rollback()
        wait_until(lambda: collector.said().count("event=addresses_loaded") == 2)
        collector.send(datagram(200, update=True))
        assert collector.stop() == 0

    assert stored() == 1


def test_a_tag_that_changes_while_it_runs_is_read_again(start, lan):
    with start() as collector:
        vlan_flags.set_flags(lan.id, now=datetime.now(UTC), tag=77)
        db.session.rollback()
        wait_until(lambda: collector.said().count("event=addresses_loaded") == 2)
        assert collector.stop() == 0


def test_a_locked_sqlite_is_waited_for(start, database_url):
    if not database_url.startswith("sqlite"):
        return
    with start() as collector:
        other = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("begin immediate")
        collector.send(datagram(2, update=True))
        time.sleep(2)
        collector.send(datagram(3, update=True))
        other.execute("rollback")
        collector.wait_for("event=written")
        assert collector.stop() == 0

    assert stored() == 2


@pytest.fixture
def cluster():
    made = Cluster()
    yield made
    made.remove()


def test_while_the_database_is_away_it_goes_on_and_says_so(cluster, tmp_path):
    cluster.start()
    app = create_app(Settings(database_url=cluster.url, secret_key="only-for-the-tests-0123456789"))
    with app.app_context():
        db.create_all()
        make_twenty_one()
        db.session.remove()
        with LiveCollector(cluster.url, tmp_path / "log") as collector:
            cluster.stop()
            collector.send(*(datagram(peer, update=True) for peer in range(2, 12)))
            collector.wait_for("event=waiting")
            collector.send(*(datagram(peer, update=True) for peer in range(12, 22)))
            cluster.start()
            collector.wait_for("event=going_on")
            assert collector.stop() == 0, collector.said()

        db.session.remove()
        db.engine.dispose()
        assert stored() == PEERS
        assert collector.said().count("event=waiting") == 1, "a fault is said once"
        db.session.remove()
        db.engine.dispose()
