"""What a collector writes: added to what is stored, bounded, and the same from several."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from app.domain.directory import Place, Unplaced
from app.domain.evidence import Kind, Sighting
from app.domain.feed.agents import AgentCount
from app.domain.feed.batch import Batch, Totals
from app.domain.feed.bounded import Count
from app.domain.feed.ports import PointCount, PortCount
from app.extensions import db, transaction
from app.models import (
    Agent,
    AgentPort,
    Collector,
    FeedFault,
    InterfaceAddress,
    ObservedSession,
    SamplingPoint,
    StrayAddress,
    Vlan,
    VlanInterface,
    WatchHour,
)
from app.services import collecting, detection, feed_store, feed_troubles, retention
from tests.factories import make_interface, make_member, make_vlan

pytestmark = pytest.mark.usefixtures("app")

HOUR = datetime(2026, 1, 15, 12, tzinfo=UTC)
AT = HOUR.timestamp()
PROCESS = collecting.Process("collector.example", "[::]:6343", HOUR, 5, 65536)
SENDER = bytes([203, 0, 113, 9])


def agent(number=1, *, vlans=None, seconds=5.0, at=AT, **counts):
    values = {"datagrams": 10, "samples": 70, "bgp": 1, "missed": 2, "restarts": 0, **counts}
    key = bytes([198, 51, 100, number]), 0
    watched = ((AT, seconds),)
    return AgentCount(key, SENDER, at - 5, at, watched=watched, vlans=vlans or {}, **values)


def write(**parts):
    return collecting.write(
        Batch(**parts),
        process=PROCESS,
        totals=Totals(datagrams=10),
        kernel_drops=3,
        confirm=timedelta(seconds=300),
        now=HOUR,
    )


def rows(table):
    db.session.rollback()
    return db.session.query(table).order_by(table.id).all()


def test_counts_of_an_agent_add_up():
    vlan = make_vlan("LAN 1", tag=10)
    write(agents=[agent(vlans={vlan.id: 1})])
    write(agents=[agent(at=AT + 5)])

    [row] = rows(Agent)
    assert (row.address, row.sender) == ("198.51.100.1", "203.0.113.9")
    assert (row.datagrams, row.samples, row.missed) == (20, 140, 4)
    assert row.first_at == HOUR - timedelta(seconds=5)
    assert row.last_at == HOUR + timedelta(seconds=5)


def test_the_collector_says_that_it_runs_and_that_it_stopped():
    write()
    [row] = rows(Collector)
    assert (row.datagrams, row.kernel_drops, row.stopped_at) == (10, 3, None)

    collecting.stop(PROCESS, now=HOUR)
    assert rows(Collector)[0].stopped_at == HOUR

    write()
    assert rows(Collector)[0].stopped_at is None


def test_agents_beyond_the_bound_get_no_row_and_those_unheard_make_room(monkeypatch):
    monkeypatch.setattr(feed_store, "MOST_AGENTS", 2)
    old, seen = AT - 40 * 86400, {make_vlan("LAN 1", tag=10).id: 1}
    write(agents=[agent(1, at=old, vlans=seen), agent(2, vlans=seen)])
    write(agents=[agent(3, vlans=seen)])
    assert [row.address[-1] for row in rows(Agent)] == ["2"]

    write(agents=[agent(3, vlans=seen)])
    assert [row.address[-1] for row in rows(Agent)] == ["2", "3"]


def test_who_never_gave_bgp_of_known_addresses_is_named_and_no_switch():
    vlan = make_vlan("LAN 1", tag=10)
    write(agents=[agent(1), agent(2, vlans={vlan.id: 1})])
    write(agents=[agent(1), agent(2)])

    assert [(row.address[-1], row.datagrams) for row in rows(Agent)] == [("2", 20)]
    assert [(row.sender, row.kind, row.datagrams) for row in rows(FeedFault)] == [
        ("198.51.100.1", "no BGP of known addresses yet", 20)
    ]
    later = HOUR + timedelta(hours=2)
    nobody_listens = detection.get_detection(now=later)
    collecting.write(
        Batch(), process=PROCESS, totals=Totals(), kernel_drops=0,
        confirm=timedelta(seconds=300), now=later,
    )  # fmt: skip
    found = detection.get_detection(now=later)
    critical = [one.what for one in found.troubles if one.level == 2]
    assert critical == ["198.51.100.2 sends nothing"]
    assert [one.what for one in nobody_listens.troubles] == ["No collector runs"]
    assert [one.sender for one in found.unproven] == ["198.51.100.1"]
    assert found.faults == ()


def test_drops_are_known_with_the_time_they_grew_last_in_this_run():
    def drop(seconds, drops, process=PROCESS):
        collecting.write(
            Batch(), process=process, totals=Totals(), kernel_drops=drops,
            confirm=timedelta(seconds=300), now=HOUR + timedelta(seconds=seconds),
        )  # fmt: skip
        at = rows(Collector)[0].dropped_at
        return at and (at - HOUR).total_seconds()

    again = PROCESS._replace(started_at=HOUR + timedelta(seconds=20))
    assert [drop(0, 0), drop(5, 3), drop(10, 3), drop(15, 4)] == [None, 5, 5, 15]
    assert [drop(20, 0, again), drop(25, 1, again)] == [None, 25]


def test_collectors_that_ran_long_ago_are_forgotten_but_the_last():
    for host, days in (("old", 9), ("last", 8)):
        collecting.write(
            Batch(), process=PROCESS._replace(host=host), totals=Totals(), kernel_drops=0,
            confirm=timedelta(seconds=300), now=HOUR - timedelta(days=days),
        )  # fmt: skip
    retention.prune(HOUR, timedelta(days=400))

    assert [row.host for row in rows(Collector)] == ["last"]


def test_watching_time_is_kept_by_vlan_agent_and_hour_and_no_hour_is_longer_than_one():
    vlan = make_vlan("LAN 1", tag=10)
    write(agents=[agent(vlans={vlan.id: 3}, seconds=3000.0)])
    write(agents=[agent(vlans={vlan.id: 4}, seconds=3000.0)])

    [hour] = rows(WatchHour)
    assert (hour.vlan_id, hour.hour, hour.seconds, hour.samples) == (vlan.id, HOUR, 3600.0, 7)


def test_effective_sampling_is_kept_by_port_and_hour():
    vlan = make_vlan("LAN 1", tag=10)
    ends = make_interface(make_member(64501), vlan, v4="192.0.2.1")
    one = agent(vlans={vlan.id: 1})
    port = PortCount(one.key, 5, 100, sequences=10, pool=900, drops=1, samples=2, last_at=AT)
    point = PointCount(ends.v4, one.key, 5, samples=2, last_at=AT)
    for _ in range(2):
        write(agents=[one], ports=[port], points=[point])

    [row] = rows(AgentPort)
    assert (row.pool / row.sequences, row.drops, row.samples) == (90.0, 2, 4)
    assert rows(SamplingPoint)[0].samples == 4
    assert rows(WatchHour)[0].effective_rate == 90.0


def test_a_switch_that_samples_less_from_now_on_is_measured_anew():
    """At 1 in 1,000 for a month, then at 1 in 20,000: what counts is what it does now."""
    vlan = make_vlan("LAN 1", tag=10)
    one = agent(vlans={vlan.id: 1})
    before = PortCount(
        one.key, 5, 1000, sequences=10**6, pool=10**9, drops=1, samples=2, last_at=AT
    )
    after = before._replace(rate=20_000, sequences=100, pool=2_100_000, last_at=AT + 5)
    for port in (before, before, after):
        write(agents=[one], ports=[port])

    assert rows(WatchHour)[0].effective_rate == 21_000

    write(agents=[one], ports=[after._replace(last_at=AT + 10)])
    assert rows(AgentPort)[0].sequences == 200, "and goes on from there"


def test_a_switch_that_takes_fewer_samples_than_for_years_is_known_by_what_it_does_of_late():
    """At 1 in 1,000 for long; its processor limits it to 1 in 5,000 since three weeks."""
    vlan = make_vlan("LAN 1", tag=10)
    one = agent(vlans={vlan.id: 1})
    port = PortCount(one.key, 5, 1000, sequences=10**9, pool=10**12, drops=0, samples=2, last_at=AT)
    write(agents=[one], ports=[port])
    for days, samples in ((14, 10**6), (35, 10**6)):
        retention.prune(HOUR + timedelta(days=days), timedelta(days=400))
        late = AT + days * 86400
        fewer = port._replace(sequences=samples, pool=5000 * samples, last_at=late)
        write(agents=[agent(vlans={vlan.id: 1}, at=late)], ports=[fewer])

    assert [row.effective_rate for row in rows(WatchHour)][-1] == 5000
    assert (rows(AgentPort)[0].sequences, rows(AgentPort)[0].sequences_before) == (10**6, 10**6)


def test_faults_of_senders_beyond_the_bound_count_together(monkeypatch):
    monkeypatch.setattr(feed_troubles, "MOST_FAULTS", 2)
    faults = {(bytes([10, 0, 0, n]), "truncated"): Count(n, AT, AT) for n in range(1, 6)}
    write(faults=faults)
    write(faults=faults)

    assert {(row.sender, row.datagrams) for row in rows(FeedFault)} == {
        ("10.0.0.1", 2), ("10.0.0.2", 4), ("", 24)
    }  # fmt: skip


def test_the_strays_that_stay_are_those_seen_most(monkeypatch):
    monkeypatch.setattr(feed_troubles, "MOST_STRAYS", 2)
    for _ in range(2):
        write(
            strays={
                (bytes([192, 0, 2, n]), Unplaced.UNKNOWN, 10, SENDER): Count(n, AT, AT)
                for n in (1, 2, 3)
            }
        )

    assert {(row.address, row.samples) for row in rows(StrayAddress)} == {
        ("192.0.2.2", 4), ("192.0.2.3", 6)
    }  # fmt: skip
    assert {(row.reason, row.tag, row.agent) for row in rows(StrayAddress)} == {
        ("unknown", 10, "203.0.113.9")
    }


def test_the_directory_is_loaded_again_only_when_something_changed():
    vlan = make_vlan("LAN 1", tag=10)
    version, directory = collecting.load_directory(None)
    assert len(directory) == 0
    assert collecting.load_directory(version) == (version, None)

    make_interface(make_member(64501), vlan, v4="192.0.2.1")

    newer, directory = collecting.load_directory(version)
    assert newer != version
    assert len(directory) == 1


def batch_of_two_vlans():
    """Samples of two VLANs, of which the second is deleted before they are written."""
    kept, gone = make_vlan("LAN 1", tag=10), make_vlan("LAN 2", tag=20)
    members = make_member(64501), make_member(64502)
    one, two = (
        [make_interface(member, vlan, v4=f"192.0.{place}.{end}").v4
         for end, member in enumerate(members, start=1)]
        for place, vlan in enumerate((kept, gone))
    )  # fmt: skip
    clean = Sighting(AT, True, 40000, 179, Kind.UPDATE)
    feed = agent(vlans={kept.id: 1, gone.id: 1})
    port = PortCount(feed.key, 5, 100, sequences=10, pool=900, drops=1, samples=2, last_at=AT)
    batch = {
        "sightings": [(Place(*one, kept.id, 4), clean), (Place(*two, gone.id, 4), clean)],
        "agents": [feed],
        "ports": [port],
        "points": [PointCount(end, feed.key, 5, samples=1, last_at=AT) for end in (*one, *two)],
    }
    with transaction() as session:
        for table in (InterfaceAddress, VlanInterface):
            session.execute(delete(table).where(table.vlan_id == gone.id))
        session.execute(delete(Vlan).where(Vlan.id == gone.id))
    return kept, one, batch


def test_a_vlan_that_is_deleted_while_samples_wait_takes_only_its_own_with_it():
    kept, ends, batch = batch_of_two_vlans()

    assert write(**batch).pairs == 1

    [pair] = rows(ObservedSession)
    assert (pair.low_address_id, pair.high_address_id, pair.samples) == (*ends, 1)
    assert [row.address_id for row in rows(SamplingPoint)] == ends
    assert [row.vlan_id for row in rows(WatchHour)] == [kept.id]


def test_flow_records_of_an_address_that_was_deleted_are_left_out():
    _, ends, batch = batch_of_two_vlans()

    written = collecting.write_flows(
        Batch(sightings=batch["sightings"]), digest="d", confirm=timedelta(seconds=300), now=HOUR
    )

    assert written.pairs == 1
    assert [row.low_address_id for row in rows(ObservedSession)] == ends[:1]
