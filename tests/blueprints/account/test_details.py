"""One's own name and address."""

import pytest

from app.config import MailSettings
from app.extensions import db
from app.models import AuditEntry, User
from app.services import users
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued

PASSWORD = "correct horse battery"


@pytest.fixture
def browser(make_app, cast):
    users.set_password("alice", PASSWORD, now=NOON)
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    return cast.log_in(app.test_client(), "alice")


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


def test_a_new_address_needs_the_password_and_both_addresses_are_told(browser):
    assert save(browser, email="a@new.example").status_code == 422
    assert alice().email == "alice@example.net"

    save(browser, email="A@new.example", current=PASSWORD)

    assert alice().email == "a@new.example"
    assert addresses() == ["alice@example.net", "a@new.example"]
    assert "from alice@example.net to a@new.example" in queued()[0].text


def test_the_change_is_in_the_audit_log(browser):
    save(browser, name="Alicia")

    entry = db.session.query(AuditEntry).filter_by(action="user changed").one()
    assert entry.changes == [["name", "Alice", "Alicia"]]
    assert entry.address == "127.0.0.1"


def test_an_address_of_somebody_else_is_refused(browser):
    response = save(browser, email="bob@example.net", current=PASSWORD)

    assert response.status_code == 409
    assert "belongs to another user" in response.text
    assert 'id="details-email-error"' in response.text


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


def test_html_in_a_name_is_only_ever_text(browser):
    save(browser, name="<script>alert(1)</script>")

    page = browser.get("/account/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
