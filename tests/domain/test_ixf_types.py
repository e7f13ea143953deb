"""Route servers and the exchange's own entries are recognised by their marks."""

from pathlib import Path

import pytest

from app.domain.ixf.parse import parse, parse_object
from app.domain.member import MemberType
from tests.exports import entry, exchange, export, lan, network, port

LAB = Path(__file__).parents[1] / "data" / "lab"
CLIENT = network(64500, port(entry("192.0.2.1", routeserver=True)), member_type="peering")


def types(*networks, **options):
    found = parse_object(export(*networks, **options))
    return {one.asn: one.type for one in found.networks}, found.notes


def server(asn=65500, address="192.0.2.250", vlan_id=1, **fields):
    services = fields.pop("services", {})
    return network(asn, port(entry(address, vlan_id=vlan_id, **services)), **fields)


@pytest.mark.parametrize(
    "marked",
    [
        server(member_type="routeserver"),
        server(member_type="ixp", services={"services": [{"type": "ixrouteserver"}]}),
        server(member_type="ixp", services={"service_type": ["ixrouteserver"]}),
        server(member_type="ixp", services={"service_type": "ixrouteserver"}),
        server(services={"services": [{"type": "IXRouteServer", "os": "x"}]}),
    ],
)
def test_every_mark_of_a_route_server_is_understood(marked):
    assert types(marked) == ({65500: MemberType.ROUTE_SERVER}, ())


@pytest.mark.parametrize(
    "own",
    [
        server(member_type="ixp"),
        server(member_type="ixp", services={"services": [{"type": "ixroutecollector"}]}),
        server(services={"service_type": ["ixroutecollector"]}),
    ],
)
def test_other_entries_of_the_exchange_are_internal(own):
    assert types(own) == ({65500: MemberType.INTERNAL}, ())


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("peering", MemberType.PEERING),
        ("probono", MemberType.PEERING),
        ("other", MemberType.PEERING),
        (None, None),
    ],
)
def test_everybody_else_is_a_peer_or_not_said(word, kind):
    assert types(network(64500, "192.0.2.1", member_type=word))[0] == {64500: kind}


def test_a_bare_own_entry_serves_the_clients_that_nobody_else_serves():
    found, notes = types(CLIENT, server(member_type="ixp"))

    assert found[65500] is MemberType.ROUTE_SERVER
    assert notes == (
        "AS65500 Net 65500 is the exchange's own without saying what it does; taken as route "
        "server. If not: flask members set --asn 65500 --type internal",
    )


def test_a_bare_own_entry_is_internal_beside_a_marked_route_server():
    marked = server(65501, "192.0.2.251", member_type="routeserver")

    assert types(CLIENT, marked, server(member_type="ixp")) == (
        {64500: "peering", 65501: "routeserver", 65500: "internal"},
        (),
    )


def test_a_bare_own_entry_in_another_vlan_than_the_clients_is_internal():
    homes = [exchange(lans=[lan(1), lan(2)])]
    found, _ = types(CLIENT, server(member_type="ixp", vlan_id=2), exchanges=homes)

    assert found[65500] is MemberType.INTERNAL


def test_a_collector_never_serves_clients():
    collector = {"services": [{"type": "ixroutecollector"}]}
    found, _ = types(CLIENT, server(member_type="ixp", services=collector))

    assert found[65500] is MemberType.INTERNAL


def test_the_route_server_of_the_lab_is_recognised():
    found = parse((LAB / "lab-a.ixf.json").read_bytes())

    assert [one.asn for one in found.networks if one.type == "routeserver"] == [65500]
    assert sum(one.type == "peering" for one in found.networks) == 6
