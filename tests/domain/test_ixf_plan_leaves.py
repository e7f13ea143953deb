"""Who leaves, who only seems to, and how many may leave without a word."""

from dataclasses import replace

import pytest

from app.domain.ixf.parse import parse_object
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines
from app.domain.ixf.snapshot import Snapshot
from tests.exports import (
    crowd,
    entry,
    exchange,
    export,
    lan,
    network,
    plan_after,
    port,
    snapshot_of,
)

TWO = [exchange(1, "One"), exchange(2, "Two", [lan(1, "Other")])]


def left(plan):
    return [step.asn for step in plan.members_with("left")]


def test_a_member_that_is_gone_leaves_with_its_addresses():
    plan = plan_after(export(*crowd(2)), export(*crowd(1)))

    assert lines(plan) == [
        "- AS65002 Net 65002 leaves; kept with its history",
        "- AS65002 Net 65002 on LAN 1: 192.0.2.2",
    ]


def test_a_connection_can_leave_without_its_member():
    plan = plan_after(
        export(network(64500, "192.0.2.1", "192.0.2.2")), export(network(64500, "192.0.2.2"))
    )

    assert left(plan) == []
    assert lines(plan) == ["- AS64500 Net 64500 on LAN 1: 192.0.2.1"]


def test_an_export_speaks_only_of_its_own_exchanges():
    before = export(
        network(64500, "192.0.2.1", port(entry("192.0.2.1"), ixp_id=2)),
        network(64501, port(entry("192.0.2.2"), ixp_id=2)),
        exchanges=TWO,
    )

    assert lines(plan_after(before, export(network(64500, "192.0.2.1"), exchanges=TWO[:1]))) == []


def test_a_member_stays_while_it_is_connected_elsewhere():
    before = export(
        network(64500, "192.0.2.1", port(entry("192.0.2.1"), ixp_id=2)), *crowd(1, 9), exchanges=TWO
    )
    plan = plan_after(before, export(*crowd(1, 9), exchanges=TWO[:1]))

    assert left(plan) == []
    assert lines(plan) == ["- AS64500 Net 64500 on LAN 1: 192.0.2.1"]


def test_a_member_that_moves_to_another_vlan_stays():
    two = [exchange(lans=[lan(1), lan(2)])]
    after = network(64500, port(entry("192.0.2.1", vlan_id=2)))
    plan = plan_after(
        export(network(64500, "192.0.2.1"), exchanges=two), export(after, exchanges=two)
    )

    assert lines(plan) == [
        "+ AS64500 Net 64500 on LAN 2: 192.0.2.1",
        "- AS64500 Net 64500 on LAN 1: 192.0.2.1",
    ]


def test_connections_of_a_vlan_that_is_gone_leave():
    two = [exchange(lans=[lan(1), lan(2)])]
    before = export(
        network(64500, "192.0.2.1"),
        network(64501, port(entry("192.0.2.1", vlan_id=2))),
        exchanges=two,
    )
    plan = plan_after(before, export(network(64500, "192.0.2.1")))

    assert lines(plan) == [
        "- VLAN LAN 2 is not in the export; kept, without its connections",
        "- AS64501 Net 64501 leaves; kept with its history",
        "- AS64501 Net 64501 on LAN 2: 192.0.2.1",
    ]


@pytest.mark.parametrize(
    "unreadable",
    [
        network(65002, "192.0.2.error"),
        network(65002, port(entry("192.0.2.2", vlan_id=9))),
        network(65002, port(entry("192.0.2.2"), ixp_id=9)),
        network(None, "192.0.2.2"),
    ],
)
def test_nobody_leaves_because_an_entry_cannot_be_read(unreadable):
    plan = plan_after(export(*crowd(2)), export(*crowd(1), unreadable))

    assert plan.changes_nothing


@pytest.mark.parametrize(
    "after",
    [
        [network(64500, port(entry("192.0.2.1", "2001:db8::error")))],
        [network(64500, "192.0.2.1"), network(None, port(entry(v6="2001:db8::1")))],
    ],
)
def test_no_address_ends_because_it_cannot_be_read(after):
    before = network(64500, port(entry("192.0.2.1", "2001:db8::1")))

    assert plan_after(export(before), export(*after)).changes_nothing


def test_a_member_made_by_hand_never_leaves():
    snapshot = snapshot_of(parse_object(export(*crowd(2))))
    for member in list(snapshot.members.values()):
        by_hand = member.asn == 65002
        snapshot.members[member.id] = replace(member, from_export=not by_hand)
    plan = make_plan(snapshot, parse_object(export(*crowd(1))))

    assert plan.changes_nothing


@pytest.mark.parametrize(
    ("before", "after", "refused"),
    [
        (100, 95, None),
        (100, 94, "6 of 100 members would leave, more than 5 %"),
        (20, 19, None),
        (19, 18, "1 of 19 members would leave, more than 5 %"),
        (1, 0, "1 of 1 members would leave, more than 5 %"),
    ],
)
def test_five_percent_of_the_members_may_leave(before, after, refused):
    plan = plan_after(export(*crowd(before)), export(*crowd(after)))

    assert plan.too_many_leave() == refused


def test_five_percent_of_the_addresses_may_leave():
    double = [
        network(65000 + n, port(entry(f"192.0.2.{n}", f"2001:db8::{n:x}"))) for n in range(1, 101)
    ]
    plan = plan_after(export(*double), export(*crowd(11), *double[11:]))

    assert plan.too_many_leave() == "11 of 200 addresses would leave, more than 5 %"
    assert plan_after(export(*double), export(*crowd(10), *double[10:])).too_many_leave() is None


def test_renumbering_and_joining_are_no_leaves():
    renumbered = [network(65000 + n, f"192.0.2.{n + 100}") for n in range(1, 11)]

    assert plan_after(export(*crowd(10)), export(*renumbered)).too_many_leave() is None


def test_the_share_is_counted_in_the_exchanges_of_the_export():
    elsewhere = [network(64000 + n, port(entry(f"192.0.2.{n}"), ixp_id=2)) for n in range(1, 101)]
    before = export(*crowd(10), *elsewhere, exchanges=TWO)
    plan = plan_after(before, export(*crowd(9), exchanges=TWO[:1]))

    assert plan.too_many_leave() == "1 of 10 members would leave, more than 5 %"


def test_nothing_known_means_nobody_leaves():
    plan = make_plan(Snapshot([], [], [], {}, [], []), parse_object(export()))

    assert plan.too_many_leave() is None
