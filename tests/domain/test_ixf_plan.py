"""What an import would change, in the words in which it is shown."""

from dataclasses import replace

import pytest

from app.domain.ixf.parse import parse_object
from app.domain.ixf.plan import make_plan
from app.domain.ixf.report import lines, summary
from app.domain.ixf.snapshot import Snapshot
from tests.exports import (
    crowd,
    entry,
    export,
    network,
    plan_after,
    plan_from_nothing,
    port,
    snapshot_of,
)

MAC = "02:00:5e:00:53:01"


def changes(before, after, **known):
    return lines(plan_after(export(*before), export(*after), **known))


def test_everything_is_new_to_an_empty_portal():
    plan = plan_from_nothing(export(network(64500, port(entry("192.0.2.1", routeserver=True)))))

    assert lines(plan) == [
        "+ infrastructure IX",
        "+ VLAN LAN 1 (no prefixes), without flags",
        "+ AS64500 Net 64500",
        "+ AS64500 Net 64500 on LAN 1: 192.0.2.1 (route-server client)",
    ]
    assert summary(plan) == (
        "Members: 1 added, 0 changed, 0 returned, 0 left. Addresses: 1 added, 0 changed, 0 left."
    )


def test_the_same_export_again_changes_nothing():
    everything = network(
        64500,
        port(entry("192.0.2.1", "2001:db8::1", routeserver=True, max_prefix=5, as_macro="AS-X")),
        port(entry("192.0.2.2", mac_addresses=[MAC]), state="inactive"),
        member_type="peering",
        peering_policy="open",
        url="https://x.example",
        member_since="2020-01-01T00:00:00Z",
        contact_email=["noc@x.example"],
    )
    plan = plan_after(export(everything), export(everything))

    assert plan.changes_nothing
    assert lines(plan) == []


@pytest.mark.parametrize(
    ("field", "old", "new", "line"),
    [
        ("name", "Old", "New", "name “Old” → “New”"),
        ("peering_policy", None, "open", "policy unknown → “open”"),
        ("member_type", "peering", "routeserver", "type “peering” → “routeserver”"),
        ("url", "https://a.example", "https://b.example",
         "website “https://a.example” → “https://b.example”"),
        ("contact_email", [], ["b@x.example", "a@x.example"],
         "peering contact unknown → “a@x.example, b@x.example”"),
    ],
)  # fmt: skip
def test_a_field_of_a_member_changes_from_old_to_new(field, old, new, line):
    before, after = (
        network(64500, "192.0.2.1", **({"name": "Old"} | {field: value})) for value in (old, new)
    )

    assert changes([before], [after]) == [f"~ AS64500 Old: {line}"]


@pytest.mark.parametrize("field", ["peering_policy", "url", "member_type", "contact_email"])
def test_what_an_export_leaves_out_changes_nothing(field):
    full = network(64500, "192.0.2.1", **{field: "peering"})
    full |= {"url": "https://x.example", "contact_email": ["noc@x.example"]}
    bare = {name: value for name, value in full.items() if name != field}

    assert changes([full], [bare]) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ({}, {"routeserver": True}, "route-server client no → yes"),
        ({"max_prefix": 5}, {"max_prefix": 0}, "max-prefix “5” → unknown"),
        ({"as_macro": "AS-A"}, {"as_macro": "AS-B"}, "AS-SET “AS-A” → “AS-B”"),
    ],
)
def test_a_field_of_an_address_changes_from_old_to_new(old, new, line):
    before, after = (network(64500, port(entry("192.0.2.1", **f))) for f in (old, new))

    assert changes([before], [after]) == [f"~ AS64500 Net 64500 on LAN 1: 192.0.2.1 {line}"]


def test_a_connection_that_goes_out_of_use_says_so():
    before, after = (network(64500, port(entry("192.0.2.1"), state=s)) for s in ("active", "down"))

    assert changes([before], [after]) == [
        "~ AS64500 Net 64500 on LAN 1: “connected” → “disconnected”"
    ]


def test_a_renumbered_connection_is_one_change():
    assert changes([network(64500, "192.0.2.1")], [network(64500, "192.0.2.9")]) == [
        "~ AS64500 Net 64500 on LAN 1: 192.0.2.1 → 192.0.2.9"
    ]


def test_a_renumbered_connection_is_told_by_its_mac_address():
    def ports(first, second):
        macs = ["02:00:5e:00:53:01"], ["02:00:5e:00:53:02"]
        return [port(entry(a, mac_addresses=m)) for a, m in zip((first, second), macs, strict=True)]

    found = changes(
        [network(64500, *ports("192.0.2.1", "192.0.2.2"))],
        [network(64500, *ports("192.0.2.12", "192.0.2.11"))],
    )

    assert sorted(found) == [
        "~ AS64500 Net 64500 on LAN 1: 192.0.2.1 → 192.0.2.12",
        "~ AS64500 Net 64500 on LAN 1: 192.0.2.2 → 192.0.2.11",
    ]


def test_an_export_that_drops_mac_addresses_takes_none_away():
    before = network(64500, port(entry("192.0.2.1", mac_addresses=[MAC])))

    assert changes([before], [network(64500, "192.0.2.1")]) == []


def test_another_mac_address_is_a_change():
    before, after = (
        network(64500, port(entry("192.0.2.1", mac_addresses=[mac])))
        for mac in (MAC, "02:00:5e:00:53:02")
    )

    assert changes([before], [after]) == [
        f"~ AS64500 Net 64500 on LAN 1: MAC “{MAC}” → “02:00:5e:00:53:02”"
    ]


def test_a_second_address_of_a_connection_is_added_to_it():
    after = network(64500, port(entry("192.0.2.1", "2001:db8::1")))
    plan = plan_after(export(network(64500, "192.0.2.1")), export(after))

    assert lines(plan) == ["+ AS64500 Net 64500 on LAN 1: 2001:db8::1"]
    assert plan.interfaces[0].known is not None


def test_an_address_moves_to_another_connection_of_its_member():
    apart = network(64500, port(entry("192.0.2.1")), port(entry(v6="2001:db8::1")))
    together = network(64500, port(entry("192.0.2.1", "2001:db8::1")))
    moved = ["~ AS64500 Net 64500 on LAN 1: 2001:db8::1 on another connection"]

    assert changes([apart], [together]) == moved
    assert changes([together], [apart]) == moved


def test_an_address_that_moves_to_another_member_says_from_whom():
    before = [network(64500, "192.0.2.1", "192.0.2.2"), network(64501, "192.0.2.3")]
    after = [network(64500, "192.0.2.1"), network(64501, "192.0.2.3", "192.0.2.2")]

    assert changes(before, after) == [
        "~ 192.0.2.2 on LAN 1: AS64500 Net 64500 → AS64501 Net 64501",
    ]


def test_an_address_taken_over_in_place_of_another_names_both():
    before = [network(64500, "192.0.2.1", "192.0.2.2"), network(64501, "192.0.2.3")]
    after = [network(64500, "192.0.2.1"), network(64501, "192.0.2.2")]

    assert changes(before, after) == [
        "~ 192.0.2.2 on LAN 1: AS64500 Net 64500 → AS64501 Net 64501, in place of 192.0.2.3",
    ]


def test_what_the_operator_set_stays_and_is_said():
    found = changes(
        [network(64500, "192.0.2.1", name="By hand")],
        [network(64500, "192.0.2.1", name="Exported", contact_email=["noc@x.example"])],
        origins={64500: {"name": "operator"}},
        own_emails={64500: frozenset({"own@x.example"})},
    )

    assert found == [
        "= AS64500 By hand: name stays “By hand”, set by hand; the export says “Exported”",
        "= AS64500 By hand: peering contact stays “own@x.example”, set by hand; "
        "the export says “noc@x.example”",
    ]


def test_what_stays_is_no_change():
    plan = plan_after(
        export(network(64500, "192.0.2.1", name="By hand")),
        export(network(64500, "192.0.2.1", name="Exported")),
        origins={64500: {"name": "operator"}},
    )

    assert plan.changes_nothing


def test_the_order_of_members_and_connections_does_not_matter():
    networks = [*crowd(3), network(64500, "192.0.2.101", "192.0.2.102")]
    turned = [m | {"connection_list": m["connection_list"][::-1]} for m in networks[::-1]]

    assert changes(networks, turned) == []


def test_who_left_does_not_return_because_its_other_half_is_there():
    snapshot = snapshot_of(parse_object(export(network(64500, "192.0.2.1"))))
    (holder,) = snapshot.members.values()
    first = replace(holder, id=99, left=True)
    second = replace(holder, from_export=False)
    split = Snapshot(
        snapshot.infrastructures,
        snapshot.vlans,
        [first, second],
        {"64500": first.id},
        list(snapshot.interfaces.values()),
        list(snapshot.live.values()),
    )
    plan = make_plan(split, parse_object(export(network(64500, "192.0.2.1"))))

    assert lines(plan) == []
