"""What makes no sense is skipped and named; what it could have been is left in doubt."""

import pytest

from app.domain.errors import Invalid
from app.domain.ixf.parse import parse_object
from tests.exports import entry, exchange, export, lan, network, port


def problems(*networks, **options):
    return [str(one) for one in parse_object(export(*networks, **options)).problems]


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        (
            network(64500, "192.0.2.error"),
            "AS64500 Net 64500: connection_list[0].vlan_list[0].ipv4.address: "
            '"192.0.2.error" is no IPv4 address of a router; skipped',
        ),
        (
            network(64500, port(entry(v6="192.0.2.1"))),
            "AS64500 Net 64500: connection_list[0].vlan_list[0].ipv6.address: "
            '"192.0.2.1" is no IPv6 address of a router; skipped',
        ),
        (
            network(64500, port(entry("192.0.2.1", vlan_id=9))),
            "AS64500 Net 64500: connection_list[0].vlan_list[0].vlan_id: "
            "9 is not in the VLAN list; skipped",
        ),
        (
            network(64500, port(entry("192.0.2.1"), ixp_id=9)),
            "AS64500 Net 64500: connection_list[0].ixp_id: 9 is not in ixp_list; skipped",
        ),
        (
            network(None, "192.0.2.1", name="Nobody"),
            "member 1 (Nobody): asnum: null is no AS number; skipped",
        ),
        (network(0), "member 1 (Net 0): asnum: 0 is no AS number; skipped"),
        *(
            (
                network(asn),
                f"member 1 (Net {asn}): asnum: {asn} is reserved, so no network has it; skipped",
            )
            for asn in (23456, 65535, 2**32 - 1)
        ),
        (network(2**32), "member 1 (Net 4294967296): asnum: 4294967296 is no AS number; skipped"),
        (
            network(64500, port("x")),
            "AS64500 Net 64500: connection_list[0].vlan_list[0]: is no object; skipped",
        ),
        (
            network(64500, port({"vlan_id": 1, "ipv4": "192.0.2.1"})),
            "AS64500 Net 64500: connection_list[0].vlan_list[0].ipv4: is no object; skipped",
        ),
        (
            network(64500, port(entry("192.0.2.1", mac_addresses=["zz"]))),
            "AS64500 Net 64500: connection_list[0].vlan_list[0].ipv4.mac_addresses: "
            '"zz" is no MAC; left out',
        ),
        (
            network(64500) | {"connection_list": "none"},
            "AS64500 Net 64500: connection_list: is no list; skipped",
        ),
        ("x", "member 1: entry: is no object; skipped"),
    ],
)
def test_a_skipped_entry_is_one_line_with_member_and_field(member, problem):
    assert problems(member) == [problem]


def test_an_address_listed_twice_belongs_to_the_first():
    found = parse_object(export(network(64500, "192.0.2.1"), network(64501, "192.0.2.1/24")))

    assert [str(one) for one in found.problems] == [
        "AS64501 Net 64501: connection_list[0].vlan_list[0].ipv4.address: "
        "192.0.2.1 is listed for AS64500 Net 64500 already; skipped"
    ]
    assert [len(one.connections) for one in found.networks] == [1, 0]
    assert found.doubtful_asns == {64500, 64501}


def test_the_same_address_may_be_in_two_vlans():
    homes = [exchange(lans=[lan(1), lan(2)])]
    both = [port(entry("192.0.2.1")), port(entry("192.0.2.1", vlan_id=2))]

    assert problems(network(64500, *both), exchanges=homes) == []


def test_a_vlan_id_may_not_be_left_out_where_there_are_several():
    homes = [exchange(lans=[lan(1), lan(2)])]
    place = port(entry("192.0.2.1") | {"vlan_id": None})

    assert problems(network(64500, place), exchanges=homes) == [
        "AS64500 Net 64500: connection_list[0].vlan_list[0].vlan_id: "
        "null is not in the VLAN list; skipped"
    ]


def test_a_vlan_or_exchange_that_is_listed_twice_counts_once():
    homes = [exchange(lans=[lan(1), lan(1, "Again")]), exchange(shortname="Again")]

    assert problems(exchanges=homes) == [
        "IX: vlan[1].id: 1 is listed twice; left out",
        "exchange 2: ixp_id: 1 is listed twice; left out",
    ]


def test_a_prefix_that_is_none_is_left_out():
    homes = [exchange(lans=[lan(ipv4={"prefix": "192.0.2.x", "mask_length": 24})])]

    assert problems(exchanges=homes) == ["VLAN LAN 1: ipv4.prefix: is no prefix; left out"]


def test_addresses_outside_the_prefix_are_kept_and_named():
    homes = [exchange(lans=[lan(ipv4={"prefix": "198.51.100.0", "mask_length": 24})])]
    found = parse_object(export(network(64500, "192.0.2.1"), exchanges=homes))

    assert found.notes == ("VLAN LAN 1: outside its prefixes, kept: 192.0.2.1",)
    assert len(found.networks[0].connections) == 1


def test_a_good_address_beside_a_malformed_one_is_kept():
    found = parse_object(export(network(64500, port(entry("192.0.2.error", "2001:db8::1")))))

    assert found.networks[0].connections[0].addresses[0].text == "2001:db8::1"
    assert found.doubtful_asns == {64500}


def test_addresses_of_an_entry_without_asn_are_in_doubt():
    assert parse_object(export(network(None, "192.0.2.1"))).doubtful_addresses == {"192.0.2.1"}


def test_values_nested_without_end_are_named_by_their_kind():
    deep = []
    for _ in range(500):
        deep = [deep]

    document = parse_object(export(network(deep, "192.0.2.1")))

    assert "a list is no AS number" in str(document.problems[0])


def test_values_nested_beyond_recursion_are_nonsense_like_any_other():
    deep = []
    for _ in range(5000):
        deep = [deep]

    place = port(entry("192.0.2.1", routeserver=deep, max_prefix=deep, services=deep))
    document = parse_object(export(network(64500, place)))
    with pytest.raises(Invalid):
        parse_object(export(version=deep))

    assert not document.networks[0].connections[0].addresses[0].rs_client


def test_a_version_that_cannot_be_printed_is_refused_in_a_sentence_that_can():
    with pytest.raises(Invalid) as refusal:
        parse_object(export(version="\ud800"))

    assert str(refusal.value).encode()
