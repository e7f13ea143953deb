"""What one sampled segment of a BGP connection is."""

from enum import StrEnum

from app.domain.bgp import MARKER, Message, messages

FIN, SYN, RST, ACK = 1, 2, 4, 16


class Kind(StrEnum):
    """The flags come first, then the messages that are visible."""

    SYN = "SYN"
    SYN_ACK = "SYN-ACK"
    RST = "RST"
    FIN = "FIN"
    OPEN = "OPEN"
    NOTIFICATION = "NOTIFICATION"
    UPDATE = "UPDATE"
    ROUTE_REFRESH = "ROUTE-REFRESH"
    KEEPALIVE = "KEEPALIVE"
    SEGMENT = "other segment"  # has the ACK flag; no message starts where its payload does
    WITHOUT_ACK = "without ACK"  # belongs to no connection: proves nothing


ATTEMPTS = frozenset((Kind.SYN, Kind.SYN_ACK, Kind.RST, Kind.FIN, Kind.OPEN, Kind.NOTIFICATION))
# Sent in the state Established only (RFC 4271, section 8.2.2; RFC 2918, section 4).
PROOFS = frozenset((Kind.UPDATE, Kind.ROUTE_REFRESH))

# When several messages share a segment, the one that says most decides.
_BY_WEIGHT = (
    (Message.NOTIFICATION, Kind.NOTIFICATION),
    (Message.OPEN, Kind.OPEN),
    (Message.UPDATE, Kind.UPDATE),
    (Message.ROUTE_REFRESH, Kind.ROUTE_REFRESH),
    (Message.KEEPALIVE, Kind.KEEPALIVE),
)


_KEEPALIVE = MARKER + b"\x00\x13\x04"


def kind_of(flags: int, payload: bytes = b"") -> Kind:
    """The kind of a segment with these TCP flags, of whose payload `payload` is visible."""
    if flags & RST:
        return Kind.RST
    if flags & SYN:
        return Kind.SYN_ACK if flags & ACK else Kind.SYN
    if flags & FIN:
        return Kind.FIN
    if not flags & ACK:
        return Kind.WITHOUT_ACK
    if payload == _KEEPALIVE:  # by far the most of them
        return Kind.KEEPALIVE
    visible = messages(payload)
    return next((kind for message, kind in _BY_WEIGHT if message in visible), Kind.SEGMENT)
