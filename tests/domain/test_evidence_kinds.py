"""What one segment is: its flags first, then its messages."""

import pytest

from app.domain.evidence import ATTEMPTS, PROOFS, Kind, kind_of
from app.domain.sflow.encode import ACK, FIN, PSH, RST, SYN, bgp_message

OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = (
    bgp_message(kind, body)
    for kind, body in ((1, bytes(10)), (2, bytes(4)), (3, bytes(2)), (4, b""), (5, bytes(4)))
)


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        (SYN, Kind.SYN),
        (SYN | ACK, Kind.SYN_ACK),
        (RST, Kind.RST),
        (RST | ACK, Kind.RST),
        (FIN | ACK, Kind.FIN),
        (ACK, Kind.SEGMENT),
        (ACK | PSH, Kind.SEGMENT),
        (0, Kind.WITHOUT_ACK),
        (PSH, Kind.WITHOUT_ACK),
    ],
)
def test_flags_tell_the_kind(flags, kind):
    assert kind_of(flags) is kind


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (OPEN, Kind.OPEN),
        (UPDATE, Kind.UPDATE),
        (NOTIFICATION, Kind.NOTIFICATION),
        (KEEPALIVE, Kind.KEEPALIVE),
        (REFRESH, Kind.ROUTE_REFRESH),
        (OPEN + KEEPALIVE, Kind.OPEN),
        (KEEPALIVE + UPDATE, Kind.UPDATE),
        (KEEPALIVE + NOTIFICATION, Kind.NOTIFICATION),
        (UPDATE[:18], Kind.SEGMENT),
        (b"\x00" + UPDATE, Kind.SEGMENT),
    ],
)
def test_messages_tell_the_kind_of_an_acknowledgement(payload, kind):
    assert kind_of(ACK, payload) is kind


@pytest.mark.parametrize("flags", [SYN | ACK, RST | ACK, FIN | ACK])
def test_an_update_with_other_flags_proves_nothing(flags):
    assert kind_of(flags, UPDATE) in ATTEMPTS


def test_a_keepalive_is_neither_proof_nor_attempt():
    assert Kind.KEEPALIVE not in PROOFS | ATTEMPTS
