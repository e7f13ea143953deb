"""Small recordings of two members, and their replay."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from app.domain.sflow.encode import bgp_message, flow_datagram, flow_sample, tcp_frame
from app.services import sessions
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan

LOW, HIGH = "192.0.2.9", "192.0.2.10"
START = datetime(2026, 1, 1, tzinfo=UTC)
UPDATE = bgp_message(2, bytes(4))


def datagram(*samples, tags=(), source=LOW, destination=HIGH, **fields):
    frame = tcp_frame(source, destination, 40000, 179, tags=tags, **fields)
    return flow_datagram("198.51.100.1", [flow_sample(frame), *samples])


def at(seconds):
    return START + timedelta(seconds=seconds)


def replay(*datagrams, digest=None, now=None):
    return sessions.replay(
        [(START.timestamp() + seconds, octets) for seconds, octets in datagrams],
        digest=digest or sha256(repr(datagrams).encode()).hexdigest(),
        name="switch.pcap",
        now=now or max(NOON, at(max(seconds for seconds, _ in datagrams))),
        confirm=timedelta(seconds=300),
    )


def make_lan():
    """Two members in one LAN."""
    vlan = make_vlan(tag=100)
    for asn, address in ((64501, LOW), (64502, HIGH)):
        make_interface(make_member(asn), vlan, v4=address)
    return vlan


def only_row():
    (row,) = sessions.list_sessions()
    return row
