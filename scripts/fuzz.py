"""Feeds the collector what a coverage-guided fuzzer makes up: `make fuzz`.

A fault ends it with the input in a file; so does an input that takes longer than a second. What is
kept in memory is measured against the bounds of domain.live as it goes.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

with atheris.instrument_imports(include=["app.domain"]):
    from app.domain.directory import Directory, Entry
    from app.domain.flow_intake import FlowIntake
    from app.domain.live import Live
    from app.domain.sflow.encode import (
        bgp_message,
        counter_sample,
        flow_datagram,
        flow_sample,
        tcp_frame,
    )

# Comparisons of arrays are not led by what they find: that keeps every array.
from app.workers.slots import Slots

STRIDE = 4096
MEMBERS = Directory([Entry(n, f"192.0.2.{n}", 1, 10) for n in range(1, 5)])
SENDER = bytes([203, 0, 113, 9])
AT = 1_800_000_000.0

live = Live(MEMBERS)
flows = FlowIntake(MEMBERS)
rounds = 0


def one_input(data: bytes) -> None:
    """The same octets as a datagram and as a line of another collector."""
    global rounds
    rounds += 1
    slot = bytearray(data[:STRIDE].ljust(STRIDE, b"\x00"))
    live.take(AT + rounds, Slots(slot, STRIDE, [len(data)], lambda place: SENDER))
    flows.take(data.decode("utf-8", "replace"), AT)
    if rounds % 1000 == 0:
        batch = live.drain(AT + rounds)
        assert len(batch.sightings) <= 250_000
        assert len(batch.agents) <= 1000
        assert len(batch.faults) <= 1003
        assert len(batch.strays) <= 200
        flows.drain()


def seeds(folder: Path) -> None:
    """A good datagram of each kind to begin from, and a good line."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = tcp_frame("192.0.2.1", "192.0.2.2", 40000, 179, payload=bgp_message(4), tags=(10,))
    six = tcp_frame("2001:db8::1", "2001:db8::2", 179, 40000)
    good = {
        "plain": flow_datagram("198.51.100.1", [flow_sample(frame), counter_sample()]),
        "expanded": flow_datagram("2001:db8::9", [flow_sample(six, expanded=True)]),
        "switch": flow_datagram("198.51.100.1", [flow_sample(frame, switch_vlans=(10, 20))]),
        "pmacct": b'{"ip_src":"192.0.2.1","ip_dst":"192.0.2.2","port_src":1,"port_dst":179,'
        b'"tcp_flags":"16","ip_proto":"tcp","timestamp_arrival":"2026-11-23 03:05:18.25"}',
        "sflowtool": b"FLOW,198.18.0.2,3,4,0,0,0x0800,20,20,192.0.2.1,192.0.2.2,6,0,1,1,179,0x10",
    }
    for name, octets in good.items():
        (folder / name).write_bytes(octets)


if __name__ == "__main__":
    corpus = Path(sys.argv[1])
    seeds(corpus)
    atheris.Setup([sys.argv[0], *sys.argv[2:], str(corpus)], one_input)
    atheris.Fuzz()
