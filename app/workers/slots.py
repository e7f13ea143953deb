"""Datagrams in one buffer, sorted all at once.

At 50,000 datagrams a second there is no time for a step of Python for each. Their heads are columns
of an array here, and port 179 is compared with every word of the buffer, many words at a time.
"""

import os
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # it computes nothing here, and we fork
import numpy as np

from app.domain.feed.agents import Run
from app.domain.feed.arrivals import HEAD_OCTETS, Sorted
from app.domain.sflow.datagram import PORT_OCTETS

VERSION, IPV4 = 5, 1
# sFlow version 5, section 5, of a datagram whose agent has an IPv4 address.
_HEAD = np.dtype(
    [(name, ">u4") for name in ("version", "family", "agent", "sub_agent")]
    + [(name, ">u4") for name in ("sequence", "uptime", "samples")]
)
_PORT_WORD = int.from_bytes(PORT_OCTETS, sys.byteorder)


class Slots:
    """Datagrams in places of `stride` octets (an even number), one after the other. A size beyond
    the stride is that of a datagram of which the rest was cut off."""

    def __init__(
        self,
        buffer: bytearray,
        stride: int,
        sizes: Sequence[int],
        sender: Callable[[int], bytes],
    ) -> None:
        self.buffer, self.stride, self.sizes = buffer, stride, sizes
        self.sender = sender

    def __len__(self) -> int:
        return len(self.sizes)

    def octets(self, place: int) -> bytes | None:
        """The datagram; None if it was too long for its place."""
        size = self.sizes[place]
        start = place * self.stride
        return bytes(memoryview(self.buffer)[start : start + size]) if size <= self.stride else None

    def sort(self, allowed: Sequence[bool] | None = None) -> Sorted:
        """Sort those that are allowed; without a word about it, all."""
        heads, sizes = self._heads, self._sizes
        plain = (heads["version"] == VERSION) & (heads["family"] == IPV4)
        plain &= (sizes >= HEAD_OCTETS) & (sizes <= self.stride)
        odd = ~plain
        if allowed is not None:
            may = np.array(allowed, bool)
            plain &= may
            odd &= may
        places = np.flatnonzero(plain)
        if not len(places):
            return Sorted([], [], np.flatnonzero(odd).tolist())
        return Sorted(self._runs(places), self._likely(plain), np.flatnonzero(odd).tolist())

    @cached_property
    def _sizes(self) -> Any:
        return np.array(self.sizes)

    @cached_property
    def _heads(self) -> Any:
        if self.stride < HEAD_OCTETS:
            raise ValueError(f"a place has at least {HEAD_OCTETS} octets")
        return np.ndarray((len(self.sizes),), _HEAD, self.buffer, 0, (self.stride,))

    def _runs(self, places: Any) -> list[Run]:
        """By agent. Sorting keeps the order within one."""
        heads = self._heads[places]
        keys = heads["agent"].astype(np.uint64) << np.uint64(32) | heads["sub_agent"]
        order = keys.argsort(kind="stable")
        keys, numbers = keys[order], heads["sequence"][order].astype(np.int64)
        samples = np.minimum(heads["samples"], self._sizes[places] >> 3)[order]
        begins = np.ones(len(keys), bool)
        begins[1:] = keys[1:] != keys[:-1]
        follows = begins.copy()
        follows[1:] |= numbers[1:] - numbers[:-1] == 1
        firsts = np.flatnonzero(begins)
        ends = [*firsts[1:].tolist(), len(keys)]
        columns = zip(
            keys[firsts].tolist(),
            firsts.tolist(),
            ends,
            np.add.reduceat(samples, firsts).tolist(),
            np.logical_and.reduceat(follows, firsts).tolist(),
            strict=True,
        )
        return [
            Run(
                ((key >> 32).to_bytes(4, "big"), key & 0xFFFFFFFF),
                end - first,
                many,
                int(numbers[first]),
                int(numbers[end - 1]),
                () if in_a_row else numbers[first:end].tolist(),
            )
            for key, first, end, many, in_a_row in columns
        ]

    def _likely(self, plain: Any) -> list[int]:
        """Whatever a datagram holds, the fields of a TCP header begin at an even octet: XDR counts
        in words of four, Ethernet's header has 14 octets, a tag 4, IP a multiple of 4."""
        ends = self._sizes // 2
        first, words = HEAD_OCTETS // 2, int(ends[plain].max())
        if words <= first:
            return []
        shape, steps = (len(self.sizes), words), (self.stride, 2)
        buffer = np.ndarray(shape, np.uint16, self.buffer, 0, steps)
        hits = buffer[:, first:] == _PORT_WORD
        # The first of each, not all: whoever sends nothing but these octets shall cost no memory.
        some = np.flatnonzero(hits.any(axis=1) & plain)
        within = hits[some].argmax(axis=1) < ends[some] - first
        return some[within].tolist()  # type: ignore[no-any-return]
