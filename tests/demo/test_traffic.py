"""The demo's traffic, as a collector would take it."""

from app.demo.traffic import FIRST_UP, NEXT_UP, ROUND, Traffic
from app.domain.evidence import Kind, kind_of
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
    assert len(traffic.coming_up()) >= 5


def test_sequence_numbers_leave_no_gap():
    traffic = Traffic()
    sequences = [
        decode(datagram).sequence for n in range(5) for datagram in traffic.second(n, 1e9 + n)
    ]

    assert sequences == list(range(1, len(sequences) + 1))
