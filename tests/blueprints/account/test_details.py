"""One's own name and address."""

import re
from datetime import timedelta

import pytest

from app.config import MailSettings
from app.extensions import db
from app.models import AuditEntry, User
from app.services import accounts, one_time, users
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued

PASSWORD = "correct horse battery"


@pytest.fixture
def portal(make_app):
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    users.set_password("alice", PASSWORD, now=NOON)
    return cast.log_in(portal.test_client(), "alice")


def save(browser, **fields):
    known = {"name": "Alice", "email": "alice@example.net", "current": ""} | fields
    data = {f"details-{field}": value for field, value in known.items()}
    return browser.post("/account/details", data=data)


def alice():
    return db.session.query(User).filter_by(username="alice").one()


def test_the_name_changes_without_a_password(browser):
    response = save(browser, name="Alice Ävar 😀")

    assert (response.status_code, response.location) == (303, "/account/")
    assert alice().name == "Alice Ävar 😀"
    assert "Alice Ävar 😀" in browser.get("/account/").text
    assert queued() == []


def link():
    return re.search(r"https://portal\.example(/login/address/\S+)", queued()[-2].text).group(1)


def test_a_new_address_needs_the_password_and_counts_once_its_link_is_used(browser):
    assert save(browser, email="a@new.example").status_code == 422
    assert queued() == []
    save(browser, email="A@new.example", current=PASSWORD)

    assert alice().email == "alice@example.net"
    assert addresses() == ["a@new.example", "alice@example.net"]
    assert [mail.purpose for mail in queued()] == ["address", "notice"]
    assert "a@new.example instead of this one" in queued()[1].text
    path = link()
    assert "gets the address a@new.example" in browser.get(path).text
    assert alice().email == "alice@example.net"

    assert browser.post(path).status_code == 303

    assert alice().email == "a@new.example"
    assert addresses()[2:] == ["alice@example.net", "a@new.example"]
    assert "from alice@example.net to a@new.example" in queued()[-1].text
    assert browser.post(path).status_code == 404


def test_a_new_address_that_waits_is_shown_and_can_be_taken_back(browser, portal, cast):
    waits = 'id="account-pending"'
    assert waits not in browser.get("/account/").text
    save(browser, email="a@new.example", current=PASSWORD)

    page = browser.get("/account/").text
    assert waits in page
    assert "<b>a@new.example</b>" in page
    assert waits not in cast.log_in(portal.test_client(), "bob").get("/account/").text
    told = browser.post("/account/address/forget", follow_redirects=True).text

    assert "link mailed to a@new.example does not work any more" in told
    assert waits not in told
    assert browser.post(link()).status_code == 404
    assert alice().email == "alice@example.net"
    assert (
        "No new address waits"
        in browser.post("/account/address/forget", follow_redirects=True).text
    )


def test_an_address_that_waited_too_long_or_was_confirmed_is_not_shown(browser, portal):
    save(browser, email="a@new.example", current=PASSWORD)
    portal.extensions["clock"] = lambda: NOON + timedelta(hours=1)
    assert "account-pending" not in browser.get("/account/").text
    portal.extensions["clock"] = lambda: NOON
    browser.post(link())

    assert "account-pending" not in browser.get("/account/").text


def test_a_stranger_takes_no_address_back(browser, portal, cast):
    save(browser, email="a@new.example", current=PASSWORD)
    cast.log_in(portal.test_client(), "bob").post("/account/address/forget")

    assert browser.get(link()).status_code == 200


def test_the_link_works_for_an_hour(browser, portal):
    save(browser, email="a@new.example", current=PASSWORD)
    portal.extensions["clock"] = lambda: NOON + timedelta(hours=1)
    assert browser.post(link()).status_code == 404
    portal.extensions["clock"] = lambda: NOON + timedelta(minutes=59)

    assert browser.post(link()).status_code == 303

    assert alice().email == "a@new.example"


def test_who_reads_the_mail_of_a_mistyped_address_can_do_nothing_with_the_link(
    browser, portal, cast
):
    save(browser, email="typo@new.example", current=PASSWORD)
    stranger, bob = portal.test_client(), cast.log_in(portal.test_client(), "bob")

    for method in ("get", "post"):
        answer = getattr(stranger, method)(link())
        assert answer.status_code == 302
        assert answer.location.startswith("/login?next=") or method == "post"
        refused = getattr(bob, method)(link())
        assert refused.status_code == 404
        assert "does not work for your login" in refused.text
        assert "alice" not in (answer.text + refused.text).casefold()

    assert alice().email == "alice@example.net"
    assert browser.post(link()).status_code == 303  # it was not used up


def test_a_newer_link_and_a_new_password_end_an_older_one(browser, cast):
    save(browser, email="a@new.example", current=PASSWORD)
    first = link()
    save(browser, email="b@new.example", current=PASSWORD)
    second = link()
    assert browser.get(first).status_code == 404

    users.set_password("alice", "another long password", now=NOON)
    cast.log_in(browser, "alice")

    assert browser.get(second).status_code == 404


def test_a_link_for_an_address_sets_no_password_and_the_other_way_round(browser, cast):
    save(browser, email="a@new.example", current=PASSWORD)
    token = link().rpartition("/")[2]
    reset = one_time.issue(cast.users["alice"], "reset", now=NOON)

    assert browser.get(f"/login/link/{token}").status_code == 404
    assert browser.post(f"/login/address/{reset}").status_code == 404
    assert browser.get(f"/login/address/{token}").status_code == 200  # a reset leaves it alone


def test_without_mail_the_exchange_is_asked(make_app, cast):
    users.set_password("alice", PASSWORD, now=NOON)
    answer = save(
        cast.log_in(make_app().test_client(), "alice"), email="a@new.example", current=PASSWORD
    )

    assert answer.status_code == 422
    assert "Ask the exchange to change it" in answer.text.replace("\n", " ")


def test_an_empty_name_stays_empty(browser, cast):
    save(browser, name=" ")

    assert alice().name == ""
    assert '<th scope="row">alice@example.net' in browser.get("/team/").text
    assert accounts.get_details(cast.users["alice"]).name == ""
    assert "Account of alice<" in browser.get("/account/").text


def test_the_change_is_in_the_audit_log(browser):
    save(browser, name="Alicia")

    entry = db.session.query(AuditEntry).filter_by(action="user changed").one()
    assert entry.changes == [["name", "Alice", "Alicia"]]
    assert entry.address == "127.0.0.1"


def test_an_address_of_somebody_else_is_told_to_nobody_but_who_reads_its_mail(browser):
    answer = save(browser, email="bob@example.net", current=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account/")

    refused = browser.post(link())

    assert refused.status_code == 409
    assert "belongs to another user" in refused.text
    assert alice().email == "alice@example.net"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nonsense"},
        {"email": ""},
        {"email": "a@example.net\r\nBcc: b@example.net"},
        {"email": "x" * 400 + "@example.net"},
        {"name": "x" * 256},
        {"name": "a\r\nb"},
        {"name": "\u202eevil"},
        {"name": "x" * 1_000_000},
    ],
)
def test_nonsense_is_refused_at_the_field_and_changes_nothing(browser, fields):
    response = save(browser, **fields, current=PASSWORD)

    assert response.status_code in (422, 413)
    assert (alice().name, alice().email) == ("Alice", "alice@example.net")
    assert queued() == []


@pytest.mark.parametrize("name", ["Al\u202eice", "x" * 256])
def test_a_name_that_is_refused_mails_no_link_to_a_new_address(browser, name):
    response = save(browser, name=name, email="a@new.example", current=PASSWORD)

    assert response.status_code == 422
    assert queued() == []


def test_name_and_address_are_saved_together(browser):
    save(browser, name="Alicia", email="a@new.example", current=PASSWORD)

    assert alice().name == "Alicia"
    assert [mail.purpose for mail in queued()] == ["address", "notice"]


def test_a_stranger_gets_no_free_text_and_few_links(browser):
    for _ in range(3):
        save(browser, name="Win at www.evil.example", email="victim@x.example", current=PASSWORD)

    refused = save(browser, email="victim@x.example", current=PASSWORD)

    assert refused.status_code == 429
    assert "victim@x.example got 3 such mails" in refused.text
    links = [mail for mail in queued() if mail.purpose == "address"]
    assert len(links) == 3
    assert not any("evil" in mail.text for mail in links)


def test_html_in_a_name_is_only_ever_text(browser):
    save(browser, name="<script>alert(1)</script>")

    page = browser.get("/account/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
