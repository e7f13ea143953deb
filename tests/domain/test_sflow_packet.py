"""Sampled headers: VLAN tags, IPv4 and IPv6 with all that may stand before the TCP header."""

from ipaddress import ip_address
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sflow.encode import ACK, PSH, bgp_message, ethernet_frame, ip_packet, tcp_frame
from app.domain.sflow.packet import ETHERNET, IPV4, IPV6, TCP, UDP, find_segment

FOUR = ("192.0.2.1", "192.0.2.2")
SIX = ("2001:db8::1", "2001:db8::2")
KEEPALIVE = bgp_message(4)
HEADER = pack(">HHIIBBHHH", 179, 40000, 100, 200, 5 << 4, ACK, 0, 0, 0)


def segment(frame, protocol=ETHERNET):
    return find_segment(frame, 0, len(frame), protocol)


@pytest.mark.parametrize("ends", [FOUR, SIX])
def test_a_segment_is_read_with_all_its_fields(ends):
    frame = tcp_frame(
        *ends, 40000, 179, sequence=5, acknowledged=6, flags=ACK | PSH, payload=KEEPALIVE
    )

    source, destination = (ip_address(end).packed for end in ends)
    assert segment(frame) == (
        source, destination, 40000, 179, 5, 6, ACK | PSH, 19, KEEPALIVE, (),
    )  # fmt: skip


def test_padding_is_no_payload():
    frame = tcp_frame(*FOUR, 40000, 179)

    assert len(frame) == 60
    assert (segment(frame).payload_length, segment(frame).payload) == (0, b"")


def test_of_a_long_payload_the_head_is_visible():
    frame = tcp_frame(*FOUR, 40000, 179, payload=bytes(1000))[:128]

    assert (segment(frame).payload_length, len(segment(frame).payload)) == (1000, 74)


@pytest.mark.parametrize("ethertype", [0x8100, 0x88A8, 0x9100])
@pytest.mark.parametrize("tags", [(100,), (100, 200)])
def test_tags_are_read_outermost_first(ethertype, tags):
    frame = bytearray(tcp_frame(*FOUR, 40000, 179, tags=tags))
    frame[12:14] = ethertype.to_bytes(2, "big")

    assert segment(bytes(frame)).tags == tags


def test_priority_bits_are_no_part_of_a_tag():
    frame = bytearray(tcp_frame(*FOUR, 40000, 179, tags=(100,)))
    frame[14] |= 0xE0

    assert segment(bytes(frame)).tags == (100,)


def test_endless_tags_are_given_up():
    assert segment(bytes(12) + b"\x81\x00\x00\x64" * 1000) is None


@pytest.mark.parametrize(("ends", "protocol"), [(FOUR, IPV4), (SIX, IPV6)])
def test_bare_ip_headers_are_read(ends, protocol):
    assert segment(ip_packet(*ends, TCP, HEADER), protocol).source_port == 179


def test_ipv4_options_are_stepped_over():
    packet = bytearray(ip_packet(*FOUR, TCP, bytes(8) + HEADER))
    packet[0] = 0x47

    assert segment(bytes(packet), IPV4).source_port == 179


@pytest.mark.parametrize(("fragment", "found"), [(0x4000, True), (0x2000, True), (0x0001, False)])
def test_only_a_first_ipv4_fragment_has_ports(fragment, found):
    packet = bytearray(ip_packet(*FOUR, TCP, HEADER))
    packet[6:8] = fragment.to_bytes(2, "big")

    assert (segment(bytes(packet), IPV4) is not None) is found


@pytest.mark.parametrize(
    "extensions",
    [
        (0, bytes((TCP, 0)) + bytes(6)),
        (43, bytes((TCP, 1)) + bytes(14)),
        (60, bytes((TCP, 0)) + bytes(6)),
        (51, bytes((TCP, 4)) + bytes(22)),
        (44, bytes((TCP, 0, 0, 1)) + bytes(4)),
        (0, bytes((60, 0)) + bytes(6) + bytes((TCP, 0)) + bytes(6)),
    ],
    ids=["hop by hop", "routing", "destination", "authentication", "first fragment", "two"],
)
def test_ipv6_extension_headers_are_followed(extensions):
    first, octets = extensions
    found = segment(ip_packet(*SIX, first, octets + HEADER + KEEPALIVE), IPV6)

    assert (found.source_port, found.payload_length) == (179, 19)


def test_a_later_ipv6_fragment_has_no_ports():
    octets = bytes((TCP, 0, 0x01, 0x00)) + bytes(4)

    assert segment(ip_packet(*SIX, 44, octets + HEADER), IPV6) is None


@pytest.mark.parametrize("ports", [(40000, 443), (1790, 40000), (45824, 1)])
def test_other_ports_are_no_bgp(ports):
    assert segment(tcp_frame(*FOUR, *ports)) is None


def test_udp_port_179_is_no_bgp():
    assert segment(ethernet_frame(ip_packet(*FOUR, UDP, HEADER))) is None


@pytest.mark.parametrize("visible", [14, 33, 34, 47])
def test_a_header_cut_before_the_flags_tells_nothing(visible):
    assert segment(tcp_frame(*FOUR, 40000, 179)[:visible]) is None


@pytest.mark.parametrize("protocol", [0, 2, 13, 2**32 - 1])
def test_other_links_are_left_alone(protocol):
    assert segment(tcp_frame(*FOUR, 40000, 179), protocol) is None


@pytest.mark.parametrize("protocol", [ETHERNET, IPV4, IPV6])
@given(octets=st.binary(max_size=120))
def test_no_header_raises(protocol, octets):
    segment(octets, protocol)
    for start in (b"\x45", b"\x60", bytes(12) + b"\x86\xdd\x60", bytes(12) + b"\x08\x00\x4f"):
        segment(start + octets, protocol)
