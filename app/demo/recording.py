"""The traffic of the demo exchange at the times when it was watched, as its switches sampled it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge
from operator import itemgetter
from typing import NamedTuple

from app.demo.exchange import LANS, host
from app.demo.peerings import SEEN, Seen, Sign, chance
from app.demo.switches import SWITCHES, Exports, Packet
from app.domain.bgp import KEEPALIVE, PORT, UPDATE
from app.domain.sflow.encode import (
    ACK,
    PSH,
    RST,
    SYN,
    bgp_message,
    tcp_frame,
)

MINUTE = 60
HOUR = 3600.0
DAY = 24 * HOUR
UPDATE_BODY = b"\x00\x00\x00\x00"  # End-of-RIB, RFC 4724 section 2
KEEPALIVE_TIME, KEEPALIVE_OCTETS = 30, 19


class Span(NamedTuple):
    """A time of watching: its first and last moment in seconds before the present, and how often
    each session was sampled."""

    begins: float
    ends: float
    steps: int


# In between nobody watched. The oldest is beyond the look-back window (28 days), the next is not.
NEWEST = Span(6 * HOUR, 0, 7)
SPANS = (Span(47 * DAY, 40 * DAY, 3), Span(20 * DAY, 14 * DAY, 4), NEWEST)

Sampled = tuple[float, Packet]  # seconds since 1970


class Ends(NamedTuple):
    """The addresses of both sides, and the number of their pair."""

    one: str
    other: str
    number: int


def datagrams(span: Span, now: datetime) -> Iterator[tuple[float, bytes]]:
    """What the switches sent then, with seconds since 1970; each reports every minute."""
    exports = Exports()
    minutes = ((float(minute), None) for minute in _minutes(span, int(now.timestamp())))
    sampled = sorted(_sampled(span, now.timestamp()))
    for at, packet in merge(minutes, sampled, key=itemgetter(0)):
        if packet is None:
            yield from ((at, exports.counters_of(switch)) for switch in SWITCHES)
        else:
            yield from ((at, datagram) for datagram in exports.samples_of([packet]))


def _minutes(span: Span, now: int) -> range:
    return range(now - int(span.begins), now - int(span.ends) + 1, MINUTE)


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


def exchange_of(ends: Ends, kind: int, at: float) -> tuple[Packet, Packet]:
    """A message within the session of a pair, and its acknowledgement."""
    one, other, pair = ends
    port = 30000 + pair
    message = bgp_message(kind, UPDATE_BODY if kind == UPDATE else b"")
    sent = _position(at)
    heard = sent + len(message)
    flags = ACK | PSH
    ours = tcp_frame(
        one, other, port, PORT, sequence=sent, acknowledged=sent, flags=flags, payload=message
    )
    theirs = tcp_frame(other, one, PORT, port, sequence=sent, acknowledged=heard)
    return Packet(one, ours), Packet(other, theirs)


def _position(at: float) -> int:
    """How far a stream has come: the same connection goes on from time to time."""
    return int(at) // KEEPALIVE_TIME * KEEPALIVE_OCTETS


def _single(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    at = now - span.ends - 2 * HOUR + ends.number
    yield at, _call(ends, at, ACK)


def _calls(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    for step in range(4):
        at = now - span.ends - 1.4 * HOUR + 0.3 * HOUR * step + ends.number
        yield at, _call(ends, at, SYN)


def _refusals(ends: Ends, span: Span, now: float) -> Iterator[Sampled]:
    for at, call in _calls(ends, span, now):
        yield at, call
        frame = tcp_frame(ends.other, ends.one, PORT, _new_port(ends, at), flags=RST | ACK)
        yield at + 0.1, Packet(ends.other, frame)


def _call(ends: Ends, at: float, flags: int) -> Packet:
    frame = tcp_frame(ends.one, ends.other, _new_port(ends, at), PORT, flags=flags)
    return Packet(ends.one, frame)


def _new_port(ends: Ends, at: float) -> int:
    """Each try has a port of its own, in this time of watching and in the next."""
    return 40000 + int(20000 * chance("port", ends.number, at))


SIGNS: dict[Sign, Callable[[Ends, Span, float], Iterator[Sampled]]] = {
    Sign.SESSION: _session,
    Sign.SINGLE: _single,
    Sign.CALLS: _calls,
    Sign.REFUSALS: _refusals,
}
