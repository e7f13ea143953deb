"""The sFlow recordings of the demo exchange: what a collector would have captured."""

from collections.abc import Callable, Iterator
from datetime import datetime
from struct import pack
from typing import BinaryIO, NamedTuple

from app.demo.exchange import LANS, host
from app.demo.peerings import SEEN, Seen, Sign, chance
from app.domain.bgp import KEEPALIVE, PORT, UPDATE
from app.domain.sflow.encode import (
    ACK,
    PSH,
    RST,
    SYN,
    bgp_message,
    flow_datagram,
    flow_sample,
    tcp_frame,
    udp_frame,
)

AGENT = "203.0.113.10"
COLLECTOR = "203.0.113.20"
HOUR = 3600.0
DAY = 24 * HOUR
UPDATE_BODY = b"\x00\x00\x00\x00"  # End-of-RIB, RFC 4724 section 2
KEEPALIVE_TIME, KEEPALIVE_OCTETS = 30, 19


class Span(NamedTuple):
    """A recording: its name, its first and last moment in seconds before the present, and how
    often it caught each session."""

    name: str
    begins: float
    ends: float
    steps: int


# The oldest is beyond the look-back window (28 days), the next within it.
NEWEST = Span("the last hours", 6 * HOUR, 0, 7)
SPANS = (Span("long ago", 47 * DAY, 40 * DAY, 3), Span("weeks ago", 20 * DAY, 14 * DAY, 4), NEWEST)

# seconds since 1970, frame
Sampled = tuple[float, bytes]


class Ends(NamedTuple):
    """The addresses of both sides, and the number of their pair."""

    one: str
    other: str
    number: int


def write(file: BinaryIO, span: Span, now: datetime) -> None:
    """Write a recording as a pcap file, as it would be at `now`."""
    file.write(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for number, (at, frame) in enumerate(sorted(_sampled(span, now.timestamp())), start=1):
        sample = flow_sample(frame, sequence=number, rate=512, pool=512 * number)
        datagram = flow_datagram(AGENT, [sample], sequence=number)
        packet = udp_frame(AGENT, COLLECTOR, 6343, datagram)
        seconds, fraction = divmod(at, 1)
        file.write(pack("<IIII", int(seconds), int(fraction * 1e6), len(packet), len(packet)))
        file.write(packet)


def _sampled(span: Span, now: float) -> Iterator[Sampled]:
    place = SPANS.index(span)
    for index, seen in enumerate(SEEN):
        sign = seen.story.value[place]
        if sign is not Sign.NOTHING:
            yield from SIGNS[sign](ends_of(seen, index), span, now)


def ends_of(seen: Seen, index: int) -> Ends:
    """The addresses of what is SEEN under this index."""
    lan = next(lan for lan in LANS if lan.id == seen.lan)
    one, other = (
        lan.address(seen.protocol, host(asn, router))
        for asn, router in zip((seen.one, seen.other), seen.routers, strict=True)
    )
    return Ends(one, other, index)


def _session(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    """One connection from the beginning to the end; in about half of them an UPDATE is caught."""
    pair = ends.number
    # Not all of them at once. The first to be seen last is caught in the very last moment.
    first = now - span.begins + 60 * (pair % 50) + 1
    last = now - span.ends - 60 * (pair % 15)
    for step in range(span.steps):
        at = last - (last - first) * (span.steps - 1 - step) / (span.steps - 1)
        kind = UPDATE if step == 0 and chance("update", pair) < 0.5 else KEEPALIVE
        said, answered = exchange_of(ends, kind, at)
        yield at - 1, said
        yield at, answered


def exchange_of(ends: Ends, kind: int, at: float) -> tuple[bytes, bytes]:
    """A message within the session of a pair, and its acknowledgement."""
    one, other, pair = ends
    port = 30000 + pair
    message = bgp_message(kind, UPDATE_BODY if kind == UPDATE else b"")
    sent = _position(at)
    heard = sent + len(message)
    said = tcp_frame(
        one,
        other,
        port,
        PORT,
        sequence=sent,
        acknowledged=sent,
        flags=ACK | PSH,
        payload=message,
    )
    return said, tcp_frame(other, one, PORT, port, sequence=sent, acknowledged=heard)


def _position(at: float) -> int:
    """How far a stream has come: the same connection goes on from recording to recording."""
    return int(at) // KEEPALIVE_TIME * KEEPALIVE_OCTETS


def _single(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    at = now - span.ends - 2 * HOUR + ends.number
    yield at, tcp_frame(ends.one, ends.other, _new_port(ends, at), PORT)


def _calls(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    for step in range(4):
        at = now - span.ends - 1.4 * HOUR + 0.3 * HOUR * step + ends.number
        yield at, tcp_frame(ends.one, ends.other, _new_port(ends, at), PORT, flags=SYN)


def _refusals(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    for at, call in _calls(ends, span, now):
        yield at, call
        refusal = RST | ACK
        yield at + 0.1, tcp_frame(ends.other, ends.one, PORT, _new_port(ends, at), flags=refusal)


def _new_port(ends: Ends, at: float) -> int:
    """Each try has a port of its own, in this recording and in the next."""
    return 40000 + int(20000 * chance("port", ends.number, at))


SIGNS: dict[Sign, Callable[[Ends, Span, float], Iterator[Sampled]]] = {
    Sign.SESSION: _session,
    Sign.SINGLE: _single,
    Sign.CALLS: _calls,
    Sign.REFUSALS: _refusals,
}
