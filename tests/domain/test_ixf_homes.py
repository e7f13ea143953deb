"""Which infrastructure and VLAN an export means, though names and ids change."""

import pytest

from app.domain.errors import Invalid
from app.domain.ixf.parse import parse_object
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines
from app.domain.ixf.snapshot import KnownInfrastructure, KnownVlan, Snapshot
from tests.exports import entry, exchange, export, lan, network, plan_after, port

TWO = [exchange(1, "One"), exchange(2, "Two")]


def planned(*exchanges, known=(), vlans=(), wanted=None):
    snapshot = Snapshot(list(known), list(vlans), [], {}, [], [])
    return make_plan(snapshot, parse_object(export(exchanges=list(exchanges))), wanted)


def homes(plan):
    return [(step.name, step.known.name if step.known else None) for step in plan.infrastructures]


def test_an_infrastructure_is_known_by_its_name_in_any_case():
    assert homes(planned(exchange(1, "One"), known=[KnownInfrastructure(5, "ONE")])) == [
        ("One", "ONE")
    ]


def test_a_renamed_exchange_is_known_by_its_ixf_id():
    plan = planned(exchange(1, "New name"), known=[KnownInfrastructure(5, "Old", 101)])

    assert homes(plan) == [("New name", "Old")]
    assert lines(plan)[0] == (
        "= infrastructure Old: the export calls it New name; taken for the same by its IX-F id "
        "101. If it is another, name it: --infrastructure"
    )


def test_two_exchanges_are_never_the_same_infrastructure():
    twins = [exchange(n, name) | {"ixf_id": 7} for n, name in ((1, "Renamed"), (2, "One"))]
    known = [KnownInfrastructure(5, "One", 7)]

    assert homes(planned(*twins, known=known)) == [("Renamed", None), ("One", "One")]


def test_a_missing_ixf_id_is_noted():
    known = [KnownInfrastructure(5, "One")]
    plan = planned(exchange(1, "One"), known=known, vlans=[KnownVlan(8, 5, "LAN 1", 1)])

    assert lines(plan)[0] == "~ infrastructure One: IX-F id unknown → “101”"
    assert not plan.changes_nothing


def test_one_exchange_is_chosen_by_short_or_long_name():
    named = [TWO[0], TWO[1] | {"name": "The second one"}]

    assert homes(planned(*named, wanted="the SECOND one")) == [("Two", None)]
    assert homes(planned(*named, wanted="one")) == [("One", None)]


def test_the_only_exchange_takes_any_name():
    plan = planned(TWO[0], known=[KnownInfrastructure(5, "Old", 101)], wanted="Mine")

    assert homes(plan) == [("Mine", None)]


def test_a_name_that_fits_none_of_several_is_refused_with_a_list():
    with pytest.raises(Invalid, match=r"no exchange “Three”\. It has “One”, “Two”"):
        planned(*TWO, wanted="Three")


def test_an_export_of_no_exchange_is_refused():
    with pytest.raises(Invalid, match="lists no exchange"):
        planned()


def test_exchanges_of_one_name_become_two_infrastructures():
    assert homes(planned(exchange(1, "IX"), exchange(2, "ix"))) == [("IX", None), ("ix (2)", None)]


def test_only_members_of_the_chosen_exchange_are_imported():
    both = export(
        network(64500, "192.0.2.1"),
        network(64501, port(entry("192.0.2.1"), ixp_id=2)),
        exchanges=TWO,
    )
    plan = make_plan(Snapshot([], [], [], {}, [], []), parse_object(both), "Two")

    assert [step.asn for step in plan.members] == [64501]


def vlans_after(lans, known):
    home = [KnownInfrastructure(5, "IX", 101)]
    plan = planned(exchange(lans=lans), known=home, vlans=known)
    return [(v.name, v.known.id if v.known else None, sorted(v.changes)) for v in plan.vlans]


@pytest.mark.parametrize(
    ("lans", "known", "expected"),
    [
        ([lan(1)], [KnownVlan(8, 5, "LAN 1", 1)], [("LAN 1", 8, [])]),
        ([lan(1, "New")], [KnownVlan(8, 5, "LAN 1", 1)], [("New", 8, ["name"])]),
        ([lan(9)], [KnownVlan(8, 5, "lan 9", 1)], [("LAN 9", 8, ["ixf_vlan_id", "name"])]),
        ([lan(9)], [KnownVlan(8, 5, "LAN 9")], [("LAN 9", 8, ["ixf_vlan_id"])]),
        ([lan(9)], [KnownVlan(8, 6, "LAN 9", 9)], [("LAN 9", None, [])]),
        (
            [lan(1, "B"), lan(2, "A")],
            [KnownVlan(8, 5, "A", 1), KnownVlan(9, 5, "B", 2)],
            [("B", 8, ["name"]), ("A", 9, ["name"])],
        ),
        (
            [lan(1, "Taken")],
            [KnownVlan(8, 5, "Old", 1), KnownVlan(9, 5, "Taken")],
            [("Old", 8, [])],
        ),
        (
            [lan(1, "New"), lan(9, "LAN 1")],
            [KnownVlan(8, 5, "LAN 1", 1)],
            [("New", 8, ["name"]), ("LAN 1", None, [])],
        ),
        ([lan(1, "Same"), lan(2, "Same")], [], [("Same", None, []), ("Same (2)", None, [])]),
    ],
    ids=[
        "id",
        "renamed",
        "renumbered",
        "by hand",
        "elsewhere",
        "swapped",
        "name taken",
        "name freed",
        "twice",
    ],
)
def test_a_vlan_is_known_by_its_id_else_by_its_name(lans, known, expected):
    assert vlans_after(lans, known) == expected


def test_a_vlan_that_no_member_of_an_export_was_on_is_not_missed():
    assert vlans_after([], [KnownVlan(8, 5, "By hand", 1)]) == []


def test_a_prefix_that_the_export_leaves_out_stays():
    four = {"ipv4": {"prefix": "192.0.2.0", "mask_length": 24}}
    six = {"ipv6": {"prefix": "2001:db8::", "mask_length": 64}}

    def with_lan(**prefixes):
        return export(exchanges=[exchange(lans=[lan(1, **prefixes)])])

    assert lines(plan_after(with_lan(**four, **six), with_lan(**four))) == []
    assert lines(plan_after(with_lan(**four), with_lan(**four, **six))) == [
        "~ VLAN LAN 1: prefixes “192.0.2.0/24” → “192.0.2.0/24, 2001:db8::/64”"
    ]
