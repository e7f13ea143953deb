"""The demo's traffic, as a collector would take it."""

from collections import defaultdict
from itertools import pairwise

from app.demo.peerings import OWN
from app.demo.switches import SWITCHES
from app.demo.traffic import COMING, COUNTERS, FIRST_UP, NEXT_UP, ROUND, Traffic
from app.domain.evidence import Kind, kind_of
from app.domain.feed.agents import SILENCE
from app.domain.sflow.datagram import decode


def samples(traffic, seconds):
    return [
        sample.segment
        for number in seconds
        for datagram in traffic.second(number, 1e9 + number)
        for sample in decode(datagram).bgp
    ]


def test_every_session_that_is_up_is_sampled_once_a_round():
    segments = samples(Traffic(), range(FIRST_UP))

    assert {kind_of(s.flags, s.payload) for s in segments} == {Kind.KEEPALIVE, Kind.SEGMENT}
    assert len(samples(Traffic(), range(ROUND))) > len(segments)


def test_one_session_after_the_other_comes_up():
    traffic = Traffic()
    first, second = FIRST_UP, FIRST_UP + NEXT_UP
    updates = {
        number: [
            s for s in samples(traffic, [number]) if kind_of(s.flags, s.payload) is Kind.UPDATE
        ]
        for number in range(second + 1)
    }

    assert [number for number, found in updates.items() if found] == [first, second]


def test_what_the_demo_shows_of_others_is_not_used_up():
    shown = [({seen.one, seen.other}, seen.lan, seen.protocol) for seen in OWN]

    assert len(COMING) == 5
    assert not [one for one in COMING if ({one.one, one.other}, one.lan, one.protocol) in shown]


def test_the_sequence_numbers_of_no_switch_leave_a_gap():
    traffic = Traffic()
    sequences = defaultdict(list)
    for number in range(COUNTERS + 1):
        for datagram in traffic.second(number, 1e9 + number):
            read = decode(datagram)
            sequences[read.agent].append(read.sequence)

    assert len(sequences) == len(SWITCHES)
    assert all(found == list(range(1, len(found) + 1)) for found in sequences.values())


def test_every_switch_is_heard_often_enough_to_count_as_watching():
    traffic = Traffic()
    heard = defaultdict(list)
    for number in range(ROUND):
        for datagram in traffic.second(number, 1e9 + number):
            heard[decode(datagram).agent].append(number)

    gaps = [later - at for found in heard.values() for at, later in pairwise(found)]
    assert len(heard) == len(SWITCHES)
    assert max(gaps) <= SILENCE
