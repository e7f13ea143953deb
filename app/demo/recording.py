"""The sFlow recording of the demo exchange: what a collector would have captured."""

from collections.abc import Iterator
from ipaddress import ip_address
from struct import pack
from typing import BinaryIO

from app.demo.exchange import LANS, ROUTE_SERVER_ASN, SEEN, Lan, Seen, address, host
from app.domain.bgp import KEEPALIVE, UPDATE
from app.domain.sflow.encode import (
    ACK,
    PSH,
    SYN,
    bgp_message,
    flow_datagram,
    flow_sample,
    tcp_frame,
    udp_frame,
)

AGENT = "203.0.113.10"
COLLECTOR = "203.0.113.20"
BGP = 179
SPAN = 6 * 3600.0  # seconds from the first sample to the last
START = 1767225600.0  # 2026-01-01; loading shifts the recording to the present
UPDATE_BODY = b"\x00\x00\x00\x00"  # End-of-RIB, RFC 4724 section 2

# offset in seconds, frame
Sampled = tuple[float, bytes]


def write(file: BinaryIO) -> None:
    """Write the whole recording as a pcap file; the same octets every time."""
    file.write(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, (offset, frame) in enumerate(sorted(_sampled()), start=1):
        sample = flow_sample(frame, sequence=number, rate=512, pool=512 * number)
        datagram = flow_datagram(AGENT, [sample], sequence=number)
        packet = udp_frame(AGENT, COLLECTOR, 6343, datagram)
        seconds, fraction = divmod(START + offset, 1)
        file.write(pack("<IIII", int(seconds), int(fraction * 1e6), len(packet), len(packet)))
        file.write(packet)


def _sampled() -> Iterator[Sampled]:
    lans = {lan.id: lan for lan in LANS}
    for index, seen in enumerate(SEEN):
        ends = _ends(seen, lans[seen.lan])
        yield from KINDS[seen.kind](*ends, port=30000 + index, shift=float(index))


def _ends(seen: Seen, lan: Lan) -> tuple[str, str]:
    """The addresses of both; the side that opens the connection first."""
    one, other = (
        1 if asn == ROUTE_SERVER_ASN else host(asn, router)
        for asn, router in zip((seen.one, seen.other), seen.routers, strict=True)
    )
    return address(lan, seen.protocol, one), address(lan, seen.protocol, other)


def _confirmed(one: str, other: str, *, port: int, shift: float) -> Iterator[Sampled]:
    """An UPDATE, then keepalives and acknowledgements of the same connection to the end."""
    low, high = sorted((one, other), key=ip_address)
    update = bgp_message(UPDATE, UPDATE_BODY)
    keepalive = bgp_message(KEEPALIVE)
    yield shift, tcp_frame(low, high, port, BGP, sequence=100, flags=ACK | PSH, payload=update)
    for step in range(1, 7):
        at = shift + step * (SPAN - 60) / 7
        yield (
            at,
            tcp_frame(
                low, high, port, BGP, sequence=100 + 19 * step, flags=ACK | PSH, payload=keepalive
            ),
        )
        yield (
            at + 1,
            tcp_frame(high, low, BGP, port, sequence=500, acknowledged=100 + 19 * (step + 1)),
        )


def _possible(one: str, other: str, *, port: int, shift: float) -> Iterator[Sampled]:
    """A single acknowledgement: it may be a session, and may be a try."""
    yield SPAN - 7200 + shift, tcp_frame(one, other, port, BGP)


def _attempt(one: str, other: str, *, port: int, shift: float) -> Iterator[Sampled]:
    """The first side calls again and again; nobody answers."""
    for step in range(4):
        yield SPAN - 5000 + 1200 * step + shift, tcp_frame(one, other, port + step, BGP, flags=SYN)


KINDS = {"confirmed": _confirmed, "possible": _possible, "attempt": _attempt}
