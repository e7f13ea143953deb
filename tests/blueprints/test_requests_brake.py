"""The operator's brake, and the link that ends requests by mail."""

import re

import pytest

from app.config import MailSettings
from app.extensions import db
from app.models import Member, OutboxMessage
from tests.letters import make_contact
from tests.mails import MAILING, addresses, queued


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def test_a_brake_on_everybody_is_read_by_members_and_let_go(app, carol, alice, cast):
    assert carol.post("/requests/pauses", data={"reason": "Mail loop"}).status_code == 303

    page = cast.log_in(app.test_client(), "alice").get(f"/peering/potential/{cast.mall.id}/ask")
    assert "Mail loop" in page.text
    volume = cast.log_in(app.test_client(), "carol").get("/requests/volume").text
    assert "everybody" in volume
    pause_id = re.search(r"/requests/pauses/(\d+)/end", volume).group(1)
    carol = cast.log_in(app.test_client(), "carol")
    carol.post(f"/requests/pauses/{pause_id}/end")
    assert "Mail loop" not in carol.get("/requests/volume").text


def test_a_brake_on_one_member_is_on_that_one(app, carol, cast):
    carol.post("/requests/pauses", data={"asn": "AS64496", "reason": "Too many"})

    for name, braked in (("alice", True), ("bob", False)):
        page = cast.log_in(app.test_client(), name).get(f"/peering/potential/{cast.mall.id}/ask")
        assert ("Too many" in page.text) is braked


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"reason": ""}, 422, "Say why"),
        ({"reason": "x" * 501}, 422, "at most 500"),
        ({"reason": "a", "asn": "x"}, 422, "Type the AS number"),
        ({"reason": "a", "asn": "65000"}, 422, "no member with AS65000"),
    ],
)
def test_a_brake_that_makes_no_sense_is_refused(carol, fields, status, word):
    response = carol.post("/requests/pauses", data=fields)

    assert response.status_code == status
    assert word in response.text


@pytest.fixture
def portal(make_app, cast):
    make_contact(cast.mall)
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


def link_under_a_request(portal, cast):
    from app.blueprints.requests.stopping import stop_link

    with portal.test_request_context():
        return stop_link(cast.mall.id).removeprefix("https://portal.example")


def wish(cast):
    db.session.expire_all()
    return db.session.get(Member, cast.mall.id).takes_requests


def test_the_link_alone_changes_nothing_and_the_mailed_one_does(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    assert "No more peering requests by mail?" in client.get(link).text
    assert (wish(cast), queued()) == ("mail", [])

    assert client.post(link).status_code == 303
    assert wish(cast) == "mail"
    assert addresses() == ["peering@mall.example"]
    confirm = re.search(r"https://portal\.example(/\S+)", queued()[0].text).group(1)
    assert "End them" in client.get(confirm).text
    assert wish(cast) == "mail"

    assert "No more peering requests by mail" in client.post(confirm).text
    assert wish(cast) == "none"


def test_the_link_cannot_be_used_to_pester(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)

    for _ in range(3):
        assert client.post(link).status_code == 303

    assert db.session.query(OutboxMessage).count() == 1


def test_neither_link_does_for_the_other_and_a_bent_one_for_none(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    token = link.rpartition("/")[2]

    assert client.post(f"/requests/stopped/{token}").status_code == 404
    assert client.post(f"/requests/stop/{token}x").status_code == 404
    assert wish(cast) == "mail"
