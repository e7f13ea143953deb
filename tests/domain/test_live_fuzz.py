"""Whatever arrives, the collector neither fails nor grows nor takes long."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from app.domain.live import Live
from app.domain.sflow.encode import (
    bgp_message,
    counter_sample,
    flow_datagram,
    flow_sample,
    tcp_frame,
)
from tests.domain.test_live import MEMBERS, slots

KEEPALIVE = bgp_message(4)
GOOD = flow_datagram(
    "198.51.100.1",
    [
        flow_sample(tcp_frame("192.0.2.1", "192.0.2.2", 40000, 179, payload=KEEPALIVE, tags=(10,))),
        counter_sample(),
        flow_sample(tcp_frame("2001:db8::1", "2001:db8::2", 179, 40000), expanded=True),
        counter_sample(expanded=True),
    ],
)
octets = st.binary(max_size=300)
# A good datagram in which some octets are changed, and which is cut off or continued somewhere.
changes = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=12)


@st.composite
def bent(draw):
    datagram = bytearray(GOOD)
    for place, octet in draw(changes):
        datagram[place] = octet
    return bytes(datagram[: draw(st.integers(0, len(GOOD)))]) + draw(octets)


@given(st.lists(octets | bent(), max_size=5))
def test_nothing_that_arrives_makes_it_fail(datagrams):
    live = Live(MEMBERS)
    live.take(1000.0, slots(*datagrams))

    batch = live.drain(1001.0)
    assert live.totals.datagrams == len(datagrams)
    assert len(batch.agents) <= len(datagrams)


def test_the_most_costly_datagram_takes_milliseconds():
    """As long as UDP allows it: many samples, each with many records and many headers."""
    frame = tcp_frame("2001:db8::1", "2001:db8::2", 179, 40000, payload=KEEPALIVE * 60)
    record = flow_sample(frame, header_bytes=1200)
    datagram = flow_datagram("198.51.100.1", [record] * (65_000 // len(record)))
    tiny = flow_datagram("198.51.100.1", [b"\x00\x00\x00\x01\x00\x00\x00\x00" + b"\x00\xb3"] * 6000)
    live = Live(MEMBERS)

    start = process_time()
    for _ in range(20):
        live.take(1000.0, slots(datagram, tiny, stride=65536))
    assert (process_time() - start) / 40 < 0.05
