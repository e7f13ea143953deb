"""The link beneath every request that ends them, without a login."""

import re
from datetime import timedelta

import pytest

from app.blueprints.requests import stopping
from app.config import MailSettings, TestMode
from app.domain.wishes import Wish
from app.extensions import db
from app.models import Member, OutboxMessage
from app.services import request_wishes
from tests.factories import NOON
from tests.letters import make_contact
from tests.mail_server import Script, mail_server
from tests.mails import MAILING, addresses, queued
from tests.workers.test_outbox_sender import send

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def portal(make_app, cast):
    make_contact(cast.mall)
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


def link_under_a_request(portal, cast):
    with portal.test_request_context():
        return stopping.stop_link(cast.mall.id).removeprefix("https://portal.example")


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


def confirm_link():
    return re.search(r"https://portal\.example(/\S+)", queued()[0].text).group(1)


def at(portal, moment):
    portal.extensions["clock"] = lambda: moment


def test_in_test_mode_the_link_mails_nobody_and_says_so(make_app, cast):
    make_contact(cast.mall)
    mode = TestMode(on=True, email="test@x.example")
    portal = make_app(mail=MailSettings(server="127.0.0.1"), test_mode=mode, **MAILING)
    client, link = portal.test_client(), link_under_a_request(portal, cast)

    assert "no link is mailed" in client.get(link).text
    response = client.post(link)

    assert response.status_code == 403
    assert "no mail went to Mall and nothing has changed" in response.text
    assert (queued(), wish(cast)) == ([], "mail")


@pytest.mark.parametrize(("late", "status"), [(-SECOND, 200), (SECOND, 404)])
def test_the_mailed_link_works_for_seven_days(portal, cast, late, status):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    client.post(link)
    confirm = confirm_link()
    at(portal, NOON + 7 * DAY + late)

    assert client.post(confirm).status_code == status
    assert wish(cast) == ("none" if status == 200 else "mail")


def test_the_page_says_how_far_it_is(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    assert "Send the link" in client.get(f"{link}/asked").text  # nobody asked

    client.post(link)
    assert "is on its way" in client.get(f"{link}/asked").text
    assert "is on its way" in client.get(link).text
    confirm = confirm_link()

    with mail_server(Script()) as settings:
        send(settings)
    page = client.get(f"{link}/asked").text
    assert "was mailed" in page
    assert "until 2026-01-22 12:00 UTC" in page

    client.post(confirm)
    page = client.get(f"{link}/asked").text
    assert "on its way" not in page
    assert "read that it takes none" in page
    assert "read that it takes none" in client.get(link).text


def test_a_link_that_was_refused_is_not_on_its_way(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    client.post(link)
    with mail_server(Script(rcpt={"peering@mall.example": "550 5.1.1 No such user"})) as settings:
        send(settings)

    assert "did not arrive" in client.get(f"{link}/asked").text


def test_where_no_address_is_known_nothing_is_promised(make_app, cast):
    portal = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    client, link = portal.test_client(), link_under_a_request(portal, cast)

    response = client.post(link, follow_redirects=True)

    assert "knows no peering address of Mall" in response.text
    assert queued() == []


def test_a_link_that_ran_out_is_offered_anew(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    client.post(link)
    at(portal, NOON + 7 * DAY + SECOND)

    assert "Send the link" in client.get(f"{link}/asked").text


def test_a_page_of_its_own_is_not_overwritten(portal, cast):
    client, link = portal.test_client(), link_under_a_request(portal, cast)
    client.post(link)
    confirm = confirm_link()
    url = "https://mall.example/peer"
    request_wishes.set_wish(cast.actor("mallory", cast.mall), Wish.URL, url, now=NOON)

    client.post(confirm)

    assert request_wishes.get_wish(cast.mall.id) == ("url", url)
