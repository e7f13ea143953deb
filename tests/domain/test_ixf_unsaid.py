"""What an export does not say, or says twice, takes nothing from what is known."""

import pytest

from app.domain.ixf.parse import parse_object
from app.domain.ixf.report import lines
from tests.exports import entry, exchange, export, network, plan_after, plan_from_nothing, port


def test_a_member_without_a_name_keeps_the_one_it_has():
    before, after = (network(64500, "192.0.2.1", name=name) for name in ("Alpha", None))

    assert lines(plan_after(export(before), export(after))) == []


def test_a_new_member_without_a_name_is_called_by_its_asn():
    plan = plan_from_nothing(export(network(64500, "192.0.2.1", name=None)))

    assert "+ AS64500 AS64500" in lines(plan)
    assert plan.members[0].changes["name"] == (None, "AS64500")


@pytest.mark.parametrize("lans", [[], [{"id": 1}], [{"id": 1, "name": ""}]])
def test_a_vlan_without_a_name_keeps_the_one_it_has(lans):
    place = network(64500, "192.0.2.1")
    before, after = (export(place, exchanges=[home]) for home in (exchange(), exchange(lans=lans)))

    assert lines(plan_after(before, after)) == []


def test_what_only_the_second_entry_of_an_asn_says_is_said():
    bare = network(64500, "192.0.2.1", name=None)
    full = network(
        64500,
        "192.0.2.2",
        peering_policy="open",
        url="https://x.example",
        peering_policy_url="https://x.example/peering",
        member_since="2020-01-01T00:00:00Z",
    )
    alone = parse_object(export(full)).networks[0]
    both = parse_object(export(bare, full)).networks[0]

    for name in ("name", "policy", "website", "policy_url", "joined_at"):
        assert getattr(both, name) == getattr(alone, name), name
    assert len(both.connections) == 2


def test_entries_of_an_asn_that_differ_mean_the_same_in_any_order():
    one = network(64500, "192.0.2.1", name="Alpha", peering_policy="open")
    other = network(64500, "192.0.2.2", name="Alpha 2", peering_policy="closed")

    assert lines(plan_after(export(one, other), export(other, one))) == []


HOLDER = network(64501, "192.0.2.2")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("other", [64500, 64502])
def test_an_address_that_two_claim_stays_with_its_holder(other, turned):
    claims = [network(other, "192.0.2.1", "192.0.2.2"), HOLDER]
    plan = plan_after(
        export(network(other, "192.0.2.1"), HOLDER),
        export(*(claims[::-1] if turned else claims)),
    )

    assert lines(plan) == []


def test_a_claim_to_what_another_holds_ends_no_address():
    before = export(network(64500, "192.0.2.1"), HOLDER)

    assert lines(plan_after(before, export(network(64500, "192.0.2.2"), HOLDER))) == []


def test_a_holder_whose_other_protocol_is_sound_loses_nothing():
    holder = network(64501, port(entry("192.0.2.2", "2001:db8::2")))
    before = export(network(64500, "192.0.2.1"), holder)
    after = export(network(64500, "192.0.2.1", "192.0.2.2"), holder)

    assert lines(plan_after(before, after)) == []


@pytest.mark.parametrize("turned", [False, True])
def test_an_address_that_is_new_to_both_belongs_to_the_lower_asn(turned):
    claims = [network(64500, "192.0.2.9"), network(64501, "192.0.2.9")]
    plan = plan_from_nothing(export(*(claims[::-1] if turned else claims)))

    assert [step.asn for step in plan.interfaces] == [64500]


def test_an_address_whose_holder_claims_it_no_longer_moves():
    claims = [network(64500, "192.0.2.1", "192.0.2.3"), network(64502, "192.0.2.3")]
    before = export(network(64500, "192.0.2.1"), network(64501, "192.0.2.2", "192.0.2.3"))

    assert lines(plan_after(before, export(*claims, HOLDER))) == [
        "~ 192.0.2.3 on LAN 1: AS64501 Net 64501 → AS64500 Net 64500",
    ]


@pytest.mark.parametrize("turned", [False, True])
def test_the_connection_with_the_ipv4_address_is_the_one_that_was(turned):
    before = network(64500, port(entry("192.0.2.1", "2001:db8::1")))
    ports = [port(entry("192.0.2.1", "2001:db8::2")), port(entry(v6="2001:db8::1"))]
    after = network(64500, *(ports[::-1] if turned else ports))

    assert lines(plan_after(export(before), export(after))) == [
        "+ AS64500 Net 64500 on LAN 1: 2001:db8::2",
        "~ AS64500 Net 64500 on LAN 1: 2001:db8::1 on another connection",
    ]
