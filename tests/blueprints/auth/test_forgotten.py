"""A link by mail that sets a new password."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.config import MailSettings
from app.extensions import db, transaction
from app.models import AuditEntry, OneTimeToken, User
from app.services import one_time, users
from tests.conftest import NOON
from tests.mails import MAILING, addresses, queued

NEW = "a brand new password"


@pytest.fixture
def portal(make_app, cast):
    users.set_password("alice", "the old password", now=NOON)
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal):
    return portal.test_client()


def ask(browser, login="alice"):
    return browser.post("/login/forgotten", data={"login": login})


def link(browser, login="alice"):
    ask(browser, login)
    return re.search(r"https://portal\.example(/\S+)", queued()[-1].text).group(1)


def log_in(browser, password):
    return browser.post("/login", data={"login": "alice", "password": password}).status_code


def test_the_link_sets_a_password_and_logs_in(browser, cast):
    path = link(browser)
    assert "alice" in browser.get(path).text

    response = browser.post(path, data={"new": NEW})

    assert (response.status_code, response.location) == (303, "/")
    assert browser.get("/peering/").status_code == 200
    browser.post("/logout")
    assert log_in(browser, "the old password") == 422
    assert log_in(browser, NEW) == 303
    assert addresses() == ["alice@example.net"] * 2
    assert [message.purpose for message in queued()] == ["reset", "notice"]


def test_it_ends_every_session(browser, cast, portal):
    other = cast.log_in(portal.test_client(), "alice")

    browser.post(link(browser), data={"new": NEW})

    assert other.get("/peering/").status_code == 302


def test_a_link_works_once(browser):
    path = link(browser)
    browser.post(path, data={"new": NEW})

    again = browser.post(path, data={"new": "yet another password"})

    assert again.status_code == 404
    assert "does not work any more" in again.text


def test_a_newer_link_ends_the_older(browser):
    first, second = link(browser), link(browser)

    assert browser.get(first).status_code == 404
    assert browser.get(second).status_code == 200


def test_a_link_works_for_an_hour(browser, portal):
    path = link(browser)

    portal.extensions["clock"] = lambda: NOON + timedelta(minutes=59, seconds=59)
    assert browser.get(path).status_code == 200
    portal.extensions["clock"] = lambda: NOON + timedelta(hours=1)
    assert browser.get(path).status_code == 404


def test_a_weak_password_is_refused_and_the_link_still_works(browser):
    path = link(browser)

    refused = browser.post(path, data={"new": "short"})

    assert refused.status_code == 422
    assert "at least 10 characters" in refused.text
    assert browser.post(path, data={"new": NEW}).status_code == 303


def test_the_token_is_not_stored(browser):
    token = link(browser).rpartition("/")[2]

    stored = db.session.scalar(select(OneTimeToken.token_hash))
    assert token not in stored
    assert stored == one_time.hash_of(token)


@pytest.mark.parametrize("login", ["nobody", "nobody@example.net", "x\0y", "‮alice", "😀" * 300])
def test_an_unknown_name_gets_the_same_answer_and_no_mail(browser, login):
    known = ask(browser).text.replace("alice", "")
    unknown = ask(browser, login)

    assert unknown.status_code in (200, 422)
    if unknown.status_code == 200:
        assert len(unknown.text.replace(login, "")) == pytest.approx(len(known), abs=12)
    assert len(queued()) == 1
    assert db.session.query(AuditEntry).filter_by(action="password link asked for").count() == 1


def test_an_unknown_name_costs_the_same_statements(browser, portal, statements):
    ask(browser)
    with statements() as known:
        ask(browser)
    with statements() as unknown:
        ask(browser, "nobody")

    assert len(known) == len(unknown)


def test_a_disabled_login_gets_no_link(browser):
    with transaction() as session:
        session.query(User).filter_by(username="alice").one().active = False

    ask(browser)

    assert queued() == []


def test_asking_again_and_again_is_slowed_down(browser):
    answers = [ask(browser) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Too many links were asked for. Wait" in answers[-1].text
    assert "set a new password" not in answers[-1].text


@pytest.mark.parametrize("changes", [{}, {"app_url": "https://portal.example"}])
def test_a_portal_that_cannot_mail_says_so(make_app, cast, changes):
    browser = make_app(**changes).test_client()

    assert "cannot send mail" in browser.get("/login/forgotten").text
    assert "cannot send mail" in ask(browser).text
    assert queued() == []


def test_the_host_that_a_browser_claims_is_in_no_mail(browser):
    browser.post("/login/forgotten", data={"login": "alice"}, headers={"Host": "evil.example"})

    assert all("evil" not in message.text for message in queued())
