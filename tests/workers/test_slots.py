"""Datagrams sorted all at once, against the same done one by one."""

import tracemalloc
from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from app.domain.sflow.datagram import decode
from app.domain.sflow.encode import (
    bgp_message,
    counter_sample,
    flow_datagram,
    flow_sample,
    tcp_frame,
)
from app.workers.slots import Slots

STRIDE = 1024
SENDERS = [bytes([203, 0, 113, number]) for number in range(3)]


@st.composite
def samples(draw):
    """A flow sample of web traffic or BGP, in whatever frame; or counters."""
    ends = draw(st.sampled_from([("192.0.2.1", "192.0.2.2"), ("2001:db8::1", "2001:db8::2")]))
    frame = tcp_frame(
        *ends,
        draw(st.sampled_from([40000, 0x00B3, 0xB300])),
        draw(st.sampled_from([179, 443, 0xB3B3])),
        payload=draw(st.sampled_from([b"", bgp_message(4), b"\x00\xb3", b"\x01\x00\xb3"])),
        tags=draw(st.sampled_from([(), (10,), (10, 20)])),
    )
    flow = flow_sample(
        frame, expanded=draw(st.booleans()), switch_vlans=draw(st.sampled_from([None, (10, 20)]))
    )
    return draw(st.sampled_from([flow, flow, counter_sample()]))


@st.composite
def datagrams(draw):
    whole = flow_datagram(
        draw(st.sampled_from(["198.51.100.1", "198.51.100.2", "2001:db8::9"])),
        draw(st.lists(samples(), max_size=3)),
        sequence=draw(st.integers(1, 4) | st.just(2**32 - 1)),
    )
    bent = bytearray(whole)
    for place, octet in draw(
        st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=2)
    ):
        bent[place] = octet
    return draw(st.sampled_from([whole, whole, bytes(bent), whole[: len(whole) // 2]])) + draw(
        st.sampled_from([b"", b"\x00\xb3", bytes(STRIDE)])
    )


def slots(found):
    buffer = bytearray(b"".join(datagram[:STRIDE].ljust(STRIDE, b"\xb3") for datagram in found))
    return Slots(buffer, STRIDE, [len(datagram) for datagram in found], lambda at: SENDERS[at % 3])


def is_plain(datagram):
    return datagram[:8] == pack(">II", 5, 1) and 28 <= len(datagram) <= STRIDE


def number(datagram):
    return int.from_bytes(datagram[16:20])


@given(st.lists(datagrams(), max_size=8), st.data())
def test_every_datagram_is_counted_read_or_dismissed_as_one_by_one(found, data):
    allowed = data.draw(st.none() | st.just([data.draw(st.booleans()) for _ in found]))
    arrived = slots(found)
    runs, likely, odd = arrived.sort(allowed)

    places = [place for place in range(len(found)) if allowed is None or allowed[place]]
    plain = [place for place in places if is_plain(found[place])]
    assert odd == [place for place in places if place not in plain]
    assert {place for place in plain if decode(found[place]).bgp} <= set(likely) <= set(plain)
    for place in likely:
        assert b"\x00\xb3" in found[place]
        assert arrived.octets(place) == found[place]

    by_agent = {}
    for place in plain:
        key = found[place][8:12], int.from_bytes(found[place][12:16])
        by_agent.setdefault(key, []).append(found[place])
    assert {run.key for run in runs} == set(by_agent)
    for run in runs:
        mine = by_agent[run.key]
        numbers = [number(datagram) for datagram in mine]
        assert list(run.numbers or range(run.first, run.last + 1)) == numbers
        assert (run.many, run.first, run.last) == (len(mine), numbers[0], numbers[-1])
        assert run.samples == sum(min(int.from_bytes(d[24:28]), len(d) >> 3) for d in mine)


def test_octets_that_all_look_like_the_port_cost_no_memory_and_those_refused_no_look():
    stride, many = 9216, 1024
    head = flow_datagram("198.51.100.1", [])
    datagram = head + b"\x00\xb3" * ((stride - len(head)) // 2)
    arrived = Slots(bytearray(datagram * many), stride, [stride] * many, lambda place: SENDERS[0])
    tracemalloc.start()
    likely = arrived.sort().likely
    refused = arrived.sort([False] * many)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert likely == list(range(many))
    assert refused == ([], [], [])
    assert most < 2 * many * stride


def test_a_datagram_that_was_cut_off_has_no_octets():
    assert slots([bytes(STRIDE + 1)]).octets(0) is None
