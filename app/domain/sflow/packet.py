"""The sampled start of a packet: Ethernet, VLAN tags, IPv4 or IPv6, TCP.

Everything works on offsets into the octets of the whole datagram, because copying every header
would cost more than reading it. Nothing here raises on any input; what is not understood or not
visible gives None.
"""

from struct import Struct
from typing import NamedTuple

from app.domain.bgp import PORT

# Header protocols of the raw packet header record (sFlow version 5, section 5.3).
ETHERNET, IPV4, IPV6 = 1, 11, 12

ETHERTYPE_IPV4, ETHERTYPE_IPV6 = 0x0800, 0x86DD
TAGS = frozenset((0x8100, 0x88A8, 0x9100))  # 802.1Q, 802.1ad, and the usual QinQ before it
MOST_TAGS = 4
TCP, UDP = 6, 17
FRAGMENT, AUTHENTICATION = 44, 51
# Hop-by-hop, routing, destination options (RFC 8200, section 4); the others end the search.
OPTIONS = frozenset((0, 43, 60))
MOST_EXTENSIONS = 16

_SHORT = Struct(">H").unpack_from
_TAG = Struct(">HH").unpack_from
_IPV4 = Struct(">BxHxxHxB").unpack_from
_IPV6 = Struct(">BxxxHB").unpack_from
_PORTS = Struct(">HH").unpack_from
_TCP = Struct(">IIBB").unpack_from


# Where the payload of an IP packet lies: IP protocol number (6 for TCP), offset of the source
# address (the destination follows), octets of an address (4 or 16), offset of the transport
# header, offset at which the packet ends by its own length (which may lie beyond what is
# visible), 802.1Q VLAN ids (outermost first). A plain tuple, made for every header that is read.
Transport = tuple[int, int, int, int, int, tuple[int, ...]]


class Segment(NamedTuple):
    """A TCP segment from or to port 179, as far as it is visible."""

    source: bytes  # 4 or 16 octets
    destination: bytes
    source_port: int
    destination_port: int
    sequence: int
    acknowledged: int
    flags: int  # RFC 9293, section 3.1: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
    payload_length: int  # by the IP header: Ethernet padding does not count
    payload: bytes  # what is visible of it
    tags: tuple[int, ...]


def find_segment(data: bytes, start: int, end: int, header_protocol: int) -> Segment | None:
    """The BGP segment in `data[start:end]`, or None.

    The ports are looked at before anything else is read: most headers end here.
    """
    found = find_transport(data, start, end, header_protocol)
    if found is None:
        return None
    protocol, addresses, width, tcp, stop, tags = found
    if protocol != TCP or tcp + 14 > end:
        return None
    source_port, destination_port = _PORTS(data, tcp)
    if source_port != PORT and destination_port != PORT:
        return None
    sequence, acknowledged, words, flags = _TCP(data, tcp + 4)
    payload = tcp + (words >> 4) * 4
    if payload < tcp + 20:  # a header shorter than the shortest is none
        return None
    middle = addresses + width
    # Past the named tuple's own constructor, which would take as long as all of the above.
    return tuple.__new__(
        Segment,
        (
            data[addresses:middle],
            data[middle : middle + width],
            source_port,
            destination_port,
            sequence,
            acknowledged,
            flags,
            stop - payload if stop > payload else 0,
            data[payload : stop if stop < end else end],
            tags,
        ),
    )


def find_transport(data: bytes, start: int, end: int, header_protocol: int) -> Transport | None:
    """The IP packet in `data[start:end]`, which begins as `header_protocol` says.

    None for anything but IP, for fragments without their beginning, and where the IP header is
    not wholly visible. `end` must not lie beyond the data.
    """
    if header_protocol == ETHERNET:
        if start + 14 > end:
            return None
        return find_ip(data, start + 14, end, _SHORT(data, start + 12)[0])
    if header_protocol == IPV4:
        return _find_ipv4(data, start, end, ())
    if header_protocol == IPV6:
        return _find_ipv6(data, start, end, ())
    return None


def find_ip(data: bytes, start: int, end: int, ethertype: int) -> Transport | None:
    """The same for what follows an Ethernet type, VLAN tags included."""
    tags: tuple[int, ...] = ()
    while ethertype in TAGS:
        if start + 4 > end or len(tags) == MOST_TAGS:
            return None
        control, ethertype = _TAG(data, start)
        tags += (control & 0xFFF,)
        start += 4
    if ethertype == ETHERTYPE_IPV4:
        return _find_ipv4(data, start, end, tags)
    if ethertype == ETHERTYPE_IPV6:
        return _find_ipv6(data, start, end, tags)
    return None


def _find_ipv4(data: bytes, start: int, end: int, tags: tuple[int, ...]) -> Transport | None:
    """RFC 791, section 3.1. Only a first fragment holds a TCP header."""
    if start + 20 > end:
        return None
    version, length, fragment, protocol = _IPV4(data, start)
    header = (version & 15) * 4
    if version >> 4 != 4 or header < 20 or fragment & 0x1FFF:
        return None
    return protocol, start + 12, 4, start + header, start + length, tags


def _find_ipv6(data: bytes, start: int, end: int, tags: tuple[int, ...]) -> Transport | None:
    """RFC 8200, section 3; follows the extension headers to the transport header."""
    if start + 40 > end:
        return None
    version, length, protocol = _IPV6(data, start)
    if version >> 4 != 6:
        return None
    offset = start + 40
    stop = offset + length
    for _ in range(MOST_EXTENSIONS):
        if protocol == TCP:
            break
        if protocol in OPTIONS or protocol == AUTHENTICATION:
            if offset + 2 > end:
                return None
            # RFC 4302, section 2.2: the authentication header counts in words of four octets.
            words = data[offset + 1]
            size = (words + 2) * 4 if protocol == AUTHENTICATION else (words + 1) * 8
        elif protocol == FRAGMENT:
            if offset + 8 > end or _SHORT(data, offset + 2)[0] & 0xFFF8:
                return None
            size = 8
        else:
            break
        protocol = data[offset]
        offset += size
    return protocol, start + 8, 16, offset, stop, tags
