"""Datagrams that arrived together, sorted before any is read."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.domain.feed.agents import Run

HEAD_OCTETS = 28  # of a datagram whose agent has an IPv4 address


class Sorted(NamedTuple):
    """What is to be done with each. A plain one is sFlow version 5 of an IPv4 agent."""

    runs: list[Run]
    likely: list[int]  # places of the plain ones that hold the octets of port 179
    odd: list[int]  # places of those that are not plain


class Arrivals(Protocol):
    """Where the datagrams lie: each at a place, from 0 on."""

    def __len__(self) -> int:
        """How many there are."""

    def sender(self, place: int) -> bytes:
        """The address it came from, 4 or 16 octets."""

    def octets(self, place: int) -> bytes | None:
        """The datagram; None if it was too long for its place."""

    def sort(self, allowed: Sequence[bool] | None = None) -> Sorted:
        """Sort those that are allowed; without a word about it, all."""
