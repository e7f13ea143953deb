"""Recordings made by tests: a few datagrams in a pcap or pcapng file, on any kind of link."""

from collections.abc import Iterable
from pathlib import Path
from struct import pack

import dpkt

from app.domain.sflow.encode import udp_frame

START = 1_767_225_600.0  # 2026-01-01
PORT = 6343


def outer(datagram: bytes, *, six: bool = False, port: int = PORT) -> bytes:
    """The frame in which a datagram travels from a switch to the collector."""
    ends = ("2001:db8::a", "2001:db8::b") if six else ("203.0.113.10", "203.0.113.20")
    return udp_frame(*ends, port, datagram)


def write_pcap(
    path: Path, frames: Iterable[tuple[float, bytes]], *, link: int = 1, nano: bool = False
) -> Path:
    """A classic recording; times are seconds after START."""
    with path.open("wb") as file:
        writer = dpkt.pcap.Writer(file, linktype=link, nano=nano)
        for at, frame in frames:
            writer.writepkt(frame, START + at)
    return path


def write_pcapng(path: Path, frames: Iterable[tuple[float, bytes]], *, order: str = "<") -> Path:
    """The newer format (draft-ietf-opsawg-pcapng), in either order of octets."""

    def block(kind: int, body: bytes) -> bytes:
        size = 12 + len(body)
        return pack(f"{order}II", kind, size) + body + pack(f"{order}I", size)

    with path.open("wb") as file:
        file.write(block(0x0A0D0D0A, pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1)))
        file.write(block(1, pack(f"{order}HHI", 1, 0, 65535)))
        for at, frame in frames:
            micro = round((START + at) * 1e6)
            fields = (0, micro >> 32, micro & 0xFFFFFFFF, len(frame), len(frame))
            padded = frame + bytes(-len(frame) % 4)
            file.write(block(6, pack(f"{order}IIIII", *fields) + padded))
    return path
