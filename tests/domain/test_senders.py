"""Who may send: the same answer as the networks themselves give, at the price of a shift."""

import time
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.feed.senders import Senders, parse_networks

NETWORKS = parse_networks(
    ["192.0.2.0/25", "198.51.100.7", "0.0.0.0/8", "2001:db8::/33", "::1", "10.0.0.0/8"]
)
LISTED = Senders(NETWORKS)


def expected(packed):
    address = ip_address(packed)
    return any((getattr(address, "ipv4_mapped", None) or address) in one for one in NETWORKS)


@given(st.one_of(st.binary(min_size=4, max_size=4), st.binary(min_size=16, max_size=16)))
def test_any_address_gets_the_answer_of_the_networks(packed):
    assert LISTED.allow(packed) == expected(packed)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("192.0.2.127", True), ("192.0.2.128", False), ("198.51.100.7", True),
        ("198.51.100.6", False), ("2001:db8:7fff::", True), ("2001:db8:8000::", False),
        ("::ffff:192.0.2.1", True), ("::ffff:192.0.2.200", False), ("::1", True),
        ("::2", False), ("0.0.0.1", True), ("::c000:201", False),
    ],
)  # fmt: skip
def test_the_edges_of_a_prefix_are_its_own(address, may):
    packed = ip_address(address).packed

    assert LISTED.allow(packed) is may
    assert expected(packed) is may


@pytest.mark.parametrize("packed", [b"", b"\x0a", bytes(5), bytes(17)])
def test_what_is_no_address_may_not_send(packed):
    assert not LISTED.allow(packed)


def test_with_no_network_everybody_may_send():
    assert Senders().is_open
    assert Senders().allow(b"")


def test_senders_that_are_invented_cost_little_each():
    """Parsing an address takes several microseconds, a shift less than one."""
    begun = time.perf_counter()
    refused = sum(not LISTED.allow(number.to_bytes(4)) for number in range(2**31, 2**31 + 50_000))

    assert refused == 50_000
    assert time.perf_counter() - begun < 0.5


def test_bad_prefixes_are_named():
    with pytest.raises(ValueError, match=r"192\.0\.2\.1/24"):
        parse_networks(["192.0.2.0/24", "192.0.2.1/24"])
