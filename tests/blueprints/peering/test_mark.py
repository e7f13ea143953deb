"""Marks: move to Peers, move to Rejected / Ignored, take it back."""

import re
from datetime import timedelta

import pytest

from app.domain.classify import Mark
from app.extensions import transaction
from app.models import Member
from app.services import marks
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member, make_route_server, make_vlan

ALPHA = 1  # the cast makes Alpha first


def post(client, peer, mark="peered", tab="potential", **options):
    fields = {"mark": mark, "member": ALPHA}
    return client.post(f"/peering/{tab}/{peer.id}/mark", data=fields, **options)


def counts(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'<span class="count">(\d+)</span>', text)]


def test_without_javascript_the_post_redirects_to_the_tab(alice, cast):
    response = post(alice, cast.mall)

    assert (response.status_code, response.location) == (303, "/peering/potential")
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is Mark.PEERED


def test_the_page_after_it_says_what_happened_and_offers_undo(alice, cast):
    post(alice, cast.mall)

    page = alice.get("/peering/potential").text

    assert "Mall moved to Peers." in page
    assert '<input type="hidden" name="undo" value="1">' in page


def test_what_is_said_leads_to_where_the_member_is_now(alice, cast):
    for mark, there in (("peered", "peers"), ("rejected", "rejected"), ("none", "potential")):
        post(alice, cast.mall, mark, tab="potential-bilateral")
        toast = alice.get("/peering/peers").text.partition('class="tst"')[2]
        assert f'<a href="/peering/{there}/{cast.mall.id}">See it there</a>' in toast


def test_what_stays_where_it_is_needs_no_way_there(alice, cast):
    post(alice, cast.mall, "none", tab="potential")

    assert "See it there" not in alice.get("/peering/potential").text


def test_rejected_says_when_and_lists_by_it(app, alice, cast):
    for days, peer in ((3, cast.mall), (5, cast.beta)):
        app.extensions["clock"] = lambda days=days: NOON - timedelta(days=days)
        post(alice, peer, "rejected")
    app.extensions["clock"] = lambda: NOON

    page = alice.get("/peering/rejected?sort=moved").text
    newest = alice.get("/peering/rejected?sort=-moved").text

    assert re.findall(r"(\d) days ago</time>", page) == ["5", "3"]
    assert re.findall(r"(\d) days ago</time>", newest) == ["3", "5"]
    assert ">Moved <" in page
    assert "Last asked" not in page


def test_a_swap_removes_the_row_and_brings_counts_and_toast(alice, cast):
    response = post(alice, cast.beta, "rejected", tab="peers", headers=HTMX)

    assert f'id="peer-{cast.beta.id}"' not in response.text
    assert counts(response.text) == [1, 0, 0, 1]
    assert "Beta moved to Rejected / Ignored." in response.text
    assert response.text.count("hx-swap-oob=") == 3


def test_a_swap_returns_the_row_where_it_stays_on_the_tab(alice, cast):
    response = post(alice, cast.beta, "peered", tab="peers", headers=HTMX)

    assert response.text.count(f'id="peer-{cast.beta.id}"') == 1
    assert "moved here by hand" in response.text
    assert "<!doctype" not in response.text


def test_the_last_row_of_a_tab_leaves_the_empty_message(alice, cast):
    response = post(alice, cast.mall, headers=HTMX)

    assert response.headers["HX-Retarget"] == "#peering-panel"
    assert "Nobody is left to ask" in response.text


def test_undo_restores_what_stood_before(alice, cast):
    post(alice, cast.mall, "rejected")
    alice.get("/peering/rejected")
    post(alice, cast.mall, "peered", tab="rejected")
    page = alice.get("/peering/rejected").text
    undo = dict(
        re.findall(r'<input type="hidden" name="(mark|undo|member)" value="([^"]+)">', page)
    )
    address = re.search(r'class="tst" method="post" action="([^"]+)"', page).group(1)

    response = alice.post(address, data=undo, headers=HTMX)

    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is Mark.REJECTED
    assert f'id="peer-{cast.mall.id}"' in response.text
    assert "Mall: undone." in response.text


def test_clearing_returns_the_member_to_what_is_observed(alice, cast):
    post(alice, cast.mall, "rejected")
    post(alice, cast.mall, "none", tab="rejected")

    assert "Mall" in alice.get("/peering/potential").text


def test_one_mark_replaces_the_other(alice, cast):
    post(alice, cast.mall, "peered")
    post(alice, cast.mall, "rejected", tab="peers")

    assert counts(alice.get("/peering/rejected").text) == [0, 1, 1, 1]


def test_a_reader_is_refused_and_nothing_changes(client, cast):
    response = post(cast.log_in(client, "rita"), cast.mall)

    assert response.status_code == 403
    assert "may look, not change" in response.text
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is None


def test_the_operator_can_let_readers_act(make_app, cast):
    client = make_app(min_auth=1).test_client()

    response = post(cast.log_in(client, "rita"), cast.mall)

    assert response.status_code == 303


def test_a_refusal_of_a_swap_goes_to_the_alerts(client, cast):
    response = post(cast.log_in(client, "rita"), cast.mall, headers=HTMX)

    assert response.headers["HX-Retarget"] == "#alerts"
    assert "<!doctype" not in response.text


@pytest.mark.parametrize("mark", ["", "friend", "PEERED"])
def test_nonsense_marks_are_refused(alice, cast, mark):
    assert post(alice, cast.mall, mark).status_code == 422
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is None


def test_members_that_cannot_be_peers_are_refused(alice, cast):
    twin = make_member(64496, "Alpha again")
    left = make_member(64509, "Gone", status="left")
    asleep, apart, closed = (make_member(64511 + n) for n in range(3))
    make_interface(asleep, cast.lan, "192.0.2.40", enabled=False)
    private = make_vlan("Private", private=True)
    for member, end in ((closed, "203.0.113.1"), (cast.alpha, "203.0.113.2")):
        make_interface(member, private, end)
    third = make_vlan("Only one protocol each")
    make_interface(apart, third, v6="2001:db8:3::1")
    make_interface(cast.alpha, third, "198.51.100.77")

    for peer in (cast.alpha, twin, left, make_route_server(), asleep, apart, closed):
        assert alice.get(f"/peering/potential/{peer.id}").status_code == 404
        assert post(alice, peer).status_code == 404
        assert marks.find_decision(cast.alpha.id, peer.id).mark is None


def test_an_unknown_member_is_refused(alice):
    for number in (4711, 0, 10**12, 10**30):
        answer = alice.post(
            f"/peering/potential/{number}/mark", data={"mark": "peered", "member": ALPHA}
        )
        assert answer.status_code == 404


def test_a_member_on_no_shared_vlan_is_refused_and_not_named(alice, cast):
    hidden = make_member(64510, "Quiet Bank")
    make_interface(hidden, make_vlan("Quarantine", peering_manager=False), "198.51.100.9")
    make_interface(cast.alpha, make_vlan("Quarantine 2", peering_manager=False), "198.51.100.1")

    answer = post(alice, hidden)

    assert answer.status_code == 404
    assert "Quiet Bank" not in answer.text


@pytest.mark.parametrize("member", ["", "2", "nonsense"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_page_loaded_for_another_member_does_nothing(alice, cast, member, headers):
    answer = alice.post(
        f"/peering/potential/{cast.mall.id}/mark",
        data={"mark": "peered", "member": member},
        headers=headers,
    )

    assert answer.status_code == 409
    assert "you now act for Alpha" in answer.text
    assert marks.find_decision(cast.alpha.id, cast.mall.id).mark is None


def test_a_mark_can_be_cleared_after_the_member_left(alice, cast, app):
    post(alice, cast.mall, "rejected")
    with transaction() as session:
        session.get(Member, cast.mall.id).status = "left"

    assert "left the exchange" in alice.get("/peering/rejected").text
    assert post(alice, cast.mall, "none", tab="rejected").status_code == 303


def test_marks_of_one_member_are_invisible_to_every_other(client, cast):
    post(cast.log_in(client, "alice"), cast.mall, "rejected")

    for stranger in ("bob", "mallory"):
        page = cast.log_in(client, stranger).get("/peering/rejected").text
        assert counts(page)[3] == 0
