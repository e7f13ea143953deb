"""Who is invited accepts, by a login or by the link: nothing of them shows until then."""

import re

import pytest

from app.domain.errors import Conflict
from app.extensions import db, transaction
from app.models import AuditEntry, LoginSession, User
from app.services import accepting, one_time, passwords
from tests.blueprints.invitations.asked import (
    PASSWORD,
    at_once,
    invite,
    link,
    roles,
    waiting,
    without,
)
from tests.cast import make_user
from tests.conftest import NOON
from tests.mails import addresses, queued


@pytest.mark.parametrize("address", ["mallory@example.net", "carol@example.net", "off@example.net"])
def test_nothing_tells_whether_the_portal_knows_an_address(browser, portal, cast, address):
    with transaction() as session:
        session.get(User, make_user("off", cast.mall)).active = False
    strange, known = (
        (invite(browser, cast, email=email).headers["Location"], browser.get("/team/").text)
        for email in ("zora.n@example.net", address)
    )
    assert strange[0] == known[0] == "/team/"
    browser.post(f"/team/invitations/{waiting()[0].id}/withdraw", data={"member": cast.alpha.id})
    alone = browser.get("/team/").text
    once, again = queued()

    ids = r"invitations/\d+"
    toast = r'<div class="tst">.*?</div>'
    assert re.sub(toast, "", re.sub(ids, "", without(alone, address))) == re.sub(
        toast, "", re.sub(ids, "", without(strange[1], "zora.n@example.net"))
    )
    assert addresses() == ["zora.n@example.net", address]
    assert (once.subject, once.purpose) == (again.subject, again.purpose)
    assert re.sub(r"/login/\S+", "", once.text) == re.sub(r"/login/\S+", "", again.text)
    for secret in ("Mallory", "Carol", "mallory<", "never"):
        assert secret not in alone.partition("Invited</h2>")[2]


def test_who_has_a_login_acts_for_nobody_more_until_they_accept(browser, mallory, cast):
    invite(browser, cast, email="Mallory@example.net", role="2")
    assert cast.users["mallory"] not in roles(cast, cast.alpha)
    assert "1 invitation" in mallory.get("/peering/").text
    assert "1 invitation" not in browser.get("/peering/").text
    assert "invites you to be an administrator of it" in mallory.get("/invitations").text

    answer = mallory.post(f"/invitations/{waiting()[0].id}/accept")

    assert answer.status_code == 303
    assert roles(cast, cast.alpha)[cast.users["mallory"]] == 2
    assert roles(cast, cast.mall)[cast.users["mallory"]] == 2
    assert waiting() == []
    assert "Mallory" in browser.get("/team/").text
    assert "No member invites you" in mallory.get("/invitations").text


def test_the_link_asks_whoever_has_a_login_to_log_in_and_then_to_accept(
    portal, browser, mallory, cast
):
    invite(browser, cast, email="mallory@example.net")
    path, stranger = link(), portal.test_client()

    page = stranger.get(path).text
    assert f"/login?next={path}" in page
    assert "New password" not in page
    assert stranger.post(path, data={"name": "x", "new": PASSWORD}).status_code == 200
    assert roles(cast, cast.alpha).keys() == {cast.users["alice"], cast.users["rita"]}

    assert "Accept</button>" in mallory.get(path).text
    assert "Log out, then open" in browser.get(path).text


def test_who_has_no_login_chooses_a_password_and_acts_for_the_member(portal, browser, cast):
    invite(browser, cast, role="2")
    assert db.session.query(User).filter_by(email="nora@new.example").count() == 0
    path, nora = link(), portal.test_client()
    assert "invites you to be an administrator of" in nora.get(path).text

    answer = nora.post(path, data={"name": "Nora", "new": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Alpha" in nora.get("/peering/").text
    assert nora.get(path).status_code == 404
    found = db.session.query(User).filter_by(email="nora@new.example").one()
    assert (found.username, found.name) == ("nora", "Nora")
    assert roles(cast, cast.alpha)[found.id] == 2
    entry = db.session.query(AuditEntry).filter_by(action="invitation accepted").one()
    assert (entry.user_id, entry.member_id) == (found.id, cast.alpha.id)
    made = db.session.query(AuditEntry).filter_by(action="user created").one()
    assert (made.user_id, made.subject, made.address) == (found.id, "user nora", "127.0.0.1")


def test_a_login_that_never_came_sets_its_password_by_the_link(portal, browser, cast):
    late = make_user("late", cast.mall)
    invite(browser, cast, email="late@example.net")

    portal.test_client().post(link(), data={"name": "Late", "new": PASSWORD})

    assert roles(cast, cast.alpha)[late] == 1
    assert db.session.query(User).filter_by(email="late@example.net").count() == 1


def test_a_login_that_never_came_loses_its_other_links_and_sessions(portal, browser, cast):
    late = make_user("late", cast.mall)
    other = one_time.issue(late, "reset", now=NOON)
    session = cast.log_in(portal.test_client(), "carol")
    with transaction() as rows:
        rows.query(LoginSession).filter_by(user_id=cast.users["carol"]).update({"user_id": late})
    assert session.get("/account/").status_code == 200
    invite(browser, cast, email="late@example.net")

    portal.test_client().post(link(), data={"name": "Late", "new": PASSWORD})

    assert portal.test_client().get(f"/login/link/{other}").status_code == 404
    assert session.get("/account/").status_code == 302


@pytest.mark.parametrize("field", ["password_hash", "active"])
def test_a_login_that_came_or_is_disabled_meanwhile_gets_no_other_password(
    browser, cast, field, monkeypatch
):
    late = make_user("late", cast.mall)
    invite(browser, cast, email="late@example.net")
    real = passwords.hashed

    def slow(*args):
        with transaction() as session:
            session.query(User).filter_by(id=late).update(
                {field: "set" if field == "password_hash" else False}
            )
        return real(*args)

    monkeypatch.setattr(passwords, "hashed", slow)
    token = link().rpartition("/")[2]

    with pytest.raises(Conflict, match="Log in with it"):
        accepting.accept_by_link(token, name="N", new=PASSWORD, now=NOON, address="")

    db.session.rollback()
    assert db.session.get(User, late).password_hash in (None, "set")
    assert late not in roles(cast, cast.alpha)


@pytest.mark.both_databases
def test_of_two_clicks_on_accept_one_joins_and_the_other_finds_it_gone(portal, browser, cast):
    invite(browser, cast, email="mallory@example.net")
    actor, one = cast.actor("mallory", cast.mall), waiting()[0].id

    def accept():
        return accepting.accept(actor, one, now=NOON).member

    assert sorted(at_once(portal, accept, accept)) == ["Alpha", "gone"]


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"new": "short"}, "at least 10"), ({"new": ""}, "Type a password"),
     ({"name": "x" * 256, "new": PASSWORD}, "at most 255")],
)  # fmt: skip
def test_a_weak_password_makes_no_login_and_the_link_still_works(
    portal, browser, cast, fields, word
):
    invite(browser, cast)
    path, nora = link(), portal.test_client()

    answer = nora.post(path, data={"name": "Nora"} | fields)

    assert answer.status_code == 422
    assert word in answer.text
    assert len(waiting()) == 1
    assert nora.get(path).status_code == 200


@pytest.mark.both_databases
def test_of_two_who_accept_with_one_link_at_once_one_makes_the_login(portal, browser, cast):
    invite(browser, cast)
    token = link().rpartition("/")[2]

    def accept():
        return accepting.accept_by_link(
            token, name="N", new=PASSWORD, now=NOON, address="192.0.2.9"
        )

    told = at_once(portal, accept, accept)

    db.session.rollback()
    assert told.count("gone") == 1
    assert db.session.query(User).filter_by(email="nora@new.example").count() == 1


@pytest.mark.parametrize(
    ("role", "words"), [("1", "You change nothing"), ("2", "remove its users")]
)
def test_page_and_mail_say_exactly_what_is_granted(portal, browser, cast, role, words):
    invite(browser, cast, role=role)
    mail = queued()[-1].text

    assert words in mail
    assert words in portal.test_client().get(link()).text
    assert not re.search(r"CUST(USER|ADMIN)", mail)


def test_the_form_offers_what_the_exchange_lets_a_member_user_do(portal, browser, make_app, cast):
    page = browser.get("/team/").text
    assert "A member user sees everything, changes nothing;" in page

    lets_them_act = make_app(min_auth=1)
    page = cast.log_in(lets_them_act.test_client(), "alice").get("/team/").text
    assert "A member user asks for peering, edits;" in page
