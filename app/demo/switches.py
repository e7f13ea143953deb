"""The switches of the demo exchange: which port samples what a router sends, and how it is told."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.demo.exchange import LANS, ROUTE_SERVER_ASN, ROUTE_SERVERS, host
from app.demo.networks import NETWORKS, YOU
from app.domain.sflow.encode import counter_sample, flow_datagram, flow_sample


class Switch(NamedTuple):
    """A switch: the address it exports from, and of how many packets it samples one."""

    address: str
    rate: int


class Port(NamedTuple):
    """Where a router is connected."""

    switch: Switch
    number: int


class Packet(NamedTuple):
    """A frame, and the address that sent it."""

    sender: str
    frame: bytes


NEAR = Switch("203.0.113.10", 1024)
FAR = Switch("203.0.113.11", 4096)  # an old one: what only it sees takes nearly two weeks
SWITCHES = (NEAR, FAR)
# Whose routers on LAN 2 are connected there.
AT_FAR = frozenset({YOU, 64502, 64503, 64510})
FAR_LAN = 2
# A router that reaches the exchange through the port of another member's, by ASN and number: no
# switch sees what the two send each other.
RESOLD = {(65543, 0): (YOU, 1)}
MOST_SAMPLES = 7  # in a datagram of the usual length
MODULUS = 2**32


def _port(asn: int, router: int, lan: int) -> Port:
    switch = FAR if lan == FAR_LAN and asn in AT_FAR else NEAR
    return Port(switch, host(*RESOLD.get((asn, router), (asn, router))))


def _ports() -> Iterator[tuple[str, Port]]:
    for lan in LANS:
        routers = [(ROUTE_SERVER_ASN, number) for number in range(ROUTE_SERVERS)]
        routers += [(n.asn, number) for n in NETWORKS for number in range(len(n.routers(lan.id)))]
        for asn, number in routers:
            for protocol in (4, 6):
                yield lan.address(protocol, host(asn, number)), _port(asn, number, lan.id)


PORTS = dict(_ports())  # by the address that sends


class Exports:
    """Makes the datagrams of all switches, each with its own numbers."""

    def __init__(self) -> None:
        self._datagrams: Counter[Switch] = Counter()
        self._samples: Counter[Port] = Counter()

    def samples_of(self, packets: Iterable[Packet]) -> Iterator[bytes]:
        """What the switches send of these packets."""
        by_switch = defaultdict(list)
        for packet in packets:
            port = PORTS[packet.sender]
            by_switch[port.switch].append(self._sample(port, packet.frame))
        for switch, samples in by_switch.items():
            for start in range(0, len(samples), MOST_SAMPLES):
                yield self._datagram(switch, samples[start : start + MOST_SAMPLES])

    def counters_of(self, switch: Switch) -> bytes:
        """What a switch sends though it has no sample."""
        return self._datagram(switch, [counter_sample()])

    def _sample(self, port: Port, frame: bytes) -> bytes:
        self._samples[port] += 1
        number, rate = self._samples[port], port.switch.rate
        pool = rate * number % MODULUS
        return flow_sample(frame, sequence=number, source=port.number, rate=rate, pool=pool)

    def _datagram(self, switch: Switch, samples: Sequence[bytes]) -> bytes:
        self._datagrams[switch] += 1
        return flow_datagram(switch.address, samples, sequence=self._datagrams[switch])
