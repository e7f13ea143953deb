"""The page of the matrix, and of one pair."""

from sqlalchemy import update

from app.extensions import transaction
from app.models import Vlan
from tests.blueprints.matrix.looks import pair, set_rows
from tests.factories import make_vlan


def test_the_page_shows_ones_own_row_and_the_totals(alice):
    text = alice.get("/matrix/").text

    assert "3 members on LAN 1 with IPv4" in text
    assert "2 of 3 pairs of the whole matrix linked, 67 %" in text
    assert "Your own row as a table" in text


def test_a_pair_shows_days_but_no_addresses_and_keeps_how_the_matrix_was_looked_at(alice, cast):
    text = alice.get(f"{pair(cast.alpha, cast.mall)}?sort=name&hide=none&q=x&size=2&evil=1").text
    back = text.split("Back to the matrix")[0].rsplit("<a", 1)[1]

    assert "2025-01-01" in text
    assert "2026-01-15" in text
    assert "192.0.2." not in text
    assert "no routes are exchanged via the route servers" in text
    assert all(part in back for part in ("sort=name", "hide=none", "q=x", "size=2", "vlan=1"))
    assert "evil" not in back


def test_ones_own_pair_leads_to_its_drawer_where_there_is_one(alice, cast, make_app):
    own, foreign = pair(cast.alpha, cast.mall), pair(cast.beta, cast.mall)
    drawer = f"/peering/peers/{cast.mall.id}"

    assert drawer in alice.get(own).text
    assert alice.get(f"{own}?drawer=1").location == drawer
    assert alice.get(drawer).status_code == 200
    assert "/peering/" not in alice.get(foreign).text.split("<main")[1]
    assert alice.get(f"{foreign}?drawer=1").status_code == 200

    set_rows(Vlan, peering_manager=False)
    for client in (
        alice,
        cast.log_in(make_app(peering_manager_disabled=True).test_client(), "alice"),
    ):
        answer = client.get(f"{own}?drawer=1")
        assert answer.status_code == 200
        assert "Open in Peering" not in answer.text


def test_without_javascript_filter_and_isolated_member_cut_the_picture_too(alice, cast):
    query = f"kind=both&kind=bilateral&isolate={cast.alpha.id}"
    page = alice.get(f"/matrix/?{query}").text
    picture = page.split("<noscript>")[1].split('src="')[1].split('"')[0].replace("&amp;", "&")
    hidden = f"hide=none,possible,route-server&isolate={cast.alpha.id}"

    assert alice.get(picture).data == alice.get(f"/matrix/export.png?{hidden}").data
    assert alice.get(picture).data != alice.get("/matrix/export.png").data
    assert "Only pairs of AS64496." in page
    assert page.count('"off" checked') == 2


def test_a_vlan_that_lost_its_flag_leads_to_the_first_one_left(alice, cast):
    other = make_vlan("LAN 2", tag=20, peering_matrix=True)
    assert "on LAN 2" in alice.get(f"/matrix/?vlan={other.id}").text

    with transaction() as session:
        session.execute(update(Vlan).where(Vlan.id == other.id).values(peering_matrix=False))

    assert "on LAN 1" in alice.get(f"/matrix/?vlan={other.id}").text
    assert alice.get("/matrix/?vlan=x%00%F0%9F%98%80&protocol=9").status_code == 200


def test_without_any_vlan_a_sentence_stands_there(alice):
    set_rows(Vlan, peering_matrix=False)

    assert "No VLAN takes part" in alice.get("/matrix/").text
    assert alice.get("/matrix/data").status_code == 404
