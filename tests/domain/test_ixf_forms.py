"""Exports differ in form and mean the same."""

import json
from datetime import date

import pytest

from app.domain.errors import Invalid
from app.domain.ixf.parse import VERSIONS, parse, parse_object
from tests.exports import entry, exchange, export, lan, network, octets, port

MAC = "02:00:5e:00:53:01"


def only(document):
    """The one network of an export that has nothing to complain about."""
    read = parse_object(document)
    assert [str(problem) for problem in read.problems] == []
    return read.networks[0]


def texts(found):
    return [tuple(address.text for address in one.addresses) for one in found.connections]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read(version):
    document = parse(octets(export(network(64500, "192.0.2.1"), version=version)))

    assert document.version == version
    assert texts(document.networks[0]) == [("192.0.2.1",)]


@pytest.mark.parametrize(
    "found",
    [
        b"{",
        b"[]",
        b"\xff\xfe",
        b"",
        b"1" * 5000,
        b"[" * 100_000,
        b'{"version": "1.0"}',
        b'{"version": "1.0", "member_list": {}}',
        b'{"version": "2.0", "member_list": []}',
        b'{"member_list": []}',
        json.dumps(export()).encode() + b" {}",
    ],
)
def test_what_is_no_export_is_refused(found):
    with pytest.raises(Invalid):
        parse(found)


def test_a_byte_order_mark_is_no_fault():
    assert parse(b"\xef\xbb\xbf" + octets(export())).version == "1.0"


def test_a_list_in_the_vlan_list_is_flattened():
    nested = port() | {"vlan_list": [[entry("192.0.2.1", "2001:db8::1")]]}

    assert texts(only(export(network(64500, nested)))) == [("192.0.2.1", "2001:db8::1")]


def test_the_vlan_id_may_be_left_out_where_there_is_one_vlan():
    bare = entry("192.0.2.1")
    del bare["vlan_id"]

    assert only(export(network(64500, port(bare)))).connections[0].lan == (1, 1)


def test_the_exchange_may_be_left_out_where_there_is_one():
    bare = port(entry("192.0.2.1"))
    del bare["ixp_id"]

    assert only(export(network(64500, bare))).connections[0].lan == (1, 1)


def test_vlans_that_nothing_lists_are_taken_from_the_members():
    document = export(network(64500, port(entry("192.0.2.1", vlan_id=7))))
    del document["ixp_list"]
    read = parse_object(document)

    assert [(one.name, [v.name for v in one.lans]) for one in read.exchanges] == [
        ("IXP 1", ["VLAN 7"])
    ]
    assert read.notes == ("IXP 1 lists no VLAN; taken from its members: VLAN 7",)


def test_nulls_are_nothing():
    empty = {"vlan_id": 1, "ipv4": None, "ipv6": {"address": None}}
    blank = {"vlan_id": 1, "ipv4": {"address": ""}}
    places = [port(empty, blank), {"ixp_id": 1, "vlan_list": None, "if_list": None}]
    found = only(export(network(64500, *places, url=None, contact_email=None, member_since=None)))

    assert found.connections == ()
    assert (found.website, found.emails, found.joined_at) == (None, (), None)


def test_ipv4_and_ipv6_that_stand_apart_are_paired_in_order():
    apart = port(
        entry("192.0.2.1"),
        entry("192.0.2.2"),
        entry(v6="2001:db8::1"),
        entry(v6="2001:db8::2"),
        entry(v6="2001:db8::3"),
    )

    assert texts(only(export(network(64500, apart)))) == [
        ("192.0.2.1", "2001:db8::1"),
        ("192.0.2.2", "2001:db8::2"),
        ("2001:db8::3",),
    ]


def test_entries_of_different_vlans_or_ports_are_not_paired():
    two_vlans = port(entry("192.0.2.1"), entry(v6="2001:db8::1", vlan_id=2))
    another = port(entry(v6="2001:db8::2"))
    homes = [exchange(lans=[lan(1), lan(2)])]
    found = only(export(network(64500, two_vlans, another), exchanges=homes))

    assert texts(found) == [("192.0.2.1",), ("2001:db8::1",), ("2001:db8::2",)]


@pytest.mark.parametrize(
    "place",
    [
        entry("192.0.2.1") | {"mac_address": MAC.upper()},
        entry("192.0.2.1", mac_addresses=[MAC]),
        entry("192.0.2.1", mac_address=[MAC]),
        entry("192.0.2.1") | {"mac_addresses": [MAC, ""]},
    ],
)
def test_mac_addresses_are_found_wherever_a_version_puts_them(place):
    assert only(export(network(64500, port(place)))).connections[0].macs == {MAC}


@pytest.mark.parametrize(
    ("given", "meant"), [(100, 100), ("100", 100), (0, None), (None, None), (-1, None)]
)
def test_a_max_prefix_of_nothing_is_unknown(given, meant):
    found = only(export(network(64500, port(entry("192.0.2.1", max_prefix=given)))))

    assert found.connections[0].addresses[0].max_prefix == meant


@pytest.mark.parametrize(
    ("state", "connected"),
    [
        (None, True),
        ("active", True),
        ("Connected", True),
        ("anything", True),
        ("inactive", False),
        ("Disconnected", False),
        ("disabled", False),
    ],
)
def test_only_words_that_say_so_make_a_connection_disconnected(state, connected):
    place = port(entry("192.0.2.1"), state=state)

    assert only(export(network(64500, place))).connections[0].connected is connected


def test_an_asn_listed_twice_is_one_network_with_two_connections():
    twice = export(network(64500, "192.0.2.1"), network(64500, "192.0.2.2"))

    assert texts(only(twice)) == [("192.0.2.1",), ("192.0.2.2",)]


def test_texts_are_one_line_that_any_database_takes():
    odd = network("AS64500", name=" Caf\u00e9\u00a0\x00Net\n\ud800 ", url="www.example.net/x")
    odd |= {"contact_email": ["noc@x.example", "a\x00b@x.example", "noc@x.example", 7]}
    odd |= {"member_since": "2020-02-03T00:00:00Z", "peering_policy_url": "javascript:alert(1)"}
    found = only(export(odd))

    assert (found.asn, found.name, found.website) == (64500, "Café Net", "http://www.example.net/x")
    assert (found.emails, found.joined_at) == (("noc@x.example",), date(2020, 2, 3))
    assert found.policy_url is None


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200f", "\u200b"])
def test_a_name_cannot_turn_the_direction_of_writing(sign):
    document = parse_object(export(network(64496, "192.0.2.1", name=f"A{sign}lpha")))

    assert document.networks[0].name == "Alpha"
