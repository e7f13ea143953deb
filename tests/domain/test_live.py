"""Datagrams as they arrive: what is dismissed, counted, kept, and bounded."""

import pickle

import pytest

from app.domain import live as module
from app.domain.directory import Directory, Entry, Place, Unplaced
from app.domain.evidence import Kind
from app.domain.feed.ports import PortState
from app.domain.feed.senders import Senders, parse_networks
from app.domain.live import Live
from app.domain.sflow.datagram import FlowSample
from app.domain.sflow.encode import SYN, flow_datagram, flow_sample, tcp_frame
from app.workers.slots import Slots

SENDER = bytes([203, 0, 113, 9])
STRIDE = 2048
MEMBERS = Directory([Entry(1, "192.0.2.1", 7, 10), Entry(2, "192.0.2.2", 7, 10)])


def slots(*datagrams, sender=SENDER, stride=STRIDE):
    buffer = b"".join(datagram[:stride].ljust(stride, b"\xb3") for datagram in datagrams)
    return Slots(bytearray(buffer), stride, [len(d) for d in datagrams], lambda place: sender)


def bgp(source="192.0.2.1", destination="192.0.2.2", *, number=1, flags=16, agent="198.51.100.1"):
    frame = tcp_frame(source, destination, 40000, 179, flags=flags)
    sample = flow_sample(frame, sequence=number, source=5, rate=100, pool=90 * number)
    return flow_datagram(agent, [sample], sequence=number)


def web(number=1, agent="198.51.100.1"):
    frame = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 443)
    return flow_datagram(agent, [flow_sample(frame)] * 3, sequence=number)


def taken(*datagrams, live=None, at=1000.0, **options):
    live = live or Live(MEMBERS)
    live.take(at, slots(*datagrams, **options))
    return live


def test_a_bgp_sample_becomes_a_sighting_of_its_pair():
    [(place, sighting)] = taken(bgp(flags=SYN)).drain(1001).sightings

    assert place == Place(1, 2, 7, 4)
    assert (sighting.at, sighting.from_low, sighting.kind) == (1000.0, True, Kind.SYN)
    assert (sighting.low_port, sighting.high_port) == (40000, 179)


def test_a_datagram_without_the_octets_of_port_179_is_dismissed_but_counted():
    live = taken(web(1), web(2), bgp(number=3))

    [agent] = live.drain(1001).agents
    assert live.totals.dismissed == 2
    assert (agent.datagrams, agent.samples, agent.bgp, agent.missed) == (3, 7, 1, 0)


def test_the_octets_of_port_179_are_found_among_many_that_look_alike():
    for many in range(12):
        frame = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 179)
        alike = flow_sample(tcp_frame("192.0.2.1", "192.0.2.2", 1, 2, payload=b"\x01\xb3" * many))
        datagram = flow_datagram("198.51.100.1", [alike, flow_sample(frame)])
        only_alike = flow_datagram("198.51.100.1", [alike], sequence=2)
        live = taken(datagram, only_alike)

        assert live.totals.dismissed == 1
        assert len(live.drain(1001).sightings) == 1


def test_octets_behind_the_end_of_a_datagram_are_not_looked_at():
    shorter = web()
    buffer = slots(shorter)
    buffer.buffer[len(shorter) : len(shorter) + 2] = b"\x00\xb3"
    live = Live(MEMBERS)
    live.take(1000.0, buffer)

    assert live.totals.dismissed == 1


def test_gaps_in_the_sequence_are_datagrams_that_were_lost():
    [agent] = taken(web(10), web(11), web(15)).drain(1001).agents

    assert (agent.missed, agent.restarts) == (3, 0)


def test_a_datagram_that_was_overtaken_is_not_lost():
    [agent] = taken(web(10), web(12), web(11), web(13)).drain(1001).agents

    assert (agent.missed, agent.restarts) == (0, 0)


def test_a_copy_of_a_datagram_changes_no_loss():
    [agent] = taken(web(10), web(10), web(11)).drain(1001).agents

    assert (agent.missed, agent.restarts) == (0, 0)


def test_a_sequence_that_begins_anew_is_a_restart():
    [agent] = taken(web(500_000), web(1), web(2)).drain(1001).agents

    assert (agent.missed, agent.restarts) == (0, 1)


def test_the_sequence_goes_on_behind_its_greatest_number():
    [agent] = taken(web(2**32 - 1), web(0), web(2)).drain(1001).agents

    assert (agent.missed, agent.restarts) == (1, 0)


def test_loss_between_two_drains_counts_once():
    live = taken(web(1))
    live.drain(1001)

    [agent] = taken(web(5), live=live, at=1002.0).drain(1003).agents
    assert agent.missed == 3
    assert taken(web(6), live=live, at=1004.0).drain(1005).agents[0].missed == 0


def test_effective_sampling_comes_from_how_far_pool_and_sequence_moved():
    [port] = taken(bgp(number=1), bgp(number=11)).drain(1001).ports

    assert (port.port, port.rate) == (5, 100)
    assert (port.sequences, port.pool, port.samples) == (10, 900, 2)


def test_what_was_measured_before_a_change_of_sampling_is_not_mixed_with_what_comes_after():
    state = PortState(sequence=1, pool=1000, drops=0, rate=1000, at=1000.0)
    sample = FlowSample(
        segment=None, vlans=(), source=5, sequence=11, rate=1000, pool=11_000, drops=0
    )
    state.see(sample, 1001.0)
    assert state.moved[:2] == [10, 10_000]

    state.see(sample._replace(sequence=12, rate=20_000, pool=30_000), 1002.0)
    state.see(sample._replace(sequence=13, rate=20_000, pool=50_000), 1003.0)

    assert state.moved[:2] == [1, 20_000]


def test_the_port_that_samples_an_address_is_remembered():
    [point] = taken(bgp(), bgp(number=2)).drain(1001).points

    assert (point.address_id, point.port, point.samples) == (1, 5, 2)


def test_an_agent_watches_as_long_as_its_datagrams_follow_each_other():
    live = taken(bgp(), at=3590.0)
    live.drain(3595)
    [agent] = taken(bgp(number=2), live=live, at=3610.0).drain(3615).agents

    assert agent.watched == ((0.0, 10.0), (3600.0, 10.0))
    assert agent.vlans == {7: 1}


def test_an_agent_that_was_silent_did_not_watch():
    live = taken(bgp())
    live.drain(1005)
    [agent] = taken(bgp(number=2), live=live, at=1200.0).drain(1205).agents

    assert agent.watched == ()


def test_an_agent_goes_on_watching_while_what_it_sent_is_being_written():
    """A database that does not answer for ten minutes, and a silence of two within them."""
    live = taken(bgp())
    live.drain(1000.0)
    for number, at in enumerate([*range(1010, 1310, 10), *range(1430, 1610, 10)], start=2):
        taken(bgp(number=number + (at > 1400) * 9), live=live, at=float(at))
        live.go_on()

    [agent] = live.drain(1605.0).agents
    assert agent.watched == ((0.0, 470.0),)
    assert (agent.datagrams, agent.missed) == (48, 9)
    assert (agent.heard, agent.lost) == (47, 0), "what was missed in the silence is the silence"


def test_what_is_lost_while_watching_is_told_from_what_silence_swallowed():
    live = taken(bgp(number=1), bgp(number=4))

    [agent] = live.drain(1001.0).agents
    assert (agent.heard, agent.lost) == (2, 2)


def test_nobody_watches_a_vlan_that_was_deleted_nor_the_next_one_of_its_number():
    """As SQLite gives the number of a deleted VLAN to the next one."""
    again = [Entry(1, "192.0.2.1", 7, 10, 900.0), Entry(2, "192.0.2.2", 7, 10, 900.0)]
    for newer in (Directory([Entry(9, "192.0.2.1", 8, 10)]), Directory(again)):
        live = taken(bgp())
        live.directory = newer
        [agent] = live.drain(1001.0).agents
        assert agent.vlans == {}

    live = taken(bgp())
    live.directory = Directory([Entry(1, "192.0.2.1", 7, 10), Entry(2, "192.0.2.2", 7, 99, 900.0)])
    assert live.drain(1001.0).agents[0].vlans == {7: 1}, "a member that came changes no VLAN"


def test_an_agent_of_ipv4_is_one_however_it_writes_its_address():
    batch = taken(bgp(), bgp(number=2, agent="::ffff:198.51.100.1")).drain(1001.0)

    [agent] = batch.agents
    assert (agent.datagrams, agent.bgp, agent.missed) == (2, 2, 0)
    assert {port.agent for port in batch.ports} == {agent.key}


def test_invented_agents_keep_no_switch_away(monkeypatch):
    monkeypatch.setattr("app.domain.feed.feeds.MOST_AGENTS", 3)
    real = [bgp(agent="198.51.100.1"), *(web(agent=f"10.0.0.{n}") for n in range(9))]
    batch = taken(*real, bgp(agent="198.51.100.2"), bgp(agent="198.51.100.2", number=2)).drain(1001)

    known = {agent.key[0][3]: agent.vlans for agent in batch.agents if agent.vlans}
    assert known == {1: {7: 1}, 2: {7: 2}}
    assert len(batch.agents) == 3
    assert batch.faults[b"", module.TURNED_AWAY].number == 6


def test_an_agent_that_lost_its_place_gets_one_again_for_a_sample_of_known_addresses(monkeypatch):
    monkeypatch.setattr("app.domain.feed.feeds.MOST_AGENTS", 2)
    one, two, three = (f"198.51.100.{number}" for number in (1, 2, 3))
    batch = taken(bgp(agent=three), bgp(agent=two), bgp(agent=one), web(2, agent=one)).drain(1001)

    assert len(batch.sightings) == 3
    assert [agent.vlans for agent in batch.agents] == [{7: 1}, {7: 1}]


def test_an_agent_with_an_ipv6_address_is_read_too():
    batch = taken(bgp(agent="2001:db8::1"), bgp(number=3, agent="2001:db8::1")).drain(1001)

    assert len(batch.sightings) == 2
    assert (batch.agents[0].datagrams, batch.agents[0].missed) == (2, 1)


@pytest.mark.parametrize(
    ("datagram", "kind"),
    [
        (b"", "truncated"),
        (b"\x00\x00\x00\x05\x00\x00", "truncated"),
        (b"garbage of some length, and more of it", "not sFlow version 5"),
        (bgp()[:-60] + b"\x00\xb3", "truncated"),
        (bgp() + bytes(STRIDE), "too long"),
    ],
)
def test_what_cannot_be_read_is_counted_by_sender_and_kind(datagram, kind):
    batch = taken(datagram).drain(1001)

    assert {key: count.number for key, count in batch.faults.items()} == {(SENDER, kind): 1}
    assert batch.sightings == []


def test_unknown_addresses_are_named():
    batch = taken(bgp(destination="192.0.2.99")).drain(1001)

    [(address, reason, _, agent)] = batch.strays
    assert (address, reason) == (bytes([192, 0, 2, 99]), Unplaced.UNKNOWN)
    assert agent == bytes([198, 51, 100, 1])
    assert batch.agents[0].vlans == {}


def test_only_listed_senders_are_heard():
    limited = Live(MEMBERS, Senders(parse_networks(["203.0.113.0/29", "2001:db8::/32"])))
    taken(bgp(), live=limited)  # .9 lies outside
    taken(bgp(), live=limited, sender=bytes([203, 0, 113, 2]))
    taken(bgp(), live=limited, sender=bytes(10) + b"\xff\xff" + bytes([203, 0, 113, 2]))

    batch = limited.drain(1001)
    assert len(batch.sightings) == 2
    assert limited.totals.refused == 1
    assert (SENDER, "sender not allowed") in batch.faults


def test_invented_agents_take_no_more_memory_than_there_are_places(monkeypatch):
    monkeypatch.setattr("app.domain.feed.feeds.MOST_AGENTS", 20)
    batch = taken(*(bgp(agent=f"198.51.100.{n}") for n in range(1, 51))).drain(1001)

    assert len(batch.agents) == 20
    assert batch.faults[b"", "more agents than can be kept"].number == 30
    assert len(batch.sightings) == 50, "their samples count all the same"


def test_silent_agents_make_room(monkeypatch):
    monkeypatch.setattr("app.domain.feed.feeds.MOST_AGENTS", 1)
    live = taken(web(agent="198.51.100.1"))
    live.drain(1001)
    live.drain(2000)

    [agent] = taken(web(agent="198.51.100.2"), live=live, at=2001.0).drain(2002).agents
    assert agent.key[0][3] == 2


def test_sightings_beyond_the_bound_are_counted_not_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST_SIGHTINGS", 2)
    live = taken(*(bgp(number=n) for n in range(5)))

    assert live.totals.not_kept == 3
    assert len(live.drain(1001).sightings) == 2


def test_invented_senders_and_addresses_are_counted_together_beyond_the_bound(monkeypatch):
    monkeypatch.setattr(module, "MOST_SENDERS", 3)
    live = Live(MEMBERS)
    for n in range(10):
        taken(b"garbage of some length, and more", live=live, sender=bytes([10, 0, 0, n]))

    faults = live.drain(1001).faults
    assert len(faults) == 4
    assert faults[b"", "of further senders"].number == 7


def test_the_strays_handed_over_are_those_seen_most(monkeypatch):
    monkeypatch.setattr(module, "TOP_STRAYS", 2)
    often = [bgp(destination="192.0.2.99")] * 3 + [bgp(destination="192.0.2.98")] * 2
    batch = taken(*often, *(bgp(destination=f"192.0.2.{n}") for n in range(10, 40))).drain(1001)

    assert [address[3] for address, *_ in batch.strays] == [99, 98]


def test_a_batch_arrives_whole_at_the_process_that_writes():
    batch = taken(bgp(), bgp(source="203.0.113.1", number=2)).drain(1001)
    assert all((batch.sightings, batch.agents, batch.ports, batch.points, batch.strays))

    assert pickle.loads(pickle.dumps(batch)) == batch
