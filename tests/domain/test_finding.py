"""Search, filters and order: each by itself, together, and whatever an address may say."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import finding
from app.domain.classify import Cell, Link, Standing, Tab
from app.domain.finding import UNSTATED, Finding, find, read

LAN, OTHER = 1, 2


@dataclass
class Somebody:
    id: int
    name: str
    asn: int
    policy: str | None
    standing: Standing
    noted: str = ""
    asked_at: datetime | None = None
    marked_at: datetime | None = None


def cell(link, vlan=LAN, protocol=4):
    return Cell(vlan, protocol, False, 0, 1, False, link)


def somebody(number, name, *cells, policy=None, asn=None):
    linked = any(c.link not in (Link.NONE, Link.POSSIBLE) for c in cells)
    return Somebody(
        number, name, asn or 64500 + number, policy, Standing(cells, frozenset(), linked)
    )


ALL = [
    somebody(1, "Köln Fibre", cell(Link.NONE), policy="Open"),
    somebody(2, "Alder Net", cell(Link.BOTH), cell(Link.NONE, LAN, 6), policy="selective"),
    somebody(3, "alder media", cell(Link.ROUTE_SERVER, OTHER), policy="Selective "),
    somebody(4, "Zebra", cell(Link.POSSIBLE, OTHER, 6)),
    somebody(5, "Marked"),
]


def ids(**asked):
    return [who.id for who in find(ALL, Finding(**asked))]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("alder", [3, 2]),
        ("ALDER n", [2]),
        ("net alder", [2]),
        ("koln", [1]),
        ("KÖLN", [1]),
        ("AS64504", [4]),
        ("as6450", [3, 2, 1, 5, 4]),
        ("AS 64504", [4]),
        ("alder as 64502", [2]),
        ("as  4502", []),
        ("64502", [2]),
        ("4502", []),
        ("as", []),
        ("alder 64502", [2]),
        ("nobody", []),
    ],
)
def test_words_are_parts_of_the_name_or_the_beginning_of_the_asn(words, found):
    assert sorted(ids(words=words)) == sorted(found)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"policies": frozenset({"selective"})}, {2, 3}),
        ({"policies": frozenset({UNSTATED})}, {4, 5}),
        ({"policies": frozenset({"open", UNSTATED})}, {1, 4, 5}),
        ({"vlans": frozenset({OTHER})}, {3, 4}),
        ({"vlans": frozenset({LAN, OTHER})}, {1, 2, 3, 4}),
        ({"missing": frozenset({4})}, {1}),
        ({"missing": frozenset({6})}, {2, 4}),
        ({"missing": frozenset({4, 6})}, {1, 2, 4}),
        ({"missing": frozenset({6}), "vlans": frozenset({LAN})}, {2}),
        ({"no_link": True}, {1, 4, 5}),
        ({"no_link": True, "policies": frozenset({"open"})}, {1}),
        ({}, {1, 2, 3, 4, 5}),
    ],
)
def test_filters_keep_whom_they_say(asked, found):
    assert set(ids(**asked)) == found


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", [3, 2, 1, 5, 4]),
        ("asn", [1, 2, 3, 4, 5]),
        ("policy", [1, 3, 2, 5, 4]),
        (f"vlan-{LAN}", [1, 2, 3, 5, 4]),
        (f"vlan-{OTHER}", [4, 3, 2, 1, 5]),
    ],
)
def test_members_are_sorted_by_a_column_and_those_without_a_value_come_last(sort, order):
    assert ids(sort=sort) == order


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", [4, 5, 1, 2, 3]),
        ("asn", [5, 4, 3, 2, 1]),
        ("policy", [3, 2, 1, 5, 4]),
        (f"vlan-{LAN}", [2, 1, 3, 5, 4]),
    ],
)
def test_the_other_way_round_too(sort, order):
    assert ids(sort=sort, descending=True) == order


def test_a_protocol_that_is_not_shared_does_not_weaken_a_link():
    one = somebody(1, "Sees IPv6 only", cell(Link.BILATERAL, LAN, 6))
    two = somebody(2, "Has both, sees neither", cell(Link.NONE), cell(Link.NONE, LAN, 6))

    assert find([two, one], Finding(sort=f"vlan-{LAN}", descending=True)) == [one, two]


def test_potential_peers_without_any_link_come_first_in_the_same_order():
    grouped = finding.by_group(find(ALL, Finding()), Tab.POTENTIAL)

    assert [who.id for who in grouped] == [1, 5, 4, 3, 2]


@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        ({"words": "al"}, {"words": "ald"}, True),
        ({"words": "ald"}, {"words": "al"}, True),
        ({}, {"words": "a"}, False),
        ({"words": "a"}, {}, False),
        ({"words": "a"}, {"words": "al", "no_link": True}, False),
        ({"no_link": True}, {"no_link": True}, True),
    ],
)
def test_further_letters_go_on_with_a_search(before, after, goes_on):
    assert Finding(**after).continues(Finding(**before)) is goes_on


def test_all_but_no_link_goes_along_to_another_tab():
    sought = Finding("a", frozenset({"open"}), frozenset({1}), frozenset({4}), True, "asn")

    assert sought.everywhere == replace(sought, no_link=False)


def test_a_second_click_on_a_heading_turns_the_order_round():
    once = Finding().sorted_by("asn")

    assert (once.descending, once.sorted_by("asn").descending) == (False, True)
    assert Finding().sorted_by("name").descending is True


words = st.text(max_size=120).map(lambda text: " ".join(text.split())[:100].strip())
findings = st.builds(
    Finding,
    words,
    st.frozensets(st.text(min_size=1, max_size=20).map(finding.policy_key), max_size=3),
    st.frozensets(st.integers(0, 999_999_999), max_size=3),
    st.frozensets(st.sampled_from([4, 6]), max_size=2),
    st.booleans(),
    st.one_of(
        st.sampled_from(["name", "asn", "policy"]), st.integers(0, 9999).map("vlan-{}".format)
    ),
    st.booleans(),
)


@pytest.mark.parametrize("column", ["asked", "moved"])
def test_by_a_time_the_longest_ago_comes_first_and_never_comes_last(column):
    at = {"asked": "asked_at", "moved": "marked_at"}[column]
    noon = datetime(2026, 1, 15, 12, tzinfo=UTC)
    some = [replace(who, **{at: noon - timedelta(days=who.id)}) for who in ALL[:3]] + ALL[3:]

    assert [who.id for who in find(some, Finding(sort=column))] == [3, 2, 1, 5, 4]
    newest = find(some, Finding(sort=column, descending=True))
    assert [who.id for who in newest] == [1, 2, 3, 5, 4]


def as_args(arguments):
    return {k: [str(x) for x in v] if isinstance(v, list) else [v] for k, v in arguments.items()}


@given(findings)
def test_an_address_says_all_that_is_looked_for(sought):
    assert read(as_args(sought.arguments)) == sought


names = st.sampled_from(["q", "policy", "vlan", "missing", "no-link", "sort", "show", "else"])


@given(st.dictionaries(names, st.lists(st.text(max_size=30), max_size=3)))
def test_nonsense_in_an_address_is_left_out(args):
    sought = read(args)

    assert read(as_args(sought.arguments)) == sought
    assert len(find(ALL, sought)) <= len(ALL)


@given(findings)
def test_finding_leaves_out_and_orders_and_does_nothing_else(sought):
    found = find(ALL, sought)

    assert len({who.id for who in found}) == len(found)
    assert all(who in ALL for who in found)
    if not sought.asks:
        assert len(found) == len(ALL)
