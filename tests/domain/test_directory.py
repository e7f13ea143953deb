"""Which VLAN a pair belongs to: the addresses tell; the tag only where they leave a choice."""

from ipaddress import ip_address
from math import inf

import pytest

from app.domain.directory import Directory, Entry, Place, Unplaced

LAN, TAGGED, SAME_TAG = 1, 2, 3
DIRECTORY = Directory(
    [
        Entry(11, "192.0.2.9", LAN, None),
        Entry(12, "192.0.2.10", LAN, None),
        Entry(13, "2001:db8::1", LAN, None),
        Entry(14, "2001:db8::2", LAN, None),
        Entry(21, "198.51.100.1", TAGGED, 20),
        Entry(22, "198.51.100.2", TAGGED, 20),
        Entry(31, "10.0.0.1", LAN, None),
        Entry(32, "10.0.0.2", LAN, None),
        Entry(33, "10.0.0.1", TAGGED, 20),
        Entry(34, "10.0.0.2", TAGGED, 20),
        Entry(35, "10.0.0.3", TAGGED, 20),
        Entry(36, "10.0.0.4", TAGGED, 20),
        Entry(37, "10.0.0.3", SAME_TAG, 20),
        Entry(38, "10.0.0.4", SAME_TAG, 20),
    ]
)


def place(source, destination, tags=(), at=1000.0, directory=DIRECTORY):
    return directory.place(ip_address(source).packed, ip_address(destination).packed, tags, at)


@pytest.mark.parametrize("ends", [("192.0.2.9", "192.0.2.10"), ("192.0.2.10", "192.0.2.9")])
def test_the_lower_address_is_low_whoever_sends(ends):
    assert place(*ends) == Place(11, 12, LAN, 4)


def test_ipv6_is_a_protocol_of_its_own():
    assert place("2001:db8::2", "2001:db8::1") == Place(13, 14, LAN, 6)


@pytest.mark.parametrize("tags", [(), (20,), (999,), (1, 2)])
def test_the_tag_does_not_matter_where_the_addresses_tell(tags):
    assert place("198.51.100.1", "198.51.100.2", tags) == Place(21, 22, TAGGED, 4)


def test_one_known_address_is_not_enough():
    assert place("192.0.2.9", "192.0.2.99") is Unplaced.UNKNOWN


def test_addresses_of_different_vlans_have_no_place():
    assert place("192.0.2.9", "198.51.100.1") is Unplaced.APART


def test_an_address_has_no_session_with_itself():
    assert place("192.0.2.9", "192.0.2.9") is Unplaced.APART


def test_the_tag_decides_between_several_vlans():
    assert place("10.0.0.1", "10.0.0.2", (20,)) == Place(33, 34, TAGGED, 4)


@pytest.mark.parametrize(
    ("ends", "tags"),
    [
        (("10.0.0.1", "10.0.0.2"), ()),
        (("10.0.0.1", "10.0.0.2"), (999,)),
        (("10.0.0.3", "10.0.0.4"), (20,)),
    ],
    ids=["no tag", "a strange tag", "two VLANs with one tag"],
)
def test_with_neither_it_is_ambiguous(ends, tags):
    assert place(*ends, tags) is Unplaced.AMBIGUOUS


MOVED = Directory(
    [
        Entry(1, "192.0.2.1", LAN, None),
        Entry(4, "192.0.2.2", LAN, None, since=200.0),
        Entry(2, "192.0.2.2", LAN, None, since=50.0, until=100.0),
        Entry(3, "192.0.2.2", LAN, None, since=100.0, until=200.0),
        Entry(5, "192.0.2.3", LAN, None, until=100.0),
    ]
)


@pytest.mark.parametrize(
    ("at", "holder"), [(-1.0, 2), (99.9, 2), (100.0, 3), (199.9, 3), (200.0, 4), (9e9, 4)]
)
def test_a_sample_belongs_to_who_held_the_address_then(at, holder):
    found = place("192.0.2.1", "192.0.2.2", at=at, directory=MOVED)

    assert found == Place(1, holder, LAN, 4)


def test_an_address_that_nobody_holds_any_more_is_unknown_from_then_on():
    assert place("192.0.2.1", "192.0.2.3", at=99.0, directory=MOVED) == Place(1, 5, LAN, 4)
    assert place("192.0.2.1", "192.0.2.3", at=100.0, directory=MOVED) is Unplaced.UNKNOWN


def holder(rows, at, also=LAN):
    """Who holds 192.0.2.2 then, as (id, VLAN, since, until); the other end is always there."""
    directory = Directory(
        [
            *(Entry(90 + vlan, "192.0.2.1", vlan, None) for vlan in {LAN, also}),
            *(Entry(number, "192.0.2.2", vlan, None, *span) for number, vlan, *span in rows),
        ]
    )
    found = place("192.0.2.1", "192.0.2.2", at=at, directory=directory)
    return found if isinstance(found, Unplaced) else found.high_id


@pytest.mark.parametrize(
    ("at", "found"),
    [(5, 1), (10, 1), (19, 1), (20, Unplaced.UNKNOWN), (30, 2), (39, 2), (40, 3), (99, 3)],
)
def test_each_holder_has_the_address_in_its_own_time(at, found):
    rows = [(3, LAN, 40, inf), (1, LAN, 10, 20), (2, LAN, 30, 40)]

    assert holder(rows, at) == found


@pytest.mark.parametrize(("at", "found"), [(5, 1), (15, 1), (25, 2), (35, 1)])
def test_a_holder_that_came_back_had_the_address_around_the_other(at, found):
    assert holder([(1, LAN, 10, inf), (2, LAN, 20, 30)], at) == found


@pytest.mark.parametrize(("at", "found"), [(5, 1), (10, 2)])
def test_a_holder_of_no_time_at_all_was_the_first(at, found):
    assert holder([(2, LAN, 10, inf), (1, LAN, 10, 10)], at) == found


@pytest.mark.parametrize(("at", "found"), [(5, 1), (15, 1), (20, 2)])
def test_an_address_that_changed_vlans_is_not_ambiguous(at, found):
    assert holder([(1, LAN, 10, 20), (2, TAGGED, 20, inf)], at, also=TAGGED) == found
