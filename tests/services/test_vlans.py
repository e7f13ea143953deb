"""VLANs: what the list says, which one a word means, and what may be set."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict, Invalid, NotFound
from app.domain.vlan_effect import Effect
from app.extensions import db, transaction
from app.models import Member, Vlan, VlanPrefix
from app.services import peering, vlan_flags, vlans
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan


def stored(vlan):
    return db.session.execute(select(Vlan.__table__).where(Vlan.id == vlan.id)).one()


# -- Listing ---------------------------------------------------------------------------------


def test_the_list_has_prefixes_and_counts_what_is_connected(app):
    lan, alpha, beta = make_vlan("LAN 1", tag=10), make_member(64496), make_member(64497)
    with transaction() as session:
        session.add(VlanPrefix(vlan_id=lan.id, protocol=6, prefix="2001:db8::/64"))
        session.add(VlanPrefix(vlan_id=lan.id, protocol=4, prefix="192.0.2.0/24"))
    make_interface(alpha, lan, "192.0.2.1")
    make_interface(alpha, lan, "192.0.2.2")
    make_interface(beta, lan, "192.0.2.3", status="disconnected")

    line = vlans.list_vlans()[0]

    assert line.prefixes == ["192.0.2.0/24", "2001:db8::/64"]
    assert (line.interfaces, line.members) == (2, 1)
    assert line[:8] == (lan.id, "Main", "LAN 1", 10, None, True, False, False)


def test_a_flag_concerns_every_member_once_whatever_its_protocols(app):
    lan = make_vlan("LAN 1")
    make_interface(make_member(64496), lan, "192.0.2.1", "2001:db8::1")
    make_interface(make_member(64497), lan, "192.0.2.2")
    make_interface(make_member(64498), lan, None, "2001:db8::3")
    hidden = make_member(64499)
    make_interface(hidden, lan, "192.0.2.4")
    with transaction() as session:
        session.query(Member).filter_by(id=hidden.id).update({"matrix_opt_out": True})

    assert vlans.list_effects() == {lan.id: vlans.Effects(Effect(4, 4, 8), Effect(3, 3, 4))}


def test_the_list_goes_by_infrastructure_then_tag_with_untagged_last(app):
    make_vlan("C", infrastructure="b")
    make_vlan("B", tag=20, infrastructure="b")
    make_vlan("A", tag=10, infrastructure="b")
    make_vlan("D", infrastructure="A")

    assert [line.name for line in vlans.list_vlans()] == ["D", "A", "B", "C"]


# -- Setting ---------------------------------------------------------------------------------


def test_what_is_given_is_written_and_nothing_else(app):
    lan = make_vlan("LAN", peering_manager=False, ixf_vlan_id=3)
    before = stored(lan)

    changed = vlan_flags.set_flags(lan.id, now=NOON, peering_manager=True, private=False, tag=4094)

    assert changed == [("peering_manager", False, True), ("tag", None, 4094)]
    assert stored(lan)._asdict() == before._asdict() | {
        "peering_manager": True,
        "tag": 4094,
        "version": 2,
    }


def test_what_stands_already_changes_nothing(app):
    lan = make_vlan("LAN", tag=10)

    changed = vlan_flags.set_flags(lan.id, now=NOON, peering_manager=True, tag=10)

    assert (changed, stored(lan).version) == ([], 1)


def test_a_tag_can_be_taken_away(app):
    lan = make_vlan("LAN", tag=10)

    assert vlan_flags.set_flags(lan.id, now=NOON, tag=None) == [("tag", 10, None)]
    assert stored(lan).tag is None


@pytest.mark.parametrize("tag", [-1, 0, 4095, 2**40])
def test_a_tag_out_of_range_is_refused_and_nothing_is_half_done(app, tag):
    lan = make_vlan("LAN")
    before = stored(lan)

    with pytest.raises(Invalid, match="1 to 4094"):
        vlan_flags.set_flags(lan.id, now=NOON, peering_matrix=True, tag=tag)

    assert stored(lan) == before


def test_a_tag_of_another_vlan_there_is_refused_and_nothing_is_half_done(app):
    make_vlan("Holder", tag=10)
    lan = make_vlan("LAN")
    before = stored(lan)

    with pytest.raises(Conflict, match="Holder has the tag 10"):
        vlan_flags.set_flags(lan.id, now=NOON, peering_matrix=True, tag=10)

    assert stored(lan) == before


def test_the_same_tag_in_another_infrastructure_is_fine(app):
    make_vlan("Elsewhere", tag=10, infrastructure="East")
    lan = make_vlan("LAN", infrastructure="West")

    vlan_flags.set_flags(lan.id, now=NOON, tag=10)

    assert stored(lan).tag == 10


@pytest.mark.parametrize(
    ("stands", "asked"),
    [
        ({"peering_manager": True}, {"private": True}),
        ({"peering_manager": False, "private": True}, {"peering_manager": True}),
        ({"peering_manager": False}, {"peering_manager": True, "private": True}),
    ],
)
def test_a_private_vlan_in_the_peering_manager_is_refused(app, stands, asked):
    lan = make_vlan("LAN", **stands)
    before = stored(lan)

    with pytest.raises(Invalid, match="not private"):
        vlan_flags.set_flags(lan.id, now=NOON, tag=10, **asked)

    assert stored(lan) == before


def test_a_vlan_can_leave_the_peering_manager_and_become_private_at_once(app):
    lan = make_vlan("LAN", peering_manager=True)

    vlan_flags.set_flags(lan.id, now=NOON, peering_manager=False, private=True)

    assert (stored(lan).peering_manager, stored(lan).private) == (False, True)


@pytest.mark.parametrize("number", [-1, 0, 99, 2**70])
def test_setting_a_vlan_that_does_not_exist_is_refused(app, number):
    with pytest.raises(NotFound, match="list of VLANs shows all"):
        vlan_flags.set_flags(number, now=NOON, private=True)


def test_two_at_once_do_not_undo_each_other(app):
    lan = make_vlan("LAN", peering_manager=False)
    wishes = [{"peering_manager": True}, {"peering_matrix": True}, {"tag": 10}] * 5

    def set_one(wish):
        with app.app_context():
            vlan_flags.set_flags(lan.id, now=NOON, **wish)

    with ThreadPoolExecutor(len(wishes)) as pool:
        list(pool.map(set_one, wishes))

    row = stored(lan)
    assert (row.peering_manager, row.peering_matrix, row.tag, row.version) == (True, True, 10, 4)


def test_private_and_peering_manager_at_once_leave_only_one_of_them(app):
    lan = make_vlan("LAN", peering_manager=False)

    def set_one(wish):
        with app.app_context():
            try:
                return vlan_flags.set_flags(lan.id, now=NOON, **wish)
            except Invalid:
                return None

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(set_one, [{"private": True}, {"peering_manager": True}]))

    assert outcomes.count(None) == 1
    assert stored(lan).private != stored(lan).peering_manager


def test_one_tag_for_many_vlans_at_once_goes_to_one_and_the_others_are_told(app):
    lans = [make_vlan(f"LAN {number}") for number in range(8)]

    def take(lan):
        with app.app_context():
            try:
                return vlan_flags.set_flags(lan.id, now=NOON, tag=10)
            except Conflict:
                return None

    with ThreadPoolExecutor(len(lans)) as pool:
        outcomes = list(pool.map(take, lans))

    assert outcomes.count(None) == 7
    assert [stored(lan).tag for lan in lans].count(10) == 1


def test_a_vlan_that_takes_part_becomes_a_column(app):
    first, second = make_vlan("First"), make_vlan("Second", peering_manager=False)
    me = make_member(64496)
    make_interface(me, first, "192.0.2.1")
    make_interface(me, second, "198.51.100.1")

    def columns():
        board = peering.dashboard(me.id, now=NOON, lookback=timedelta(days=28))
        return [column.name for column in board.columns]

    before = columns()
    vlan_flags.set_flags(second.id, now=NOON, peering_manager=True)

    assert (before, columns()) == (["First"], ["First", "Second"])
