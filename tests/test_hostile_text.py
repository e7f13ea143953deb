"""Hostile text in every field that can be typed into: never a fault, never anything but text.

The fields are found in the pages, so that a new form is tried without being listed here.
"""

import re

import pytest

from tests.forms import forms_of
from tests.letters import make_contact

LONG = "x" * 1_000_000
HOSTILE = {
    "html": "<hostile-x onload=alert(1)>\"'",
    "link": "[x](javascript:alert(1)) <javascript:alert(2)> ![y](javascript:alert(3))",
    "lines": "a\r\nBcc: evil@x.example\r\n\r\nb",
    "right to left": "\u202eevil\u2066\u200f",
    "four bytes": "\U0001f980\U00010348",
    "null": "a\x00b",
    "long": LONG,
}
LEFT_OUT = ("/logout", "/account/password", "/theme")  # ends the session that looks
LIVE = re.compile(r"<hostile-x|(?:href|src)\s*=\s*[\"']?\s*javascript:", re.I)


@pytest.fixture
def pages(cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    inner = [
        f"/peering/potential/{cast.mall.id}",
        f"/peering/potential/{cast.mall.id}/notes/new",
        f"/peering/potential/{cast.mall.id}/ask",
        "/members/new",
        f"/members/{cast.mall.id}",
        f"/members/{cast.mall.id}/edit",
        "/vlans/new",
        f"/vlans/{cast.lan.id}",
        f"/vlans/{cast.lan.id}/interfaces",
        f"/vlans/{cast.lan.id}/interfaces/new",
        f"/users/{cast.users['bob']}",
    ]
    roots = "peering requests details team account members vlans users outbox log attention"
    return [*(f"/{root}/" for root in roots.split()), *inner]


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
    return client.post(form.action, data=form.values | {name: text})


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("who", ["alice", "carol"])
def test_hostile_text_is_never_a_fault_and_never_alive(app, cast, pages, who, kind):
    client = cast.log_in(app.test_client(), who)
    tried = list(fields(client, pages))
    assert len(tried) > (25 if who == "alice" else 30)

    for page, number, name in tried:
        answer = send(client, page, number, name, HOSTILE[kind])
        if answer is not None:
            assert answer.status_code < 500, (page, name)
            assert not LIVE.search(answer.text), (page, name)

    for reader in ("alice", "bob", "carol"):
        client = cast.log_in(app.test_client(), reader)
        for page in pages:
            answer = client.get(page)
            assert answer.status_code < 500, page
            assert not LIVE.search(answer.text), page
            assert len(answer.text) < 300_000, page  # nothing of a megabyte was kept
