"""Addresses have one written form, and what is no address of a router is refused."""

import pytest

from app.domain.addresses import contains, parse_address, parse_mac, parse_prefix


@pytest.mark.parametrize(
    ("given", "protocol", "stored"),
    [
        ("192.0.2.1", 4, "192.0.2.1"),
        (" 192.0.2.1/24 ", 4, "192.0.2.1"),
        ("2001:DB8:0:0::00A", 6, "2001:db8::a"),
        ("2001:db8::1/64", 6, "2001:db8::1"),
        ("192.0.2.0/31", 4, "192.0.2.0"),
    ],
)
def test_addresses_are_stored_in_one_form(given, protocol, stored):
    assert parse_address(given, protocol) == stored


@pytest.mark.parametrize(
    ("given", "protocol"),
    [
        ("192.0.2.error", 4),
        ("192.0.2.1", 6),
        ("2001:db8::1", 4),
        ("192.0.2.0/24", 4),
        ("2001:db8::/64", 6),
        ("0.0.0.0", 4),
        ("127.0.0.1", 4),
        ("ff02::1", 6),
        ("fe80::1%eth0", 6),
        ("", 4),
    ],
)
def test_what_is_no_address_of_a_router_is_refused(given, protocol):
    with pytest.raises(ValueError):
        parse_address(given, protocol)


@pytest.mark.parametrize(
    ("prefix", "length", "stored"),
    [
        ("192.0.2.0", 24, "192.0.2.0/24"),
        ("192.0.2.17", "24", "192.0.2.0/24"),
        ("192.0.2.0/25", 24, "192.0.2.0/25"),
    ],
)
def test_prefixes_lose_their_host_bits(prefix, length, stored):
    assert parse_prefix(prefix, length, 4) == stored


def test_a_prefix_of_the_other_protocol_is_refused():
    with pytest.raises(ValueError):
        parse_prefix("2001:db8::", 64, 4)


def test_an_address_of_the_other_protocol_lies_in_no_prefix():
    assert contains("192.0.2.0/24", "192.0.2.7")
    assert not contains("192.0.2.0/24", "198.51.100.7")
    assert not contains("192.0.2.0/24", "2001:db8::7")


@pytest.mark.parametrize(
    "given", ["02:00:5E:00:53:01", "02-00-5e-00-53-01", "0200.5e00.5301", "02005e005301"]
)
def test_every_usual_spelling_of_a_mac_is_read(given):
    assert parse_mac(given) == "02:00:5e:00:53:01"


@pytest.mark.parametrize("given", ["", "02:00:5e:00:53", "02:00:5e:00:53:0g"])
def test_what_is_no_mac_is_refused(given):
    with pytest.raises(ValueError):
        parse_mac(given)
