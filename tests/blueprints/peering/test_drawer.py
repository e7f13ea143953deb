"""The drawer of a peer: its address, what it says, and to whom."""

import pytest

from app.extensions import transaction
from app.models import Contact, PeerRelation
from tests.cast import make_session
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_member, make_vlan


def drawer(client, peer, tab="peers", query="", **options):
    return client.get(f"/peering/{tab}/{peer.id}{query}", **options)


def test_its_address_is_a_page_of_its_own_and_a_swap_gets_it_alone(alice, cast):
    page, swap = drawer(alice, cast.beta), drawer(alice, cast.beta, headers=HTMX)

    assert "<!doctype html>" in page.text
    assert 'id="peering-list"' in page.text
    assert 'class="sel"' in page.text
    assert "<!doctype" not in swap.text
    assert 'id="peering-list"' not in swap.text
    for text in (page.text, swap.text):
        assert "<h2>Beta</h2>" in text
    assert "<title>Beta ·" in page.text


def test_it_says_why_and_what_was_seen_and_how_to_reach_them(alice, cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    with transaction() as session:
        session.add(
            Contact(member_id=cast.beta.id, kind="peering", email="p@beta.example", source="ixf")
        )

    text = drawer(alice, cast.beta, headers=HTMX).text

    assert "a session of your own is seen; both of you are route-server clients as well" in text
    assert "confirmed · first" in text
    assert 'data-copy="192.0.2.2"' in text
    assert 'data-copy="p@beta.example"' in text
    assert 'href="https://www.peeringdb.com/asn/64497"' in text


def test_its_links_lead_back_to_the_same_search(alice, cast):
    text = drawer(alice, cast.beta, query="?q=be&show=100", headers=HTMX).text

    assert f'href="/peering/peers?q=be&amp;show=100#peer-{cast.beta.id}"' in text
    assert 'id="peering-close" href="/peering/peers?q=be&amp;show=100"' in text


def test_closing_it_swaps_no_row(alice, cast):
    headers = HTMX | {"HX-Target": "peering-drawer"}

    answer = alice.get("/peering/peers?show=all", headers=headers)

    assert '<aside id="peering-drawer" tabindex="-1" hidden>' in answer.text
    assert "Peers: 1 member</p>" in answer.text
    assert "<tr" not in answer.text
    assert answer.headers["HX-Push-Url"] == "/peering/peers?show=all"


def test_strangers_are_not_found_and_not_named(alice, cast):
    apart = make_member(64510, "Quiet Bank")
    make_interface(apart, make_vlan("LAN 9", tag=9), "198.51.100.9")

    for peer_id in (apart.id, cast.alpha.id, 4711, 10**30):
        for headers in ({}, HTMX):
            answer = alice.get(f"/peering/peers/{peer_id}", headers=headers)
            assert answer.status_code == 404
            assert "Quiet Bank" not in answer.text


def test_nobody_else_sees_a_mark_or_its_reason(client, cast):
    with transaction() as session:
        session.add(
            PeerRelation(member_id=cast.alpha.id, peer_id=cast.beta.id, mark="rejected",
                         mark_reason="they are slow", marked_by=cast.users["alice"],
                         marked_at=NOON)
        )  # fmt: skip

    assert "they are slow" in drawer(cast.log_in(client, "alice"), cast.beta).text
    assert "they are slow" in drawer(cast.log_in(client, "rita"), cast.beta).text
    assert "slow" not in drawer(cast.log_in(client, "bob"), cast.alpha).text
    assert "slow" not in drawer(cast.log_in(client, "mallory"), cast.beta).text


def test_who_may_only_look_gets_no_form(client, cast):
    assert "peering-move" in drawer(cast.log_in(client, "alice"), cast.beta).text
    assert "peering-move" not in drawer(cast.log_in(client, "rita"), cast.beta).text


@pytest.mark.parametrize("text", ["<b>Bold</b> & Sons", '"><img src=x onerror=alert(1)>'])
def test_what_members_are_called_is_only_ever_text(alice, cast, text):
    with transaction() as session:
        cast.beta.name, cast.beta.policy = text, text[:60]
        session.add(cast.beta)
        session.add(
            PeerRelation(member_id=cast.alpha.id, peer_id=cast.beta.id, mark="peered",
                         mark_reason=text, marked_at=NOON)
        )  # fmt: skip

    for headers in ({}, HTMX):
        answer = drawer(alice, cast.beta, headers=headers).text
        assert text not in answer
        assert "&lt;" in answer
