"""A UDP socket from which many datagrams are taken with one system call.

Python's own `recvfrom` costs a call, an address and a bytes object for every datagram; the kernel's
`recvmmsg` fills a whole array. Where there is none, datagrams are taken one by one.
"""

import ctypes
import errno
import os
import socket
from collections.abc import Iterator
from struct import Struct, pack
from typing import Any, NamedTuple

from app.domain.errors import Invalid
from app.workers.slots import Slots

SLOTS = 2048
OCTETS = 9216  # of a datagram; exporters send 1,400, and no more than a jumbo frame
WANTED_BUFFER = 64 * 1024 * 1024
WAIT = 0.2  # seconds until `receive` returns with nothing

SO_RCVBUFFORCE, SO_MEMINFO, MEMINFO_DROPS = 33, 55, 8  # Linux
MSG_WAITFORONE = 0x10000
NAME = 28  # octets of a sockaddr_in6, the longer of the two
_SENDER = {
    socket.AF_INET: Struct("4x4s20x"),
    socket.AF_INET6: Struct("8x16s4x"),
}


class Listen(NamedTuple):
    """Where to listen; without a host everywhere, over both protocols."""

    host: str
    port: int

    def __str__(self) -> str:
        host = self.host or "::"
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    _fields_ = (("header", _Header), ("length", ctypes.c_uint32))


class Receiver:
    """Listens; `receive` gives what arrived. Raises Invalid when it cannot listen there."""

    def __init__(self, listen: Listen) -> None:
        self._socket = _bound(listen)
        host, port = self._socket.getsockname()[:2]
        self.listen = Listen("" if host == "::" else host, port)
        self.buffer_octets = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self._slots = bytearray(SLOTS * OCTETS)
        self._names = bytearray(SLOTS * NAME)
        self._sender = _SENDER[self._socket.family]
        self._many = getattr(ctypes.CDLL(None, use_errno=True), "recvmmsg", None)
        self._messages = self._prepare()
        # Of each message only its length is read back: a column of this table.
        self._lengths = memoryview(self._messages).cast("B").cast("I")

    def receive(self) -> Slots | None:
        """The datagrams that are there; waits a moment for the first, None if there is none."""
        sizes = self._receive_many() if self._many else self._receive_one()
        if not sizes:
            return None
        return Slots(self._slots, OCTETS, sizes, self._sender_of)

    def _sender_of(self, place: int) -> bytes:
        octets: bytes = self._sender.unpack_from(self._names, place * NAME)[0]
        return octets

    def kernel_drops(self) -> int:
        """Datagrams that found the buffer full, since the start."""
        try:
            known = self._socket.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36)
        except OSError:
            return 0
        return int.from_bytes(known[4 * MEMINFO_DROPS :][:4], _order()) if len(known) >= 36 else 0

    def close(self) -> None:
        """Listen no more."""
        self._socket.close()

    def _receive_many(self) -> list[int]:
        flags = MSG_WAITFORONE | socket.MSG_TRUNC
        assert self._many is not None
        count = self._many(self._socket.fileno(), self._messages, SLOTS, flags, None)
        if count < 0:
            number = ctypes.get_errno()
            if number in (errno.EAGAIN, errno.EINTR, errno.ECONNREFUSED):
                return []
            raise OSError(number, os.strerror(number))
        words = ctypes.sizeof(_Message) // 4
        return self._lengths[_Message.length.offset // 4 :: words][:count].tolist()

    def _receive_one(self) -> list[int]:
        try:
            size, sender = self._socket.recvfrom_into(self._slots, OCTETS)
        except (BlockingIOError, InterruptedError, TimeoutError):
            return []
        packed = socket.inet_pton(self._socket.family, sender[0].partition("%")[0])
        place = 8 if self._socket.family == socket.AF_INET6 else 4
        self._names[place : place + len(packed)] = packed
        return [size]

    def _prepare(self) -> Any:
        slots = ctypes.addressof(ctypes.c_char.from_buffer(self._slots))
        names = ctypes.addressof(ctypes.c_char.from_buffer(self._names))
        messages = (_Message * SLOTS)()
        self._vectors = (_Vector * SLOTS)()
        for place, (vector, message) in enumerate(zip(self._vectors, messages, strict=True)):
            vector.base, vector.length = slots + place * OCTETS, OCTETS
            message.header.name, message.header.name_length = names + place * NAME, NAME
            message.header.vectors = ctypes.pointer(vector)
            message.header.vector_count = 1
        return messages


def _bound(listen: Listen) -> socket.socket:
    problem: OSError | None = None
    for family, host in _families(listen.host):
        try:
            made = socket.socket(family, socket.SOCK_DGRAM)
        except OSError as error:
            problem = error
            continue
        try:
            _set_up(made, family, listen)
            made.bind((host, listen.port))
        except OSError as error:
            problem = error
            made.close()
        else:
            return made
    reason = problem.strerror if problem else "no such address"
    raise Invalid(
        f"Cannot listen at {listen}: {reason}. Choose another address with --listen, or end "
        "what listens there."
    )


def _families(host: str) -> Iterator[tuple[socket.AddressFamily, str]]:
    if not host:  # both protocols; where there is no IPv6, the older alone
        yield socket.AF_INET6, "::"
        yield socket.AF_INET, ""
    else:
        yield (socket.AF_INET6 if ":" in host else socket.AF_INET), host


def _set_up(made: socket.socket, family: int, listen: Listen) -> None:
    if family == socket.AF_INET6:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1 if listen.host else 0)
    # In the kernel, because a timeout of Python's own asks twice for every datagram.
    made.setsockopt(
        socket.SOL_SOCKET, socket.SO_RCVTIMEO, pack("@ll", int(WAIT), int(WAIT % 1 * 1e6))
    )
    try:
        made.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, WANTED_BUFFER)
    except OSError:  # only root may go beyond net.core.rmem_max
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WANTED_BUFFER)


def _order() -> Any:
    return "little" if pack("=H", 1) == pack("<H", 1) else "big"
