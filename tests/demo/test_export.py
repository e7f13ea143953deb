"""The member export of the demo: what it may hold, and that an import understands all of it."""

import json
import re
from collections import Counter
from ipaddress import ip_address, ip_network

import pytest

from app.demo.export import member_export
from app.demo.networks import NETWORKS
from app.domain.ixf.parse import parse
from app.domain.member import MemberType
from tests.conftest import NOON

DOCUMENTATION_ASNS = {*range(64496, 64512), *range(65536, 65552)}  # RFC 5398
DOCUMENTATION = [
    ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32")
]  # RFC 5737, RFC 3849


@pytest.fixture(scope="module")
def export():
    return member_export(NOON)


@pytest.fixture(scope="module")
def document(export):
    return parse(json.dumps(export).encode())


def test_every_asn_is_one_for_documentation_and_none_is_left(document):
    assert {network.asn for network in document.networks} == DOCUMENTATION_ASNS


def test_every_address_is_one_for_documentation(document):
    addresses = [
        ip_address(address.text)
        for network in document.networks
        for connection in network.connections
        for address in connection.addresses
    ]

    assert len(addresses) > 80
    assert [a for a in addresses if not any(a in prefix for prefix in DOCUMENTATION)] == []


def test_every_name_phone_number_and_mac_leads_to_nobody(export):
    text = json.dumps(export)
    sites = re.findall(r'(?:@|https://)([^/"]+)', text)
    phones = re.findall(r'"(\+[^"]+)"', text)
    macs = re.findall(r'"((?:[0-9a-f]{2}:){5}[0-9a-f]{2})"', text)

    assert len(sites) > 80
    assert all(site.endswith(".example") for site in sites)
    assert len(phones) > 20
    assert all(re.fullmatch(r"\+44 20 7946 0\d{3}", phone) for phone in phones)
    assert len(macs) > 80
    assert all(mac.startswith("00:00:5e:00:53:") for mac in macs)


def test_an_import_has_nothing_to_complain_about(document):
    assert document.problems == ()
    assert document.notes == ()
    kinds = Counter(network.type for network in document.networks)
    assert kinds == {MemberType.PEERING: 31, MemberType.ROUTE_SERVER: 1}


def test_one_asn_is_listed_twice_and_is_one_member_on_both_lans(export, document):
    listed = Counter(member["asnum"] for member in export["member_list"])
    (twice,) = (asn for asn, times in listed.items() if times == 2)
    network = next(n for n in document.networks if n.asn == twice)

    assert {connection.lan for connection in network.connections} == {(1, 1), (1, 2)}


@pytest.mark.parametrize("said", ["emails", "website", "policy", "policy_url", "joined_at"])
def test_most_members_say_it_and_some_do_not(document, said):
    told = [bool(getattr(n, said)) for n in document.networks if n.type is MemberType.PEERING]

    assert 1 <= told.count(False) <= 6


def test_limits_and_as_sets_are_missing_for_some(document):
    found = [a for n in document.networks for c in n.connections for a in c.addresses]

    for said in ("max_prefix", "as_set"):
        told = [getattr(address, said) is not None for address in found]
        assert told.count(True) > 4 * told.count(False) > 0


def test_the_members_differ_as_real_ones_do():
    names = [network.name for network in NETWORKS]
    ports = [network.ports for network in NETWORKS]
    flags = ["".join("".join(routers) for routers in p.values()) for p in ports]

    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) > 60
    assert any(not name.isascii() for name in names)
    assert any(len(routers) == 4 for p in ports for routers in p.values())
    assert any("6" not in f for f in flags)
    assert any("4" not in f for f in flags)
    assert {frozenset(p) for p in ports} == {frozenset({1}), frozenset({2}), frozenset({1, 2})}
