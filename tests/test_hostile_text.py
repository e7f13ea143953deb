"""Hostile text in every field that can be typed into: never a fault, never anything but text.

The fields are found in the pages, so that a new form is tried without being listed here.
"""

import html
import re

import pytest

from app.config import MailSettings
from app.extensions import db
from app.models import LoginSession
from app.services import notes, users
from tests.conftest import NOON
from tests.forms import forms_of
from tests.letters import make_contact
from tests.mails import MAILING, queued

LONG = "x" * 1_000_000
HOSTILE = {
    "marks": "\u202e<hostile-x onload=alert(1)>\"'\u2066\u200f\U0001f980\U00010348",
    "link": "[x](javascript:alert(1)) <javascript:alert(2)> ![y](javascript:alert(3))",
    "lines": "a\r\nBcc: evil@x.example\r\n\r\nb",
    "null": "a\x00b",
    "long": LONG,
}
# Databases differ in what they cannot store; all else is refused or escaped before.
KINDS = [
    pytest.param(kind, marks=pytest.mark.both_databases) if kind == "null" else kind
    for kind in HOSTILE
]
LEFT_OUT = ("/logout", "/account/password", "/theme")  # ends the session that looks
LIVE = re.compile(r"<hostile-x|(?:href|src)\s*=\s*[\"']?\s*javascript:", re.I)


PASSWORD = "correct horse battery"
ROOTS = (
    "peering requests details team account members vlans users outbox log attention matrix",
    "requests/volume detection invitations peering/potential",
)


@pytest.fixture
def portal(make_app, cast):
    """With mail, so that there are forms to invite somebody."""
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def pages(cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    alice = cast.actor("alice", cast.alpha)
    note = notes.add(alice, cast.mall.id, "Spoke to Ana", now=NOON)
    inner = [
        f"/peering/potential/{cast.mall.id}",
        f"/peering/potential/{cast.mall.id}/notes/new",
        f"/peering/potential/{cast.mall.id}/notes/{note}",
        f"/peering/potential/{cast.mall.id}/ask",
        f"/peering/potential/{cast.mall.id}/wrong",
        "/members/new",
        f"/members/{cast.mall.id}",
        f"/members/{cast.mall.id}/edit",
        "/vlans/new",
        f"/vlans/{cast.lan.id}",
        f"/vlans/{cast.lan.id}/interfaces",
        f"/vlans/{cast.lan.id}/interfaces/new",
        f"/vlans/{cast.lan.id}/interfaces/{cast.alpha_ends.interface_id}",
        f"/vlans/infrastructures/{cast.lan.infrastructure_id}",
        f"/users/{cast.users['bob']}",
    ]
    roots = [f"/{root}/" for root in ROOTS[0].split()] + [f"/{root}" for root in ROOTS[1].split()]
    return [*roots, *inner]


def fields(client, pages):
    """(page, number of the form, name of the field) of every field there is."""
    for page in pages:
        answer = client.get(page)
        if answer.status_code == 200:
            for number, form in enumerate(forms_of(answer.text, page)):
                if not form.action.startswith(LEFT_OUT):
                    yield from ((page, number, name) for name in form.typed)


def send(client, page, number, name, text):
    """The form as the page has it now, with one field filled anew."""
    found = forms_of(client.get(page).text, page)
    if number >= len(found) or name not in found[number].values:
        return None  # what was sent before took the form away
    form = found[number]
    values = form.values | {name: text}
    if form.method == "get":
        # No address carries a megabyte: servers refuse it before the portal sees it.
        return client.get(form.action, query_string=values | {name: text[:4000]})
    return client.post(form.action, data=values)


def assert_is_text(answer, where):
    assert answer.status_code < 500, where
    assert not LIVE.search(answer.text), where


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("who", ["alice", "carol"])
def test_hostile_text_is_never_a_fault_and_never_alive(portal, cast, pages, who, kind):
    client = cast.log_in(portal.test_client(), who)
    tried = list(fields(client, pages))
    assert len(tried) > (32 if who == "alice" else 40)

    for page, number, name in tried:
        answer = send(client, page, number, name, HOSTILE[kind])
        if answer is not None:
            assert_is_text(answer, (page, name))
            stored = answer.request.method == "POST" and not name.endswith("current")
            assert kind != "long" or not stored or answer.status_code >= 400, (page, name)

    for reader in ("alice", "bob", "carol"):
        client = cast.log_in(portal.test_client(), reader)
        for page in pages:
            answer = client.get(page)
            assert_is_text(answer, page)
            assert len(answer.text) < 300_000, page  # nothing of a megabyte was kept


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_of_somebody_without_a_login_is_nothing_but_text(portal, cast, kind):
    client = cast.log_in(portal.test_client(), "alice")
    person = {"name": "Nora", "email": "nora@new.example", "role": "1"}
    client.post("/team/invite", data={"member": cast.alpha.id} | person)
    invitation = re.search(r"https://portal\.example(/\S+)", queued()[-1].text).group(1)
    stranger = portal.test_client()
    pages = ["/login", "/login/forgotten", invitation, f"/login?next={HOSTILE[kind][:4000]}"]
    tried = list(fields(stranger, pages))
    assert {name for _, _, name in tried} >= {"login", "password", "name", "new"}

    for page, number, name in tried:
        answer = send(stranger, page, number, name, HOSTILE[kind])
        if answer is not None:
            assert_is_text(answer, (page, name))


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_text_that_was_kept_while_a_login_ended_is_nothing_but_text(portal, cast, kind):
    client = cast.log_in(portal.test_client(), "alice")
    users.set_password("alice", PASSWORD, now=NOON)  # which ends that login
    assert db.session.query(LoginSession).count() == 0
    path = f"/peering/peers/{cast.mall.id}/notes"
    ended = client.post(path, data={"member": cast.alpha.id, "text": HOSTILE[kind]})
    assert_is_text(ended, path)

    found = re.search(r'name="kept" value="([^"]*)"', ended.text)
    kept = html.unescape(found.group(1)) if found else ""
    shown = client.post("/login", data={"login": "alice", "password": PASSWORD, "kept": kept})

    assert bool(kept) == (kind != "long")
    assert_is_text(shown, "the kept form")
