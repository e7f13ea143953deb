"""Flow records of other collectors: lines of pmacct, goflow2 and sflowtool, told by their content.

None of them holds payload or sequence numbers, so a session is confirmed by two clean samples of
one connection only, never by an UPDATE.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any, NamedTuple

from app.domain.bgp import PORT

LATEST = 2.0**32  # seconds since 1970
TCP_NAMES = frozenset(("tcp", "6"))


class Skipped(StrEnum):
    """Why a line gives no sample."""

    UNRECOGNISED = "not recognised"
    INCOMPLETE = "a field is missing or cannot be read"
    OTHER = "not BGP"


class Flow(NamedTuple):
    """One sampled packet from or to TCP port 179."""

    at: float | None  # seconds since 1970; none where the format has no time
    source: bytes
    destination: bytes
    source_port: int
    destination_port: int
    flags: int
    vlans: tuple[int, ...]
    agent: bytes  # empty where it is not said


def read_line(line: str) -> Flow | Skipped:
    """The sample in a line. Never raises."""
    text = line.strip()
    if text.startswith("{"):
        return _read_json(text)
    if text.startswith("FLOW,"):
        return _read(_sflowtool(text.split(",")))
    return Skipped.OTHER if text.startswith("CNTR,") or not text else Skipped.UNRECOGNISED


def _read_json(text: str) -> Flow | Skipped:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return Skipped.UNRECOGNISED
    if not isinstance(record, dict):
        return Skipped.UNRECOGNISED
    if "ip_src" in record:
        return _read(_pmacct(record))
    if "src_addr" in record:
        return _read(_goflow2(record))
    return Skipped.UNRECOGNISED


Fields = Mapping[str, Any]  # under the names of Flow, as the line says them; and "protocol"


def _pmacct(record: Mapping[str, Any]) -> Fields:
    return {
        "at": record.get("timestamp_arrival"),
        "source": record.get("ip_src"),
        "destination": record.get("ip_dst"),
        "source_port": record.get("port_src"),
        "destination_port": record.get("port_dst"),
        "flags": record.get("tcp_flags"),
        "vlans": [record.get(name) for name in ("vlan", "vlan_in", "vlan_out")],
        "agent": record.get("peer_ip_src"),
        "protocol": record.get("ip_proto"),
    }


def _goflow2(record: Mapping[str, Any]) -> Fields:
    return {
        "nanoseconds": record.get("time_received_ns"),
        "at": None,
        "source": record.get("src_addr"),
        "destination": record.get("dst_addr"),
        "source_port": record.get("src_port"),
        "destination_port": record.get("dst_port"),
        "flags": record.get("tcp_flags"),
        "vlans": [record.get(name) for name in ("vlan_id", "src_vlan", "dst_vlan")],
        "agent": record.get("sampler_address"),
        "protocol": record.get("proto"),
    }


def _sflowtool(words: list[str]) -> Fields:
    """FLOW, agent, input and output port, two MACs, Ethernet type, VLAN in and out, two addresses,
    protocol, TOS, TTL, two ports, flags, …"""
    if len(words) < 17:
        return {}
    return {
        "at": None,
        "source": words[9],
        "destination": words[10],
        "source_port": words[14],
        "destination_port": words[15],
        "flags": words[16],
        "vlans": words[7:9],
        "agent": words[1],
        "protocol": words[11],
    }


def _read(fields: Fields) -> Flow | Skipped:
    try:
        if str(fields["protocol"]).casefold() not in TCP_NAMES:
            return Skipped.OTHER
        ports = _whole(fields["source_port"]), _whole(fields["destination_port"])
        if PORT not in ports:
            return Skipped.OTHER
        return Flow(
            _time(fields),
            ip_address(str(fields["source"])).packed,
            ip_address(str(fields["destination"])).packed,
            *ports,
            _whole(fields["flags"]),
            tuple(dict.fromkeys(tag for tag in map(_tag, fields["vlans"]) if tag)),
            _agent(fields["agent"]),
        )
    except (KeyError, ValueError, OverflowError):
        return Skipped.INCOMPLETE


def _whole(value: Any) -> int:
    """A number, or one written as a string, decimal or hexadecimal."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("no number")
    number = value if isinstance(value, int) else int(value[:24], 0)
    if not 0 <= number < 1 << 64:
        raise ValueError("out of range")
    return number


def _tag(value: Any) -> int:
    try:
        tag = _whole(value)
    except ValueError:
        return 0
    return tag if 0 < tag < 4095 else 0


def _time(fields: Fields) -> float | None:
    """Seconds since 1970, or a date and time; without a zone it is UTC."""
    value = fields["at"]
    if fields.get("nanoseconds") is not None:
        value = _whole(fields["nanoseconds"]) // 1000 / 1e6
    if value is None:
        return None
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        moment = datetime.fromisoformat(str(value))
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not 0 <= seconds < LATEST:
        raise ValueError("an impossible time")
    return seconds


def _agent(value: Any) -> bytes:
    try:
        return ip_address(str(value)).packed
    except ValueError:
        return b""
