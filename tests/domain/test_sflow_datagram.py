"""Datagrams: what is counted, what is found, what is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sflow.datagram import NOT_VERSION_5, TRUNCATED, decode
from app.domain.sflow.encode import counter_sample, flow_datagram, flow_sample, tcp_frame

BGP = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 179)
WEB = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 443)
WHOLE = flow_datagram("198.51.100.1", [flow_sample(WEB), flow_sample(BGP), counter_sample()])


def test_flow_and_counter_samples_are_counted():
    read = decode(WHOLE)

    assert (read.flow_samples, read.counter_samples, read.problem) == (2, 1, None)


def test_samples_without_the_octets_of_port_179_are_counted_all_the_same():
    read = decode(flow_datagram("198.51.100.1", [flow_sample(WEB)] * 7))

    assert (read.flow_samples, read.bgp) == (7, ())


def test_the_octets_of_port_179_elsewhere_make_no_bgp_sample():
    frame = tcp_frame("192.0.0.179", "192.0.2.2", 40000, 443, payload=b"\x00\xb3")

    assert decode(flow_datagram("198.51.100.1", [flow_sample(frame)])).bgp == ()


@pytest.mark.parametrize("place", range(7))
def test_a_bgp_sample_is_found_wherever_it_stands(place):
    samples = [flow_sample(WEB)] * 7
    samples[place] = flow_sample(BGP)

    (found,) = decode(flow_datagram("198.51.100.1", samples)).bgp

    assert (found.segment.source_port, found.segment.destination_port) == (40000, 179)


@pytest.mark.parametrize("expanded", [False, True])
def test_agent_rate_pool_and_drops_are_kept(expanded):
    sample = flow_sample(
        BGP, sequence=7, source=3, rate=1024, pool=7168, drops=2, expanded=expanded
    )

    read = decode(flow_datagram("2001:db8::1", [sample], sequence=9))

    assert (read.agent[:4], read.sequence) == (bytes.fromhex("20010db8"), 9)
    assert read.bgp[0][:5] == (7, 3, 1024, 7168, 2)


def test_expanded_counter_samples_are_counted():
    assert decode(flow_datagram("192.0.2.9", [counter_sample(expanded=True)])).counter_samples == 1


def test_vlans_come_from_the_header_and_from_the_switch_record():
    frame = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 179, tags=(10, 20))
    sample = flow_sample(frame, switch_vlans=(20, 30))

    assert decode(flow_datagram("192.0.2.9", [sample])).bgp[0].vlans == (10, 20, 30)


@pytest.mark.parametrize("unknown", [0, 4095, 0xFFFFFFFF])
def test_vlans_that_are_none_are_left_out(unknown):
    sample = flow_sample(BGP, switch_vlans=(unknown, unknown))

    assert decode(flow_datagram("192.0.2.9", [sample])).bgp[0].vlans == ()


def test_another_version_is_refused():
    read = decode(b"\x00\x00\x00\x04" + WHOLE[4:])

    assert (read.problem, read.flow_samples) == (NOT_VERSION_5, 0)


def test_an_agent_without_address_is_accepted():
    read = decode(WHOLE[:4] + bytes(4) + WHOLE[12:])

    assert (read.agent, read.flow_samples, read.problem) == (b"", 2, None)


@pytest.mark.parametrize("size", range(len(WHOLE)))
def test_a_truncated_datagram_says_so_and_keeps_the_samples_before(size):
    read = decode(WHOLE[:size])

    assert read.problem == TRUNCATED
    assert read.flow_samples <= 2


def test_samples_before_the_cut_are_used():
    read = decode(WHOLE[:-1])

    assert (read.flow_samples, len(read.bgp), read.counter_samples) == (2, 1, 0)


@pytest.mark.parametrize("offset", range(0, len(WHOLE), 4))
@pytest.mark.parametrize("value", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_hostile_counts_and_lengths_are_harmless(offset, value):
    read = decode(WHOLE[:offset] + value.to_bytes(4, "big") + WHOLE[offset + 4 :])

    assert 8 * (read.flow_samples + read.counter_samples) <= len(WHOLE)
    assert len(read.bgp) <= read.flow_samples


def test_a_length_that_is_no_multiple_of_four_is_padded():
    body = flow_sample(WEB)[8:-1]
    odd = flow_sample(WEB)[:4] + len(body).to_bytes(4, "big") + body + b"\x00"

    read = decode(flow_datagram("192.0.2.9", [odd, flow_sample(BGP)]))

    assert (read.flow_samples, len(read.bgp)) == (2, 1)


@given(st.binary(max_size=300))
def test_no_octets_raise(octets):
    decode(octets)
    decode(WHOLE[:8] + octets)
    decode(WHOLE[:28] + octets)


@given(st.binary(max_size=200), st.integers(0, 2**32 - 1), st.sampled_from([1, 3]))
def test_no_sample_raises(octets, protocol, kind):
    sample = flow_sample(octets + b"\x00\xb3", protocol=protocol, expanded=kind == 3)

    assert decode(flow_datagram("192.0.2.9", [sample])).flow_samples == 1


@given(st.data())
def test_no_change_of_any_octets_raises(data):
    octets = bytearray(WHOLE)
    for position in data.draw(st.lists(st.integers(0, len(WHOLE) - 1), max_size=12)):
        octets[position] = data.draw(st.integers(0, 255))

    assert decode(bytes(octets)).flow_samples <= len(WHOLE) // 8
