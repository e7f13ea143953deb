"""The lab exchange: real routers, real exporters, and what the routers said of every session."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from app.domain.member import MemberType
from app.services import sessions
from app.workers.recording import Recording
from tests.factories import make_interface, make_member, make_vlan

LAB = Path(__file__).parent / "data" / "lab"
RECORDINGS = ("lab-a.pcap", "lab-a.ovs.pcap")
CONFIRM = timedelta(seconds=10)  # the lab sends keepalives every 3 s
NOON = datetime.fromisoformat("2026-11-23T12:00Z")


class Span(NamedTuple):
    first: datetime
    last: datetime


def make_lab() -> None:
    """Its members, LANs and addresses, as in the topology."""
    lab = json.loads((LAB / "lab-a.topology.json").read_text())
    vlans = {
        key: make_vlan(name=lan["name"], tag=lan["tag"] or None) for key, lan in lab["lans"].items()
    }
    for entry in lab["members"]:
        kind = MemberType.ROUTE_SERVER if entry["is_route_server"] else MemberType.PEERING
        member = make_member(entry["asn"], entry["name"], type=kind)
        for connection in entry["connections"]:
            make_interface(
                member, vlans[connection["lan"]], v4=connection["ipv4"], v6=connection["ipv6"]
            )


def truth() -> dict[frozenset[str], Span]:
    """The bilateral sessions that were established, by their addresses."""
    return {
        frozenset((session["a_ip"], session["b_ip"])): Span(
            min(datetime.fromisoformat(span["first"]) for span in session["spans"]),
            max(datetime.fromisoformat(span["last"]) for span in session["spans"]),
        )
        for session in json.loads((LAB / "lab-a.truth.json").read_text())["sessions"]
        if session["expect_bilateral"]
    }


def replay(name: str, change=lambda datagram: datagram) -> sessions.Replay:
    """Replay one of the recordings, each datagram changed by `change`."""
    recording = Recording(LAB / name)
    return sessions.replay(
        ((at, change(datagram)) for at, datagram in recording),
        digest=recording.digest,
        name=name,
        now=NOON,
        confirm=CONFIRM,
    )
