"""A login that ended while somebody typed: nothing is sent, nothing typed is lost."""

import html
import re

import pytest

from app.extensions import db, transaction
from app.models import LoginSession, Membership, Note
from app.services import users
from tests.conftest import HTMX, NOON

PASSWORD = "correct horse battery"
NOTE = "Ask <b>Ana</b> & Bob\nabout 😀 v6"


@pytest.fixture
def ended(cast, alice):
    """Alice's browser after her login was ended elsewhere."""
    for name in ("alice", "mallory"):
        users.set_password(name, PASSWORD, now=NOON)
    return alice


def send(browser, cast, **options):
    path = f"/peering/peers/{cast.mall.id}/notes"
    return browser.post(path, data={"member": cast.alpha.id, "text": NOTE}, **options)


def kept_in(page):
    found = re.search(r'name="kept" value="([^"]*)"', page)
    return html.unescape(found.group(1)) if found else None


def log_in(browser, kept, name="alice", password=PASSWORD):
    return browser.post("/login", data={"login": name, "password": password, "kept": kept})


def notes():
    db.session.rollback()
    return [note.text for note in db.session.query(Note)]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
def test_what_was_typed_is_shown_after_the_login_and_sent_by_hand_only(ended, cast, headers):
    here = f"http://localhost/peering/peers/{cast.mall.id}"
    refused = send(ended, cast, headers=headers | {"Referer": here, "HX-Current-URL": here})
    assert refused.status_code == 401
    assert "Your login has ended; nothing was saved." in refused.text
    assert refused.headers.get("HX-Retarget") == ("body" if headers else None)

    page = log_in(ended, kept_in(refused.text)).text

    assert notes() == []
    assert "Ask &lt;b&gt;Ana&lt;/b&gt; &amp; Bob\nabout 😀 v6" in page
    assert f'action="/peering/peers/{cast.mall.id}/notes"' in page
    assert f'href="/peering/peers/{cast.mall.id}"' in page
    assert f'<input type="hidden" name="member" value="{cast.alpha.id}">' in page
    assert send(ended, cast).status_code == 303
    assert len(notes()) == 1


@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_who_acts_for_two_members_goes_on_for_the_one_they_typed_for(ended, cast, path):
    with transaction() as session:
        user_id, member_id = cast.users["alice"], cast.beta.id
        session.add(Membership(user_id=user_id, member_id=member_id, role=2))
    log_in(ended, "")
    ended.post("/account/member", data={"member": cast.beta.id})
    if path == "/logout":
        ended.post(path)
    else:
        with transaction() as session:
            session.query(LoginSession).delete()
    here = f"/peering/peers/{cast.mall.id}/notes"
    typed = {"member": cast.beta.id, "text": NOTE}

    log_in(ended, kept_in(ended.post(here, data=typed).text))

    assert ended.post(here, data=typed).status_code == 303
    ended.post("/logout")
    log_in(ended, "", name="mallory")
    assert "Mall" in ended.get("/details/").text


def test_a_wrong_password_in_between_loses_nothing(ended, cast):
    kept = kept_in(send(ended, cast).text)

    wrong = log_in(ended, kept, password="not the password")

    assert wrong.status_code == 422
    assert kept_in(wrong.text) == kept


def test_what_one_typed_is_shown_to_nobody_else(ended, cast):
    kept = kept_in(send(ended, cast).text)

    answer = log_in(ended, kept, name="mallory")

    assert (answer.status_code, answer.location) == (303, "/")
    assert log_in(ended, kept[:-3] + "abc").status_code == 303  # nor is it made up


def test_passwords_are_never_kept(ended):
    data = {"password-current": PASSWORD, "password-new": "another long password"}
    assert ended.post("/account/password", data=data).status_code == 302

    details = {"details-name": "Alicia", "details-email": "a@new.example"}
    kept = kept_in(
        ended.post("/account/details", data=details | {"details-current": "s3cret"}).text
    )
    page = log_in(ended, kept).text

    assert "Alicia" in page
    assert "a@new.example" in page
    assert "s3cret" not in page


def test_a_button_alone_leads_back_to_its_page(ended, cast):
    path = f"/peering/peers/{cast.mall.id}/mark"
    answer = ended.post(
        path,
        data={"member": cast.alpha.id, "mark": "rejected"},
        headers={"Referer": "http://localhost/peering/peers"},
    )

    assert (answer.status_code, answer.location) == (302, "/login?next=/peering/peers")
    assert "Your login has ended; nothing was saved." in ended.get(answer.location).text


def test_the_login_page_says_nothing_on_a_first_visit(client, ended):
    stranger = ended.application.test_client()
    assert stranger.get("/peering/").status_code == 302
    assert "has ended" not in stranger.get("/login").text

    assert ended.get("/peering/").status_code == 302
    assert "has ended" in ended.get("/login").text
    assert "has ended" not in ended.get("/login").text


def test_a_stranger_who_sends_a_form_gets_nothing_kept(ended, cast):
    stranger = ended.application.test_client()

    assert send(stranger, cast).status_code == 302


def test_who_logged_out_in_another_tab_loses_nothing(cast, ended):
    log_in(ended, "")
    ended.post("/logout")
    assert "has ended" not in ended.get("/login").text

    kept = kept_in(send(ended, cast).text)

    assert "Ask" in log_in(ended, kept).text


def test_a_form_of_another_page_of_another_site_leads_nowhere(ended, cast):
    kept = kept_in(send(ended, cast, headers={"Referer": "https://evil.example/x"}).text)

    assert "evil" not in log_in(ended, kept).text


def test_a_login_ended_from_elsewhere_counts_as_ended(cast, app, alice):
    users_ended = cast.log_in(app.test_client(), "alice")
    with transaction() as session:
        session.query(LoginSession).delete()

    assert send(users_ended, cast).status_code == 401


def test_a_page_that_keeps_the_text_itself_is_where_one_comes_back_to(ended, cast):
    here = "http://localhost/peering/peers/1"
    headers = HTMX | {"HX-Current-URL": here, "Keeps-Text": "1"}

    answer = send(ended, cast, headers=headers)

    assert answer.headers["HX-Redirect"] == "/login?next=/peering/peers/1"


def test_the_sessions_of_a_request_are_said_in_words_and_sent_along(ended, cast):
    own, peer = cast.alpha_ends.v4, cast.mall_ends.v4
    foreign = f"{cast.beta_ends.v4}-{peer}"  # made up: not Alpha's to ask for
    fields = {
        "member": cast.alpha.id, "pair": [f"{own}-{peer}", foreign, "x-y", "9" * 40],
        "for": f"{own}-{peer}", "after": "3", "subject": "Peer?", "message": "Hello",
    }  # fmt: skip
    refused = ended.post(f"/peering/potential/{cast.mall.id}/ask/send", data=fields)

    page = log_in(ended, kept_in(refused.text)).text

    assert "For 1 session:" in page
    assert "LAN 1 IPv4: 192.0.2.1 with 192.0.2.3" in page
    assert "192.0.2.2" not in page
    for name, value in (("pair", f"{own}-{peer}"), ("for", f"{own}-{peer}"), ("after", "3")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert re.findall(r'<label for="kept-\d">(\w+)', page) == ["Subject", "Message"]
