"""Who sees the matrix, and who is in it for whom."""

import json

import pytest
from sqlalchemy import update

from app.extensions import transaction
from app.models import InterfaceAddress, Member, User
from app.services import matrix_density
from tests.blueprints.matrix.looks import PATHS, leave, pair, set_rows
from tests.factories import NOON


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
