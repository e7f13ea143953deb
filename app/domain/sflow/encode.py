"""Writing sFlow version 5: for demo recordings, benchmarks and tests.

Checksums are left at zero; nobody who reads samples looks at them.
"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from struct import pack

from app.domain.bgp import HEADER_OCTETS, MARKER
from app.domain.sflow.datagram import (
    COUNTERS,
    EXPANDED_COUNTERS,
    EXPANDED_FLOW,
    EXTENDED_SWITCH,
    FLOW,
    RAW_HEADER,
)
from app.domain.sflow.packet import ETHERNET, ETHERTYPE_IPV4, ETHERTYPE_IPV6, TCP, UDP

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MAC = bytes.fromhex("02005e000001")
SHORTEST_FRAME = 60  # Ethernet pads to 64 octets, of which the last four are the checksum
HEADER_BYTES = 128  # what switches usually send of a packet


def bgp_message(kind: int, body: bytes = b"") -> bytes:
    """A BGP message (RFC 4271, section 4.1)."""
    return MARKER + pack(">HB", HEADER_OCTETS + len(body), kind) + body


def tcp_frame(
    source: str,
    destination: str,
    source_port: int,
    destination_port: int,
    *,
    sequence: int = 1,
    acknowledged: int = 1,
    flags: int = ACK,
    payload: bytes = b"",
    tags: Sequence[int] = (),
) -> bytes:
    """An Ethernet frame with a TCP segment, tagged with `tags` (outermost first)."""
    header = pack(
        ">HHIIBBHHH",
        source_port,
        destination_port,
        sequence % 2**32,
        acknowledged % 2**32,
        5 << 4,
        flags,
        65535,
        0,
        0,
    )
    return ethernet_frame(ip_packet(source, destination, TCP, header + payload), tags)


def udp_frame(source: str, destination: str, port: int, payload: bytes) -> bytes:
    """An Ethernet frame with a UDP datagram: how a datagram lies in a recording."""
    header = pack(">HHHH", 50000, port, 8 + len(payload), 0)
    return ethernet_frame(ip_packet(source, destination, UDP, header + payload))


def ip_packet(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    """An IPv4 or IPv6 packet, as the addresses say."""
    ends = ip_address(source).packed + ip_address(destination).packed
    if len(ends) == 8:
        fields = pack(">BBHHHBBH", 0x45, 0xC0, 20 + len(payload), 0, 0, 1, protocol, 0)
    else:
        fields = pack(">IHBB", 0x6C000000, len(payload), protocol, 1)
    return fields + ends + payload


def ethernet_frame(packet: bytes, tags: Sequence[int] = ()) -> bytes:
    """A frame around an IP packet; padded to the shortest length Ethernet allows."""
    marks = b"".join(pack(">HH", 0x8100, tag) for tag in tags)
    ethertype = ETHERTYPE_IPV4 if packet[0] >> 4 == 4 else ETHERTYPE_IPV6
    frame = MAC + MAC + marks + pack(">H", ethertype) + packet
    return frame.ljust(SHORTEST_FRAME, b"\x00")


def flow_sample(
    header: bytes,
    *,
    sequence: int = 1,
    source: int = 1,
    rate: int = 1,
    pool: int = 1,
    drops: int = 0,
    protocol: int = ETHERNET,
    switch_vlans: tuple[int, int] | None = None,
    expanded: bool = False,
    header_bytes: int = HEADER_BYTES,
) -> bytes:
    """A flow sample of a packet, of which the first `header_bytes` octets are sent.

    `switch_vlans` adds an extended switch record with the ingress and the egress VLAN.
    """
    visible = header[:header_bytes]
    raw = pack(">IIII", protocol, len(header) + 4, 4, len(visible)) + _padded(visible)
    records = [_block(RAW_HEADER, raw)]
    if switch_vlans:
        ingress, egress = switch_vlans
        records.insert(0, _block(EXTENDED_SWITCH, pack(">IIII", ingress, 0, egress, 0)))
    if expanded:
        fields = pack(
            ">IIIIIIIIIII", sequence, 0, source, rate, pool, drops, 0, 1, 0, 2, len(records)
        )
    else:
        fields = pack(">IIIIIIII", sequence, source, rate, pool, drops, 1, 2, len(records))
    return _block(EXPANDED_FLOW if expanded else FLOW, fields + b"".join(records))


def counter_sample(*, expanded: bool = False) -> bytes:
    """A counter sample without counters."""
    fields = pack(">IIII", 1, 0, 1, 0) if expanded else pack(">III", 1, 1, 0)
    return _block(EXPANDED_COUNTERS if expanded else COUNTERS, fields)


def flow_datagram(agent: str, samples: Iterable[bytes], *, sequence: int = 1) -> bytes:
    """A datagram of samples made by `flow_sample` and `counter_sample`."""
    address = ip_address(agent)
    blocks = list(samples)
    family = 1 if address.version == 4 else 2
    header = pack(">II", 5, family) + address.packed + pack(">IIII", 0, sequence, 1000, len(blocks))
    return header + b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    return pack(">II", kind, len(body)) + body


def _padded(octets: bytes) -> bytes:
    return octets + b"\x00" * (-len(octets) % 4)
