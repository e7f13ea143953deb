"""Changing one's own password."""

import pytest

from app.config import MailSettings
from app.domain.throttle import PER_ACCOUNT
from app.services import passwords, users
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued

OLD, NEW = "correct horse battery", "another long password"


@pytest.fixture
def portal(make_app, cast):
    users.set_password("alice", OLD, now=NOON)
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    return cast.log_in(portal.test_client(), "alice")


def change(browser, current=OLD, new=NEW):
    fields = {"password-current": current, "password-new": new}
    return browser.post("/account/password", data=fields)


def test_the_password_changes_and_a_notice_goes_out(browser):
    assert change(browser).status_code == 303

    assert passwords.authenticate("alice", NEW)
    assert not passwords.authenticate("alice", OLD)
    assert addresses() == ["alice@example.net"]
    assert "from the address 127.0.0.1" in queued()[0].text


def test_other_sessions_end_and_this_one_stays(browser, portal, cast):
    other = cast.log_in(portal.test_client(), "alice")
    change(browser)

    assert other.get("/peering/").status_code == 302
    assert browser.get("/peering/").status_code == 200


@pytest.mark.parametrize(
    ("current", "new", "word"),
    [
        ("wrong", NEW, "not your password"),
        (OLD, "short", "at least 10"),
        (OLD, "x" * 2000, "at most 1024"),
        ("", NEW, "Type your password"),
        (OLD, "", "Type a new password"),
        (OLD, "\ud800" * 20, ""),
    ],
)
def test_what_does_not_fit_is_refused_at_the_field(browser, current, new, word):
    response = change(browser, current, new.encode("utf-8", "replace").decode())

    if word:
        assert response.status_code == 422
        assert word in response.text
        assert passwords.authenticate("alice", OLD)


def test_guessing_in_an_open_session_is_slowed_down(browser):
    answers = [change(browser, "wrong").status_code for _ in range(PER_ACCOUNT.free + 1)]

    assert answers == [422] * PER_ACCOUNT.free + [429]


def test_a_copy_of_the_cookie_is_worth_nothing_after_a_change(browser, portal):
    copy = portal.test_client()
    copy.set_cookie("session", browser.get_cookie("session").value)
    assert copy.get("/peering/").status_code == 200

    change(browser)

    assert copy.get("/peering/").status_code == 302
    assert browser.get("/peering/").status_code == 200
