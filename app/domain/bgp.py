"""What of BGP can be told from the first octets of a TCP payload (RFC 4271, section 4.1)."""

from enum import IntEnum

PORT = 179
MARKER = b"\xff" * 16
HEADER_OCTETS = 19


class Message(IntEnum):
    """The message types (RFC 4271, section 4.1; RFC 2918)."""

    OPEN = 1
    UPDATE = 2
    NOTIFICATION = 3
    KEEPALIVE = 4
    ROUTE_REFRESH = 5


OPEN, UPDATE, NOTIFICATION, KEEPALIVE, ROUTE_REFRESH = Message

# Least and greatest legal length. RFC 4271 4.2 to 4.5 and RFC 2918 give the least; RFC 8654
# allows up to 65,535 octets for all but OPEN and KEEPALIVE, once both ends agreed to it.
LENGTHS = {
    Message.OPEN: (29, 4096),
    Message.UPDATE: (23, 65535),
    Message.NOTIFICATION: (21, 65535),
    Message.KEEPALIVE: (19, 19),
    Message.ROUTE_REFRESH: (23, 65535),
}


def messages(payload: bytes) -> tuple[Message, ...]:
    """The messages whose headers are visible, if the payload starts with one.

    Follows the lengths from header to header and stops at the first octets that are no legal
    header. A segment that starts in the middle of a message gives nothing. Never raises.
    """
    found = []
    offset = 0
    while payload.startswith(MARKER, offset) and offset + HEADER_OCTETS <= len(payload):
        length = int.from_bytes(payload[offset + 16 : offset + 18], "big")
        kind = payload[offset + 18]
        least, most = LENGTHS.get(kind, (1, 0))  # type: ignore[call-overload]
        if not least <= length <= most:
            break
        found.append(Message(kind))
        offset += length
    return tuple(found)
