"""A suspended member looks and keeps its own things; it asks nobody, and reads why."""

from datetime import timedelta

import pytest

from app.config import MailSettings
from app.extensions import db
from app.models import PeeringRequest
from app.services import member_standing, outbox_sending
from tests.blueprints.peering.test_ask import fields
from tests.conftest import HTMX, NOON
from tests.letters import make_contact
from tests.mails import MAILING, queued

BANNER = 'id="suspended"'
WHY = "The exchange has suspended Alpha"


@pytest.fixture
def browser(make_app, cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    return cast.log_in(app.test_client(), "alice")


@pytest.fixture
def path(cast):
    return f"/peering/potential/{cast.mall.id}/ask"


def suspend(member):
    member_standing.suspend(None, member.id, now=NOON)
    db.session.rollback()


@pytest.mark.parametrize("page", ["/peering/potential", "/requests", "/details", "/account"])
def test_every_page_says_that_the_member_is_suspended(browser, cast, page):
    before = browser.get(page, follow_redirects=True).text
    suspend(cast.alpha)

    assert BANNER not in before
    assert BANNER in browser.get(page, follow_redirects=True).text


def test_only_those_of_the_member_read_the_banner(client, cast):
    suspend(cast.alpha)

    assert BANNER not in cast.log_in(client, "bob").get("/peering/peers").text
    assert BANNER not in cast.log_in(client, "carol").get("/account").text
    viewing = cast.log_in(client, "carol", view_as=cast.alpha.id)
    assert BANNER in viewing.get("/peering/peers").text


def test_no_page_of_it_offers_to_ask(browser, cast, path):
    drawer = f"/peering/potential/{cast.mall.id}"
    assert path in browser.get("/peering/potential").text
    suspend(cast.alpha)

    assert path not in browser.get("/peering/potential").text
    assert path not in browser.get(drawer, headers=HTMX).text
    refused = browser.get(path)
    assert refused.status_code == 403
    assert WHY in refused.text


@pytest.mark.parametrize("end", ["send", "sample", "mark"])
def test_a_form_from_before_is_refused_and_keeps_what_was_typed(browser, cast, path, end):
    form = fields(cast, browser.get(path).text, message="We typed this.")
    suspend(cast.alpha)

    response = browser.post(f"{path}/{end}", data=form)

    assert response.status_code == 403
    assert WHY in response.text
    assert "We typed this." in response.text
    assert queued() == []
    assert db.session.query(PeeringRequest).count() == 0


def test_a_request_that_had_not_left_waits_until_the_member_is_resumed(browser, cast, path):
    browser.post(f"{path}/send", data=fields(cast, browser.get(path).text))
    suspend(cast.alpha)
    due = {"now": NOON + timedelta(minutes=1), "timeout": timedelta(seconds=10)}

    assert outbox_sending.claim(**due) is None
    member_standing.resume(None, cast.alpha.id, now=NOON)
    assert outbox_sending.claim(**due) is not None


def test_it_keeps_its_notes_and_marks(browser, cast):
    suspend(cast.alpha)
    there, own = f"/peering/potential/{cast.mall.id}", {"member": cast.alpha.id}

    assert browser.post(f"{there}/mark", data=own | {"mark": "rejected"}).status_code == 303
    noted = browser.post(f"/peering/rejected/{cast.mall.id}/notes", data=own | {"text": "Later."})
    assert noted.status_code == 303


def test_a_link_to_a_member_that_was_suspended_says_that_it_may_be(cast, alice):
    suspend(cast.mall)

    answer = alice.get(f"/peering/potential/{cast.mall.id}")

    assert answer.status_code == 404
    assert "it may just have left, or is suspended by the exchange" in answer.text
