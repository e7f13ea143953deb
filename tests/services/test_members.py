"""What the operator says of members, and what it does to the tabs of others."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.domain.classify import Tab
from app.domain.errors import Invalid, NotFound
from app.extensions import db, transaction
from app.models import FieldOrigin, Member
from app.services import members, peering
from tests.conftest import NOON
from tests.factories import LONG_AGO, make_interface, make_member, make_vlan


def stored(member):
    return db.session.execute(select(Member.__table__).where(Member.id == member.id)).one()


def origins(member):
    rows = db.session.execute(
        select(FieldOrigin.field, FieldOrigin.source, FieldOrigin.at).where(
            FieldOrigin.member_id == member.id
        )
    )
    return {row.field: (row.source, row.at) for row in rows}


# -- Finding and listing ---------------------------------------------------------------------


def test_a_member_is_found_by_its_asn_and_by_its_id(app):
    alpha = make_member(64496, "Alpha")

    assert members.get_by_asn(64496).name == "Alpha"
    assert members.get_by_id(alpha.id).asn == 64496


def test_a_member_that_left_gives_way_to_the_one_that_has_the_asn_now(app):
    make_member(64496, "Before", status="left")
    make_member(64496, "Now", status="suspended")

    assert members.get_by_asn(64496).name == "Now"


def test_a_member_that_left_is_found_when_nobody_else_has_the_asn(app):
    make_member(64496, "Before", status="left")

    assert members.get_by_asn(64496).name == "Before"


def test_several_members_with_an_asn_are_refused_with_all_one_needs_to_choose(app):
    one, other = make_member(64496, "One"), make_member(64496, "Other", status="suspended")

    with pytest.raises(Invalid, match="use --id") as refusal:
        members.get_by_asn(64496)

    assert f"id {one.id} One (active)" in str(refusal.value)
    assert f"id {other.id} Other (suspended)" in str(refusal.value)


@pytest.mark.parametrize("number", [-1, 0, 1, 2**32, 2**70])
def test_a_member_that_does_not_exist_is_not_found(app, number):
    with pytest.raises(NotFound):
        members.get_by_asn(number)
    with pytest.raises(NotFound, match="flask members list"):
        members.get_by_id(number)


def test_the_list_counts_connected_interfaces_in_one_statement(app):
    lan, alpha = make_vlan(), make_member(64497, "alpha", policy="open")
    make_member(64496, "Beta", status="left")
    make_interface(alpha, lan, "192.0.2.1")
    make_interface(alpha, lan, "192.0.2.2", status="disconnected")
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))

    assert members.list_members(everyone=False) == [
        (alpha.id, 64497, "alpha", "peering", "active", "open", 1)
    ]
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_the_list_of_everyone_has_those_that_left(app):
    make_member(64496, "Beta", status="left")
    make_member(64497, "alpha")

    assert [line.name for line in members.list_members(everyone=True)] == ["alpha", "Beta"]


# -- Setting ---------------------------------------------------------------------------------


def test_what_the_operator_says_is_written_with_its_origin_and_nothing_else(app):
    alpha = make_member(64496, "Alpha", policy="open", website="https://a.example")
    before = stored(alpha)

    changed = members.set_fields(
        alpha.id, now=NOON, name=" Älpha ", policy="", type="internal", never_via_route_servers=True
    )

    assert changed == [
        ("name", "Alpha", "Älpha"),
        ("policy", "open", None),
        ("type", "peering", "internal"),
        ("never_via_route_servers", False, True),
    ]
    assert stored(alpha)._asdict() == before._asdict() | {
        "name": "Älpha",
        "policy": None,
        "type": "internal",
        "never_via_route_servers": True,
        "version": 2,
    }
    assert origins(alpha) == {field: ("operator", NOON) for field, _, _ in changed}


def test_saying_what_stands_already_makes_it_the_operators_word(app):
    alpha = make_member(64496, "Alpha")
    with transaction() as session:
        for field in ("name", "type"):
            session.add(FieldOrigin(member_id=alpha.id, field=field, source="ixf", at=LONG_AGO))

    changed = members.set_fields(alpha.id, now=NOON, name="Alpha")

    assert changed == []
    assert stored(alpha).version == 1
    assert origins(alpha) == {"name": ("operator", NOON), "type": ("ixf", LONG_AGO)}


def test_only_the_member_named_is_touched(app):
    alpha, twin = make_member(64496, "Alpha"), make_member(64496, "Twin")

    members.set_fields(alpha.id, now=NOON, policy="open")

    assert (stored(twin).policy, stored(twin).version, origins(twin)) == (None, 1, {})


@pytest.mark.parametrize(
    "nonsense",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 256},
        {"name": "two\nlines"},
        {"name": "nothing\0"},
        {"name": "\udcff"},
        {"policy": "x" * 65},
        {"type": "router"},
        {"type": ""},
        {"never_via_route_servers": "off"},
        {"asn": 1},
        {"version": 7},
    ],
    ids=str,
)
def test_nonsense_is_refused_and_nothing_is_half_done(app, nonsense):
    alpha = make_member(64496, "Alpha")
    before = stored(alpha)

    with pytest.raises(Invalid):
        members.set_fields(alpha.id, now=NOON, **{"website": ""} | nonsense)
    with pytest.raises(Invalid):
        members.set_fields(alpha.id, now=NOON, **{"policy": "open"} | nonsense)

    assert stored(alpha) == before
    assert origins(alpha) == {}


def test_the_longest_name_and_policy_fit(app):
    alpha = make_member(64496)

    members.set_fields(alpha.id, now=NOON, name="ü" * 255, policy="ü" * 64)

    assert (stored(alpha).name, stored(alpha).policy) == ("ü" * 255, "ü" * 64)


def test_setting_a_member_that_does_not_exist_is_refused(app):
    with pytest.raises(NotFound, match="no member with id 7"):
        members.set_fields(7, now=NOON, name="Seven")


def test_a_failure_at_the_origin_takes_the_value_back(app):
    alpha = make_member(64496, "Alpha")

    with pytest.raises(Exception, match="without a time zone"):
        members.set_fields(alpha.id, now=NOON.replace(tzinfo=None), name="Beta")

    assert stored(alpha).name == "Alpha"


def test_a_member_that_becomes_a_route_server_is_on_no_tab_of_others(app):
    lan, me, other = make_vlan(), make_member(64496), make_member(64497, "Other")
    make_interface(me, lan, "192.0.2.1")
    make_interface(other, lan, "192.0.2.2")

    def listed():
        board = peering.dashboard(me.id, now=NOON, lookback=timedelta(days=28))
        return {peer.name for tab in Tab for peer in board.on(tab)}

    before = listed()
    members.set_fields(other.id, now=NOON, type="routeserver")

    assert (before, listed()) == ({"Other"}, set())
