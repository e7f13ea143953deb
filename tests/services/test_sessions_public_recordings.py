"""Public recordings without any BGP: every sample is counted, nothing is found, nothing fails."""

from datetime import timedelta
from ipaddress import ip_address

import pytest

from app.domain.sflow import datagram as sflow
from app.domain.sflow.packet import find_transport
from app.services import sessions
from app.workers.recording import Recording
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan

# file: flow samples, counter samples, datagrams that are no sFlow version 5
FILES = {
    "akvorado__data-1140.pcap": (5, 0, 0),
    "akvorado__data-encap-vxlan.pcap": (1, 0, 0),
    "akvorado__data-qinq.pcap": (1, 0, 0),
    "akvorado__data-sflow-expanded-sample.pcap": (1, 0, 0),
    "akvorado__data-sflow-ipv4-data.pcap": (1, 0, 0),
    "akvorado__data-sflow-raw-ipv4.pcap": (2, 0, 0),
    "nDPI__sflow.pcap": (1, 8, 0),
    "overflowd__sflow.pcap": (5855, 502, 0),
    "tcpdump__sflow_multiple_counter_30_pdus.pcap": (0, 144, 5),
}


def addresses_in(datagram):
    """Every address of an IP header that can be found anywhere in a datagram."""
    found = set()
    for start in range(len(datagram)):
        for protocol, versions in ((11, (4,)), (12, (6,))):
            if datagram[start] >> 4 not in versions:
                continue
            transport = find_transport(datagram, start, len(datagram), protocol)
            if transport and datagram[start] in (0x45, 0x60):
                _, at, width, *_ = transport
                for offset in (at, at + width):
                    found.add(str(ip_address(datagram[offset : offset + width])))
    return found


def make_everybody_known(recording):
    vlan = make_vlan()
    known = sorted({address for _, datagram in recording for address in addresses_in(datagram)})
    for number, address in enumerate(known):
        protocol = "v4" if ip_address(address).version == 4 else "v6"
        make_interface(make_member(64512 + number), vlan, **{protocol: address})
    return known


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("name", FILES)
def test_nothing_is_found_where_nothing_is(shared_data, name):
    recording = Recording(shared_data / "sflow" / name)
    if not make_everybody_known(recording):
        make_interface(make_member(64512), make_vlan(), v4="192.0.2.1")

    tally = sessions.replay(
        recording, digest=recording.digest, name=name, now=NOON, confirm=timedelta(seconds=1)
    ).tally

    refused = tally.skipped[sflow.NOT_VERSION_5]
    assert (tally.flow_samples, tally.counter_samples, refused) == FILES[name]
    assert (sessions.list_sessions(), tally.bgp.total()) == ([], 0)
    assert set(tally.skipped) <= {sflow.NOT_VERSION_5}
