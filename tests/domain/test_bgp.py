"""Messages told from the first octets of a payload."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bgp import Message, messages
from app.domain.sflow.encode import bgp_message


def header(length, kind):
    return b"\xff" * 16 + length.to_bytes(2, "big") + bytes((kind,))


@pytest.mark.parametrize(
    ("length", "kind"),
    [(29, 1), (4096, 1), (23, 2), (65535, 2), (21, 3), (65535, 3), (19, 4), (23, 5), (65535, 5)],
)
def test_a_header_of_legal_length_is_recognised(length, kind):
    assert messages(header(length, kind)) == (Message(kind),)


@pytest.mark.parametrize(
    ("length", "kind"),
    [(28, 1), (4097, 1), (22, 2), (20, 3), (18, 4), (20, 4), (22, 5), (19, 0), (19, 6), (0, 2)],
)
def test_a_header_of_illegal_length_or_type_is_not(length, kind):
    assert messages(header(length, kind)) == ()


def test_the_marker_must_be_whole():
    assert messages(b"\xff" * 15 + b"\x00" + header(19, 4)[16:]) == ()


@pytest.mark.parametrize("visible", range(19))
def test_a_header_that_is_not_wholly_visible_tells_nothing(visible):
    assert messages(header(23, 2)[:visible]) == ()


def test_messages_behind_the_first_are_found_too():
    payload = bgp_message(4) + bgp_message(2, bytes(4)) + bgp_message(3, bytes(2))

    assert messages(payload) == (Message.KEEPALIVE, Message.UPDATE, Message.NOTIFICATION)


def test_a_message_cut_short_by_the_sample_still_counts():
    assert messages(header(4000, 2) + bytes(50)) == (Message.UPDATE,)


@given(st.binary(max_size=200))
def test_no_payload_raises(payload):
    messages(b"\xff" * 16 + payload)
    messages(payload)
