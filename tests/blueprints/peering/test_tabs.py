"""The four tabs as pages and as swaps."""

import re
from datetime import timedelta

import pytest

from app.domain.evidence import Grade
from app.services import marks
from tests.cast import make_session, make_user
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member, make_vlan

TABS = ["potential", "potential-bilateral", "peers", "rejected"]


def rows(response) -> list[str]:
    return re.findall(r'class="who"[^>]*>([^<]+)<', response.text)


def counts(response) -> list[int]:
    return [int(n) for n in re.findall(r'<span class="count">(\d+)</span>', response.text)]


@pytest.mark.parametrize(
    ("headers", "whole_page"),
    [
        ({}, True),
        (HTMX, False),
        (HTMX | {"HX-Boosted": "true"}, True),
        (HTMX | {"HX-History-Restore-Request": "true"}, True),
    ],
    ids=["browser", "htmx", "boosted", "back button"],
)
def test_one_route_serves_page_or_panel(alice, headers, whole_page):
    response = alice.get("/peering/peers", headers=headers)

    assert ("<!doctype html>" in response.text) is whole_page
    assert response.text.count('id="peering-panel"') == 1
    assert response.text.count('id="peering-tabs"') == 1
    assert "HX-Request" in response.vary


def test_cells_put_members_on_tabs(alice):
    assert rows(alice.get("/peering/")) == ["Mall"]
    assert rows(alice.get("/peering/potential-bilateral")) == ["Beta"]
    assert rows(alice.get("/peering/peers")) == ["Beta"]
    assert counts(alice.get("/peering/rejected")) == [1, 1, 1, 0]


def test_a_confirmed_session_makes_a_peer(alice, cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    page = alice.get("/peering/peers")

    assert rows(page) == ["Beta", "Mall"]
    assert "lk-bi" in page.text


def test_a_session_older_than_the_look_back_window_does_not_count(alice, cast):
    make_session(
        cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON - timedelta(days=29)
    )

    assert rows(alice.get("/peering/potential")) == ["Mall"]


def test_a_possible_session_is_shown_and_counts_as_none(alice, cast):
    make_session(
        cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON, grade=Grade.POSSIBLE
    )

    page = alice.get("/peering/potential")

    assert rows(page) == ["Mall"]
    assert 'class="lk lk-poss why"' in page.text


def test_a_member_seen_under_its_name_only_as_text(alice, cast):
    other = make_member(64505, "<b>Bold</b> & Sons")
    make_interface(other, cast.lan, "192.0.2.9")

    page = alice.get("/peering/potential").text

    assert "<b>Bold</b>" not in page
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Sons" in page


@pytest.mark.parametrize("tab", TABS)
def test_an_empty_tab_says_why(client, cast, tab):
    lonely = make_member(64510, "Lonely")
    make_interface(lonely, make_vlan("LAN 9", tag=90), "198.51.100.1")
    cast.users["leo"] = make_user("leo", lonely)

    page = cast.log_in(client, "leo").get(f"/peering/{tab}").text

    assert 'class="empty"' in page
    assert ("Nobody else is on your VLANs" in page) is (tab != "rejected")


def test_a_member_on_no_vlan_that_takes_part_is_told_so(client, cast):
    outside = make_member(64511, "Outside")
    make_interface(outside, make_vlan("Quarantine", peering_manager=False), "198.51.100.1")
    cast.users["otto"] = make_user("otto", outside)

    page = cast.log_in(client, "otto").get("/peering/").text

    assert "None of your connections is on a VLAN that takes part" in page


def test_an_unknown_tab_is_not_found(alice):
    assert alice.get("/peering/friends").status_code == 404


def test_a_login_without_a_member_is_told_what_to_do(client, cast):
    response = cast.log_in(client, "carol").get("/peering/")

    assert response.status_code == 403
    assert "acts for no member" in response.text


def test_only_members_who_may_act_get_the_menu(client, cast):
    assert "Move to Peers" not in cast.log_in(client, "rita").get("/peering/").text
    assert "Move to Peers" in cast.log_in(client, "alice").get("/peering/").text


@pytest.mark.parametrize(
    ("mark", "tab", "named"), [("peered", "peers", 1), ("rejected", "rejected", 0)]
)
def test_who_was_moved_by_hand_says_so_where_others_are_not(alice, cast, mark, tab, named):
    alice.post(
        f"/peering/potential/{cast.mall.id}/mark", data={"mark": mark, "member": cast.alpha.id}
    )

    page = alice.get(f"/peering/{tab}").text

    assert page.count("moved here by hand") == named
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark == mark
