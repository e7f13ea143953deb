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
from app.matrix_picture import LINE_OF_HEAD, as_png
from app.models import InterfaceAddress, Member, User, Vlan
from app.services import matrix_density
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
    for form in FORMS[:3]:
        small = alice.get(f"/matrix/export.{form}", headers={"Accept-Encoding": "zstd"})
        assert small.headers["Content-Encoding"] == "zstd"
        assert small.data.startswith(b"\x28\xb5\x2f\xfd")
    assert height(png) == height_of(3)


def height(png: bytes) -> int:
    return Image.open(BytesIO(png)).height


def height_of(many: int) -> int:
    parties = [Party(n, "", 64496 + n, None, False, ()) for n in range(many)]
    return height(as_png(make_matrix(parties, []), "LAN 1", 4, NOON.date()))


@pytest.mark.parametrize("who", ["alice", "mallory", "bob", "rita"])
def test_who_left_is_in_nothing_that_is_downloaded(cast, client, who):
    """All of it is as it was before the member had an address on the LAN."""
    matrix_density.record(now=NOON, lookback=NOON - NOON.replace(day=1))
    cast.log_in(client, who)
    queries = (
        "",
        "?protocol=6",
        f"?vlan={cast.lan.id}",
        f"?isolate={cast.beta.id}",
        "?everybody=1",
    )
    asked = [path + query for path in PATHS for query in queries]
    set_rows(InterfaceAddress, enabled=InterfaceAddress.id.not_in(cast.beta_ends[1:]))
    before = {path: client.get(path).data for path in asked}
    set_rows(InterfaceAddress, enabled=True)
    assert client.get("/matrix/export.png").data != before["/matrix/export.png"]
    leave(cast.beta)

    for path, body in before.items():
        if who != "bob" or path.partition("?")[0] != "/matrix/":  # his own page says that he left
            assert client.get(path).data == body, path
            assert who == "bob" or (b"Beta" not in body and b"64497" not in body), path
    for query in ("", "?everybody=1"):
        gone = [
            client.get(pair(*both) + query)
            for both in ((cast.beta, cast.mall), (cast.mall, cast.beta))
        ]
        never = client.get(f"/matrix/pair/4711/{cast.alpha.id}{query}")
        assert [answer.status_code for answer in (*gone, never)] == [404] * 3
        assert all("There is no such pair" in answer.text for answer in (*gone, never))
    assert client.get(f"/matrix/pair/{2**63}/{cast.alpha.id}").status_code == 404


def test_a_superuser_sees_who_left_on_request_and_marked_but_not_while_looking_as_a_member(
    cast, client
):
    leave(cast.beta)
    beta = f"/matrix/pair/{cast.alpha.id}/{cast.beta.id}"
    cast.log_in(client, "carol")
    public = {path: client.get(path).data for path in PATHS}
    page, asked = (client.get(f"/matrix/{query}").text for query in ("", "?everybody=1&sort=name"))

    assert not any(b"Beta" in body for body in public.values())
    assert "not shown or counted" in page
    assert "everybody=1" in page
    assert "not shown or counted" not in asked
    assert "1 member who opted out is shown and counted here" in asked
    assert asked.count("left out</span>") == 1
    assert "sort=name" in asked.split("Show what members see")[0].rsplit("<a", 1)[1]
    assert "export.png?vlan=1&amp;protocol=4&amp;everybody=1" in asked
    head = json.loads(client.get("/matrix/data?everybody=1").data.partition(b"\n")[0])
    assert [head["members"][place][2] for place in head["left"]] == ["Beta"]
    for path in PATHS[2:]:
        answer = client.get(f"{path}?everybody=1")
        assert answer.data != public[path]
        assert "-everybody" in answer.headers["Content-Disposition"]
    assert client.get(beta).status_code == 404
    assert "left the matrix" in client.get(f"{beta}?everybody=1").text
    cast.log_in(client, "carol", view_as=cast.alpha.id)
    assert all(b"Beta" not in client.get(f"{path}?everybody=1").data for path in PATHS)
    assert client.get(f"{beta}?everybody=1").status_code == 404


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


def test_scripts_are_told_when_their_lan_is_gone_instead_of_getting_another(alice, cast):
    make_vlan("LAN 2", tag=20)  # without the flag
    for path in (*PATHS[1:], pair(cast.alpha, cast.mall)):
        for query, words in (("vlan=2", "takes no part"), ("protocol=9", "is 4 or 6")):
            answer = alice.get(f"{path}?{query}")
            assert answer.status_code == 404, path
            assert words in answer.text
    assert "takes no part in the matrix; this is LAN 1" in alice.get("/matrix/?vlan=2").text


def test_lans_of_one_name_are_told_apart(alice, cast):
    other = make_vlan("LAN 1", tag=11, infrastructure="North", peering_matrix=True)

    page = alice.get("/matrix/").text
    assert ">LAN 1 · Main</option>" in page
    assert ">LAN 1 · North</option>" in page
    assert alice.get(f"/matrix/export.json?vlan={other.id}").json["vlan"] == "LAN 1 · North"


def test_without_javascript_filter_and_isolated_member_cut_the_picture_too(alice, cast):
    query = f"kind=both&kind=bilateral&isolate={cast.alpha.id}"
    page = alice.get(f"/matrix/?{query}").text
    picture = page.split("<noscript>")[1].split('src="')[1].split('"')[0].replace("&amp;", "&")
    hidden = f"hide=none,possible,route-server&isolate={cast.alpha.id}"

    assert alice.get(picture).data == alice.get(f"/matrix/export.png?{hidden}").data
    assert alice.get(picture).data != alice.get("/matrix/export.png").data
    assert "Only pairs of AS64496." in page
    assert page.count('"off" checked') == 2


def test_it_is_closed_to_the_world_unless_the_exchange_opens_it(cast, client, make_app):
    world = make_app(matrix_min_auth=0).test_client()

    assert {client.get(path).status_code for path in PATHS} == {302}
    assert {world.get(path).status_code for path in PATHS} == {200}
    assert world.get(pair(cast.alpha, cast.mall)).status_code == 200
    page = world.get("/matrix/").text
    assert "Members and their numbers of peers" in page
    assert "/login?next=/matrix/" in page
    assert 'href="/matrix/"' in world.get("/login").text
    assert 'href="/matrix/"' not in client.get("/login").text


@pytest.mark.parametrize(
    ("least", "codes"), [(1, [200, 200, 200]), (2, [403, 200, 200]), (3, [403, 403, 200])]
)
def test_a_higher_role_may_be_needed(cast, make_app, least, codes):
    client = make_app(matrix_min_auth=least).test_client()

    for path in [*PATHS, pair(cast.alpha, cast.mall)]:
        got = [cast.log_in(client, who).get(path).status_code for who in ("rita", "alice", "carol")]
        assert got == codes, path
        looking = cast.log_in(client, "carol", view_as=cast.alpha.id).get(path).status_code
        assert looking == codes[1], path  # as the admin of that member


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

    assert "nobody but the exchange sees it there, you neither" in alice.get("/matrix/").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"status": "suspended"}, "Alpha is suspended, and is in no matrix"),
        ({"type": "associate"}, "Alpha is an associate member, and so in no matrix"),
    ],
)
def test_the_page_says_why_ones_own_row_is_not_there(alice, cast, fields, words):
    with transaction() as session:
        session.execute(update(Member).where(Member.id == cast.alpha.id).values(**fields))

    page = alice.get("/matrix/").text

    assert words in page
    assert "has no IPv4 interface" not in page


def test_a_superuser_of_a_member_that_left_is_told_that_the_exchange_sees_it(cast, client):
    leave(cast.alpha)
    with transaction() as session:
        session.execute(update(User).where(User.username == "alice").values(is_superuser=True))
    cast.log_in(client, "alice")

    assert "only where it asks for members who opted out" in client.get("/matrix/").text
    assert "only the exchange sees it" in client.get("/matrix/?everybody=1").text


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

    assert height(alone) == height_of(2) + LINE_OF_HEAD
    hidden = alice.get("/matrix/export.png?hide=route-server").data
    assert height(hidden) == height_of(3) + LINE_OF_HEAD


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
