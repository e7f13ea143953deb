"""Connections of a member that leaves, and those nobody may make."""

import pytest

from app.domain.errors import Conflict, Invalid, NotFound
from app.services import interfaces, member_standing, peering_rows, vlan_flags
from app.services.interface_lines import AddressForm
from tests.factories import NOON, make_interface, make_member

FORMS = {4: AddressForm("192.0.2.77")}


def test_an_address_of_a_connection_that_ended_before_is_free_once_its_member_left(cast):
    interfaces.set_connected(None, cast.mall_ends.interface_id, False, now=NOON)

    member_standing.leave(None, cast.mall.id, now=NOON)

    interfaces.create(None, cast.lan.id, cast.beta.id, {4: AddressForm("192.0.2.3")}, now=NOON)

    holders = peering_rows.list_holders([cast.lan.id], "192.0.2.3")
    assert holders == {cast.beta.id}


def test_a_member_that_left_is_connected_by_nobody(cast):
    ends = make_interface(make_member(64510, "Gone", status="left"), cast.lan, "192.0.2.60")

    with pytest.raises(Conflict, match="Let it return first"):
        interfaces.create(None, cast.lan.id, make_member(64511, status="left").id, FORMS, now=NOON)
    interfaces.set_connected(None, ends.interface_id, False, now=NOON)
    with pytest.raises(Conflict, match="Let it return first"):
        interfaces.set_connected(None, ends.interface_id, True, now=NOON)


@pytest.mark.parametrize("vlan_id", [4711, 10**30])
def test_a_vlan_that_is_not_there_is_named(cast, vlan_id):
    with pytest.raises(NotFound, match="no such VLAN"):
        interfaces.create(None, vlan_id, cast.alpha.id, FORMS, now=NOON)


@pytest.mark.parametrize("flag", ["peering_manager", "peering_matrix"])
def test_a_private_vlan_takes_no_flag(cast, flag):
    off = dict.fromkeys(("peering_manager", "peering_matrix"), False)
    vlan_flags.set_flags(cast.lan.id, now=NOON, private=True, **off)

    with pytest.raises(Invalid, match="cannot be both private"):
        vlan_flags.set_flags(cast.lan.id, now=NOON, **{flag: True})
