"""How a member wishes to be asked: set by itself, read by who asks."""

import pytest

from app.services import request_wishes


def save(client, member, **fields):
    return client.post("/requests/wish", data={"member": member.id} | fields)


def test_a_wish_is_kept_and_read_by_who_asks(app, cast):
    mallory = cast.log_in(app.test_client(), "mallory")
    url = "https://mall.example/peer"

    assert save(mallory, cast.mall, wish="url", requests_url=url).status_code == 303

    assert url in mallory.get("/requests/").text
    alice = cast.log_in(app.test_client(), "alice")
    assert url in alice.get(f"/peering/potential/{cast.mall.id}/ask").text
    save(mallory, cast.mall, wish="mail", requests_url=url)
    assert request_wishes.get_wish(cast.mall.id) == ("mail", None)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"wish": "shout"}, "Choose how"),
        ({"wish": "url"}, "Type the address"),
        ({"wish": "url", "requests_url": "javascript:alert(1)"}, "must be an address"),
        ({"wish": "url", "requests_url": "https://x.example/" + "x" * 1024}, "too long"),
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(alice, cast, fields, word):
    response = save(alice, cast.alpha, **fields)

    assert response.status_code == 422
    assert word in response.text
    assert request_wishes.get_wish(cast.alpha.id) == ("mail", None)


def test_strangers_and_readers_wish_nothing(app, cast):
    for name, status in (("mallory", 409), ("rita", 403)):
        client = cast.log_in(app.test_client(), name)
        assert save(client, cast.alpha, wish="none").status_code == status
    assert request_wishes.get_wish(cast.alpha.id) == ("mail", None)


def test_our_details_say_how_one_is_asked_and_where_that_is_set(alice, cast):
    page = alice.get("/details/").text
    assert "takes requests by mail" in page
    assert 'href="/requests/#requests-wish"' in page

    save(alice, cast.alpha, wish="none")

    assert "wants no requests by mail" in alice.get("/details/").text


def test_our_details_say_nothing_of_requests_while_there_are_none(make_app, cast):
    client = cast.log_in(make_app(peering_manager_disabled=True).test_client(), "alice")

    assert "requests-wish" not in client.get("/details/").text
