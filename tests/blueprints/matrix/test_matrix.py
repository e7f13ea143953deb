"""The pages and files of the matrix: what they show to whom."""

import csv
import json
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from PIL import Image
from sqlalchemy import update

from app.domain.matrix import Party, make_matrix
from app.extensions import transaction
from app.matrix_picture import as_png
from app.models import Member, Vlan
from app.services import matrix
from tests.cast import make_session
from tests.factories import NOON, make_vlan

FORMS = ("csv", "json", "graphml", "png")
PATHS = ["/matrix/", "/matrix/data", *(f"/matrix/export.{form}" for form in FORMS)]


def set_rows(model, **values):
    with transaction() as session:
        session.execute(update(model).values(**values))


@pytest.fixture(autouse=True)
def flagged(cast):
    set_rows(Vlan, peering_matrix=True)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)


def leave(member):
    with transaction() as session:
        session.execute(update(Member).where(Member.id == member.id).values(matrix_opt_out=True))


def pair(one, other):
    return f"/matrix/pair/{one.id}/{other.id}"


def test_the_page_shows_ones_own_row_and_the_totals(alice):
    text = alice.get("/matrix/").text

    assert "3 members on LAN 1 with IPv4" in text
    assert "2 of 3 pairs linked, 67 %" in text
    assert "Your own row as a table" in text


def test_the_data_is_an_octet_a_pair_and_kept_by_no_cache(alice, cast):
    response = alice.get("/matrix/data")
    head, codes = response.data.split(b"\n", 1)

    assert json.loads(head)["members"][0] == [cast.alpha.id, 64496, "Alpha"]
    assert json.loads(head)["own"] == 0
    assert codes == bytes((2, 3, 0))
    assert response.headers["Cache-Control"] == "no-store"


def test_all_exports_say_the_same(alice):
    rows = list(csv.DictReader(StringIO(alice.get("/matrix/export.csv").text)))
    whole = alice.get("/matrix/export.json").json
    graph = ElementTree.fromstring(alice.get("/matrix/export.graphml").text)
    png = alice.get("/matrix/export.png").data

    assert [row["link"] for row in rows] == ["route-server", "bilateral", "none"]
    assert [one["link"] for one in whole["pairs"]] == ["route-server", "bilateral", "none"]
    assert len(graph.findall(".//{*}edge")) == 2
    assert height(png) == height_of(3)


def test_who_left_leaves_no_room_in_the_picture(cast, alice):
    leave(cast.beta)

    assert height(alice.get("/matrix/export.png").data) == height_of(2)


def height(png: bytes) -> int:
    return Image.open(BytesIO(png)).height


def height_of(many: int) -> int:
    parties = [Party(n, "", 64496 + n, None, False, ()) for n in range(many)]
    return height(as_png(make_matrix(parties, []), "LAN 1", 4, NOON.date()))


@pytest.mark.parametrize("who", ["alice", "mallory", "bob", "rita"])
def test_who_left_is_in_nothing_that_is_downloaded(cast, client, who):
    matrix.record(now=NOON, lookback=NOON - NOON.replace(day=1))
    leave(cast.beta)
    cast.log_in(client, who)

    for path in PATHS:
        for query in ("", "?protocol=6", f"?vlan={cast.lan.id}", f"?isolate={cast.beta.id}"):
            response = client.get(path + query)
            body = response.data.replace(b"Beta AS64497", b"")
            if who != "bob" or path != "/matrix/":  # the head of his own page names him
                assert b"Beta" not in body, path
                assert b"64497" not in body, path
    for other in (cast.alpha, cast.mall):
        assert client.get(pair(cast.beta, other)).status_code == 404
        assert client.get(pair(other, cast.beta)).status_code == 404
    gone = client.get(pair(cast.beta, cast.alpha)).text
    never = client.get(f"/matrix/pair/4711/{cast.alpha.id}").text
    assert "There is no such pair" in gone
    assert "There is no such pair" in never
    assert "1 of 1 pairs linked" in client.get("/matrix/").text


def test_a_superuser_sees_who_left_but_not_while_looking_as_a_member(cast, client):
    leave(cast.beta)

    assert b"Beta" in cast.log_in(client, "carol").get("/matrix/data").data
    cast.log_in(client, "carol", view_as=cast.alpha.id)
    assert b"Beta" not in client.get("/matrix/data").data


def test_a_pair_shows_days_but_no_addresses_and_leads_to_the_own_drawer(alice, cast):
    text = alice.get(pair(cast.alpha, cast.mall)).text

    assert "2025-01-01" in text
    assert "2026-01-15" in text
    assert "192.0.2." not in text
    assert f"/peering/peers/{cast.mall.id}" in text


def test_a_foreign_pair_leads_to_no_drawer(alice, cast):
    assert "/peering/peers/" not in alice.get(pair(cast.beta, cast.mall)).text


def test_it_is_closed_to_the_world_unless_the_exchange_opens_it(cast, client, make_app):
    world = make_app(matrix_min_auth=0).test_client()

    assert {client.get(path).status_code for path in PATHS} == {302}
    assert {world.get(path).status_code for path in PATHS} == {200}
    assert world.get(pair(cast.alpha, cast.mall)).status_code == 200
    assert "Members and their numbers of peers" in world.get("/matrix/").text


@pytest.mark.parametrize(
    ("least", "codes"), [(1, [200, 200, 200]), (2, [403, 200, 200]), (3, [403, 403, 200])]
)
def test_a_higher_role_may_be_needed(cast, make_app, least, codes):
    client = make_app(matrix_min_auth=least).test_client()

    for path in [*PATHS, pair(cast.alpha, cast.mall)]:
        got = [cast.log_in(client, who).get(path).status_code for who in ("rita", "alice", "carol")]
        assert got == codes, path


def test_switched_off_it_is_off_for_everybody(cast, make_app):
    client = make_app(peering_matrix_disabled=True, matrix_min_auth=0).test_client()

    for who in (None, "alice", "carol"):
        if who:
            cast.log_in(client, who)
        assert {client.get(path).status_code for path in PATHS} == {403}
    assert ">Matrix<" not in client.get("/").text


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


def test_the_page_says_where_one_leaves(alice, cast):
    assert "/details/#details-matrix" in alice.get("/matrix/").text

    leave(cast.alpha)

    assert "Alpha is left out of the matrix" in alice.get("/matrix/").text


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_file_holds_what_filter_and_isolated_member_leave(alice, cast, form):
    def links(query):
        response = alice.get(f"/matrix/export.{form}?{query}")
        name = response.headers["Content-Disposition"]
        assert ("-part." in name) is bool(query)
        if form == "json":
            return [one["link"] for one in response.json["pairs"]]
        return [row["link"] for row in csv.DictReader(StringIO(response.text))]

    assert links("hide=none") == ["route-server", "bilateral"]
    assert links("hide=none,route-server,nonsense") == ["bilateral"]
    assert links(f"isolate={cast.beta.id}") == ["route-server", "none"]
    assert links(f"isolate={cast.beta.id}&hide=none") == ["route-server"]
    assert links("") == ["route-server", "bilateral", "none"]


def test_the_picture_of_an_isolated_member_holds_only_its_own(alice, cast):
    alone = alice.get(f"/matrix/export.png?isolate={cast.beta.id}&hide=none").data

    assert height(alone) == height_of(2)
    hidden = alice.get("/matrix/export.png?hide=route-server").data
    assert hidden != alice.get("/matrix/export.png").data
    assert height(hidden) == height_of(3)


def test_isolating_who_left_is_isolating_nobody(alice, cast):
    leave(cast.beta)

    one, nobody = (
        alice.get(f"/matrix/export.csv?isolate={number}") for number in (cast.beta.id, 4711)
    )

    assert one.data == nobody.data
    assert one.headers["Content-Disposition"] == nobody.headers["Content-Disposition"]


NASTY = "=<script>\r\n\x01‮\U0001f600&\"'"


def test_hostile_names_stay_text(alice, cast):
    with transaction() as session:
        session.execute(update(Member).where(Member.id == cast.beta.id).values(name=NASTY))

    rows = list(csv.DictReader(StringIO(alice.get("/matrix/export.csv").text, newline="")))
    graph = alice.get("/matrix/export.graphml").data

    assert "<script>\r" not in alice.get("/matrix/").text
    assert rows[0]["name_b"].startswith("'=<script>")
    assert len(ElementTree.fromstring(graph).findall(".//{*}node")) == 3
