"""The data and the files of the matrix."""

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
from app.models import Member
from tests.blueprints.matrix.looks import FORMS, PATHS, leave, pair
from tests.factories import NOON, make_vlan


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
