"""Recordings of sFlow datagrams: pcap and pcapng files."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import dpkt
from dpkt.pcap import UniversalReader

from app.domain.errors import Invalid
from app.domain.sflow.packet import (
    ETHERNET,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    UDP,
    Transport,
    find_ip,
    find_transport,
)

END_OF_TIME = 2**32  # seconds since 1970: February 2106, the last a pcap can say
SFLOW_PORT = 6343  # IANA; sFlow version 5, section 4

# Link types (tcpdump.org/linktypes.html). Raw IP has several numbers, by operating system.
LINK_ETHERNET = dpkt.pcap.DLT_EN10MB
LINK_COOKED, LINK_COOKED_2 = 113, 276
LINK_RAW = frozenset((12, 14, 101, 228, 229))
# Offsets of the Ethernet type and of what follows it in a "cooked" Linux frame.
COOKED = {LINK_COOKED: (14, 16), LINK_COOKED_2: (0, 20)}


class Recording:
    """A file of captured packets, of which the sFlow datagrams matter.

    Opening raises Invalid for a file that is missing, empty or no recording. A file that ends in
    the middle of a packet gives what lies before it, and `is_truncated` is set after reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0  # octets
        self.position = 0  # octets read so far, for a progress bar
        self.is_truncated = False
        self.misdated = 0  # datagrams left out because their time cannot be right
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.digest = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(0)
                self._reader(_Octets(file, self.size))
        except OSError as error:
            raise Invalid(f"{path} cannot be read: {error.strerror}.") from error

    def __iter__(self) -> Iterator[tuple[float, bytes]]:
        """The datagrams sent to UDP port 6343, with their arrival in seconds since 1970."""
        self.misdated = 0
        with self.path.open("rb") as file:
            octets = _Octets(file, self.size)
            reader = self._reader(octets)
            link = reader.datalink()
            try:
                for at, packet in reader:
                    self.position = octets.position
                    # Without octets at the end of the file: only its header is there.
                    is_last = octets.position == self.size
                    self.is_truncated = octets.ran_short or (is_last and not packet)
                    if self.is_truncated:
                        break
                    datagram = _datagram(packet, link)
                    if datagram is not None and not 0 <= at < END_OF_TIME:
                        self.misdated += 1
                    elif datagram is not None:
                        yield float(at), datagram
            except (dpkt.Error, ValueError, ArithmeticError):
                self.is_truncated = True
            self.is_truncated = self.is_truncated or octets.ran_short
        self.position = self.size

    def last_arrival(self) -> float | None:
        """When the last datagram arrived; reads the whole file. None if there is none."""
        latest = max((at for at, _ in self), default=None)
        self.position = 0
        return latest

    def _reader(self, octets: "_Octets") -> UniversalReader:
        if not self.size:
            raise Invalid(f"{self.path} is empty. Record sFlow with: tcpdump -w FILE udp port 6343")
        try:
            reader = UniversalReader(octets)
        except (dpkt.Error, ValueError, ArithmeticError) as error:
            raise Invalid(
                f"{self.path} is no recording: neither a pcap nor a pcapng file."
            ) from error
        if reader.datalink() not in {LINK_ETHERNET, *COOKED, *LINK_RAW}:
            raise Invalid(
                f"{self.path} was recorded on a link of type {reader.datalink()}. Ethernet, Linux "
                "cooked and raw IP can be read."
            )
        return reader


class _Octets:
    """The file as the reader sees it: bounded by its size, and it remembers a short read.

    A length in a broken file may claim gigabytes; nobody must allocate them.
    """

    name = "recording"

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size
        self.position = 0
        self.ran_short = False

    def read(self, count: int) -> bytes:
        if count < 0:
            raise ValueError("a length below zero")
        octets = self._file.read(min(count, self._size - self.position))
        if octets and len(octets) < count:  # nothing at all is the end, as it should be
            self.ran_short = True
        self.position += len(octets)
        return octets

    def seek(self, position: int) -> None:
        self._file.seek(position)
        self.position = position


def _datagram(packet: bytes, link: int) -> bytes | None:
    """The payload of a UDP datagram to the sFlow port, as far as it was captured."""
    found = _transport(packet, link)
    if found is None:
        return None
    protocol, _, _, udp, stop, _ = found
    if protocol != UDP or udp + 8 > len(packet):
        return None
    if int.from_bytes(packet[udp + 2 : udp + 4], "big") != SFLOW_PORT:
        return None
    return packet[udp + 8 : stop]


def _transport(packet: bytes, link: int) -> Transport | None:
    size = len(packet)
    if link == LINK_ETHERNET:
        return find_transport(packet, 0, size, ETHERNET)
    if link in COOKED:
        ethertype, start = COOKED[link]
        if size < start:
            return None
        return find_ip(
            packet, start, size, int.from_bytes(packet[ethertype : ethertype + 2], "big")
        )
    is_six = size > 0 and packet[0] >> 4 == 6
    return find_ip(packet, 0, size, ETHERTYPE_IPV6 if is_six else ETHERTYPE_IPV4)
