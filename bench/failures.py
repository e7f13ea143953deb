"""Ways in which two routers fail to get a session up, packet by packet.

Taken from the lab's recordings and from RFC 4271, section 8.2.2. Intervals are shorter than the
defaults of any router, which gives each way more chances to be mistaken.
"""

from typing import NamedTuple

from app.domain.evidence import Kind


class Step(NamedTuple):
    """One packet of a try: what it is with and without visible payload, and where it stands."""

    at: float  # seconds after the SYN
    kind: Kind
    by_opener: bool
    opener: int = 1  # octets of its stream since the initial sequence number
    listener: int = 1

    def seen_as(self, payload: bool) -> Kind:
        is_message = self.kind in (Kind.OPEN, Kind.NOTIFICATION, Kind.KEEPALIVE)
        return Kind.SEGMENT if is_message and not payload else self.kind


class Failure(NamedTuple):
    """A way of failing, over and over."""

    name: str
    interval: float  # seconds from try to try: shorter than any default, so worse
    steps: tuple[Step, ...]


BEGIN = (
    Step(0, Kind.SYN, True, 0, 0),
    Step(0, Kind.SYN_ACK, False, 1, 0),
    Step(0, Kind.SEGMENT, True),
    Step(0, Kind.OPEN, True),
)
FAILURES = (
    Failure(
        "half-open, towards a listener",
        30,
        (*BEGIN, Step(0, Kind.FIN, False), Step(0, Kind.RST, False, 54)),
    ),
    Failure(
        "wrong AS number on one side",
        30,
        (
            *BEGIN,
            Step(0, Kind.SEGMENT, False, 54),
            Step(0, Kind.OPEN, False, 54),
            Step(0, Kind.SEGMENT, True, 54, 54),
            Step(0, Kind.KEEPALIVE, True, 54, 54),
            Step(0, Kind.SEGMENT, False, 73, 54),
            Step(0, Kind.NOTIFICATION, False, 73, 54),
            Step(0, Kind.FIN, False, 73, 77),
            Step(0, Kind.SEGMENT, True, 73, 78),
            Step(0, Kind.FIN, True, 73, 78),
            Step(0, Kind.SEGMENT, False, 74, 78),
        ),
    ),
    Failure(
        "shut down on one side",
        30,
        (
            *BEGIN,
            Step(0, Kind.SEGMENT, False, 54),
            Step(0, Kind.NOTIFICATION, False, 54),
            Step(0, Kind.FIN, False, 54, 22),
            Step(0, Kind.SEGMENT, True, 54, 23),
            Step(0, Kind.FIN, True, 54, 23),
            Step(0, Kind.SEGMENT, False, 55, 23),
        ),
    ),
    Failure(
        "accepted, then silence",
        270,
        (
            *BEGIN,
            Step(0, Kind.SEGMENT, False, 54),
            Step(240, Kind.NOTIFICATION, True, 54),
            Step(240, Kind.FIN, True, 75),
            Step(240, Kind.SEGMENT, False, 76),
        ),
    ),
)
