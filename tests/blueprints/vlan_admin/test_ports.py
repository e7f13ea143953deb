"""Interfaces: connected, changed, disconnected; history never follows an address."""

import pytest

from app.extensions import db
from app.models import InterfaceAddress, VlanInterface
from app.services import vlan_edit
from tests.factories import NOON, make_interface, make_member, make_vlan
from tests.forms import values_of


@pytest.fixture
def carol(app, cast):
    form, version = vlan_edit.get_form(cast.lan.id)
    wanted = form._replace(prefixes=("192.0.2.0/24", "2001:db8::/64"))
    vlan_edit.save(None, cast.lan.id, wanted, version=version, now=NOON)
    return cast.log_in(app.test_client(), "carol")


@pytest.fixture
def base(cast):
    return f"/vlans/{cast.lan.id}/interfaces"


def form_of(carol, path):
    return values_of(carol.get(path).text, path)


def live(interface_id):
    db.session.expire_all()
    rows = db.session.query(InterfaceAddress).filter_by(interface_id=interface_id, until_at=None)
    return {row.protocol: row for row in rows}


def test_they_are_listed_with_all_that_is_known(carol, base):
    page = carol.get(base).text

    for word in ("Alpha", "AS64496", "192.0.2.1", "2001:db8::1", "RS client", "connected"):
        assert word in page


def test_a_member_is_connected_by_hand(carol, base, cast):
    make_member(64500, "Delta")
    data = {"asn": "AS64500", "address_4": "192.0.2.50", "enabled_4": "1", "rs_client_4": "1"}

    assert carol.post(f"{base}/new", data=data).status_code == 303

    assert "Delta" in carol.get(base).text
    alice = cast.log_in(carol.application.test_client(), "alice")
    assert "Delta" in alice.get("/peering/potential-bilateral").text


@pytest.mark.parametrize(
    ("fields", "word", "field"),
    [
        ({"address_4": "198.51.100.1"}, "lies outside 192.0.2.0/24", "address_4"),
        ({"address_4": "192.0.2.0"}, "is 192.0.2.0/24 itself", "address_4"),
        ({"address_4": "192.0.2.255"}, "the broadcast address of 192.0.2.0/24", "address_4"),
        ({"address_6": "2001:db8::"}, "is 2001:db8::/64 itself", "address_6"),
        ({"address_4": "192.0.2.2"}, "taken by Beta, AS64497", "address_4"),
        ({"address_4": "no address"}, "no IPv4 address", "address_4"),
        ({"address_4": "", "address_6": "192.0.2.9"}, "no IPv6 address", "address_6"),
        ({"address_4": ""}, "needs an IPv4 or an IPv6", "address_4"),
        ({"max_prefix_4": "0"}, "from 1 to", "max_prefix_4"),
        ({"max_prefix_4": "000000000001" + "9" * 12}, "from 1 to", "max_prefix_4"),
        ({"max_prefix_4": "9" * 5000}, "from 1 to", "max_prefix_4"),
        ({"asn": "65000"}, "no member with AS65000", "asn"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(carol, base, fields, word, field):
    data = {"asn": "64498", "address_4": "192.0.2.77", "enabled_4": "1"} | fields

    response = carol.post(f"{base}/new", data=data)

    assert response.status_code in (409, 422)
    assert word in response.text
    assert f'aria-describedby="port-{field}-error"' in response.text


def test_a_changed_address_begins_anew_and_the_old_one_keeps_its_history(carol, base, cast):
    port = cast.mall_ends.interface_id
    data = form_of(carol, f"{base}/{port}") | {"address_4": "192.0.2.33"}

    assert carol.post(f"{base}/{port}", data=data).status_code == 303

    assert live(port)[4].address == "192.0.2.33"
    old = db.session.get(InterfaceAddress, cast.mall_ends.v4)
    assert (old.address, old.until_at) == ("192.0.2.3", NOON)


def test_flags_change_in_place(carol, base, cast):
    port = cast.mall_ends.interface_id
    data = form_of(carol, f"{base}/{port}") | {"rs_client_4": "1", "max_prefix_4": "250"}
    del data["enabled_4"]

    carol.post(f"{base}/{port}", data=data)

    row = live(port)[4]
    assert (row.id, row.rs_client, row.enabled, row.max_prefix) == (
        cast.mall_ends.v4, True, False, 250,
    )  # fmt: skip


def test_an_address_that_an_import_brought_from_outside_refuses_no_other_change(carol, base, cast):
    port = make_interface(cast.mall, cast.lan, "203.0.113.7").interface_id
    data = form_of(carol, f"{base}/{port}")

    assert carol.post(f"{base}/{port}", data=data | {"max_prefix_4": "9"}).status_code == 303
    moved = carol.post(f"{base}/{port}", data=data | {"address_4": "203.0.113.8"})
    assert "lies outside 192.0.2.0/24" in moved.text


def test_who_saves_second_is_told(carol, base, cast):
    path = f"{base}/{cast.mall_ends.interface_id}"
    data = form_of(carol, path)
    carol.post(path, data=data | {"address_4": "192.0.2.33", "rs_client_4": "1"})

    stale = carol.post(path, data=data | {"address_4": "192.0.2.34"})

    assert stale.status_code == 409
    assert "192.0.2.33 (in use, RS client), connected now" in stale.text
    again = values_of(stale.text, path)
    assert (again["address_4"], again.get("rs_client_4")) == ("192.0.2.34", "1")


def test_two_who_change_different_fields_both_keep_theirs(carol, base, cast):
    port = cast.mall_ends.interface_id
    data = form_of(carol, f"{base}/{port}")
    carol.post(f"{base}/{port}", data=data | {"rs_client_4": "1", "address_6": "2001:db8::33"})

    assert carol.post(f"{base}/{port}", data=data | {"max_prefix_4": "9"}).status_code == 303

    row = live(port)[4]
    assert (row.rs_client, row.max_prefix, live(port)[6].address) == (True, 9, "2001:db8::33")


def test_what_two_take_away_together_leaves_no_interface_without_an_address(carol, base, cast):
    path = f"{base}/{cast.alpha_ends.interface_id}"
    data = form_of(carol, path)
    carol.post(path, data=data | {"address_4": ""})

    assert "needs an IPv4 or an IPv6" in carol.post(path, data=data | {"address_6": ""}).text


def test_an_interface_of_a_member_that_left_says_why_it_cannot_be_changed(carol, base, cast):
    path = f"{base}/{cast.mall_ends.interface_id}"
    data = form_of(carol, path)
    carol.post(f"/members/{cast.mall.id}/leave")

    told = carol.post(path, data=data | {"address_4": "192.0.2.33"})

    assert told.status_code == 409
    assert "Mall has left the exchange. Let it return first." in told.text


def test_an_address_that_nothing_checks_is_said_beforehand(carol, base, cast):
    assert "nothing checks" not in carol.get(f"{base}/new").text
    bare = make_vlan("Bare", tag=77)

    page = carol.get(f"/vlans/{bare.id}/interfaces/new").text

    assert "Bare has no IPv4 and no IPv6 prefix, so nothing checks" in page


def test_a_disconnected_one_leaves_the_tabs_and_comes_back(carol, base, cast):
    path = f"{base}/{cast.mall_ends.interface_id}/connected"
    alice = cast.log_in(carol.application.test_client(), "alice")

    carol.post(path, data={"on": "0"})
    assert "Mall" not in alice.get("/peering/potential").text
    carol.post(path, data={"on": "1"})

    assert "Mall" in alice.get("/peering/potential").text
    assert db.session.get(VlanInterface, cast.mall_ends.interface_id).left_at is None


def test_strangers_and_wrong_vlans_find_nothing(app, carol, base, cast):
    alice = cast.log_in(app.test_client(), "alice")
    port = cast.mall_ends.interface_id

    assert alice.get(base).status_code == 403
    assert alice.post(f"{base}/{port}/connected", data={"on": "0"}).status_code == 403
    assert carol.get(f"/vlans/999/interfaces/{port}").status_code == 404
