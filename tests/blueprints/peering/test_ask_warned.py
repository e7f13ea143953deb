"""What the form of a request warns of: other sessions than those ticked, addresses that refused."""

import re

import pytest

from app.config import MailSettings
from app.extensions import db, transaction
from app.models import PeeringRequest, RequestPair
from tests.blueprints.peering.test_ask import fields, message_of, second_lan, unescape, value_of
from tests.conftest import NOON
from tests.letters import make_contact
from tests.mails import MAILING, queued

STALE = "it still names other sessions than those ticked"


@pytest.fixture
def browser(make_app, cast):
    make_contact(cast.alpha)
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    return cast.log_in(app.test_client(), "alice")


@pytest.fixture
def path(cast):
    return f"/peering/potential/{cast.mall.id}/ask"


def test_a_message_that_names_others_leaves_only_after_the_warning(browser, cast, path):
    """As a browser sends it that put an old text into a form of today."""
    make_contact(cast.mall)
    second_lan(cast)
    fresh = fields(cast, browser.get(path).text)
    one = browser.post(
        f"{path}/preview", data=fresh | {"pair": fresh["pair"][:1], "for": fresh["for"]}
    )
    old = "Hi Ana. " + message_of(one.text)

    for way in ("send", "mark", "sample"):
        warned = browser.post(f"{path}/{way}", data=fresh | {"message": old})
        assert warned.status_code == 422
        assert STALE in warned.text
        assert queued() == []
        assert db.session.query(PeeringRequest).count() == 0
    again = fields(cast, warned.text)
    assert message_of(warned.text) == old
    assert browser.post(f"{path}/send", data=again).status_code == 303
    assert db.session.query(RequestPair).count() == len(fresh["pair"])


def test_what_was_agreed_to_holds_for_those_ticks_alone(browser, cast, path):
    make_contact(cast.mall)
    second_lan(cast)
    fresh = fields(cast, browser.get(path).text)
    first, second, _ = fresh["pair"]
    text = "| 192.0.2.1 | 192.0.2.3 | and | 198.51.100.1 | 198.51.100.3 |"

    sent = fresh | {"pair": [first], "for": first, "agreed": second, "message": text}
    assert browser.post(f"{path}/send", data=sent).status_code == 422
    both = fresh | {"pair": [first, second], "for": f"{first} {second}", "message": text}
    assert browser.post(f"{path}/send", data=both).status_code == 303


def test_a_message_without_addresses_names_no_other_sessions(browser, cast, path):
    make_contact(cast.mall)
    second_lan(cast)
    sent = fields(cast, browser.get(path).text, message="Shall we peer? 192.0.2.1 is ours.")

    assert browser.post(f"{path}/send", data=sent).status_code == 303


def test_a_message_that_is_being_typed_is_not_written_anew(browser, cast, path):
    second_lan(cast)
    sent = fields(cast, browser.get(path).text)
    ticked = sent | {"pair": sent["pair"][:1], "typing": "1"}

    page = browser.post(f"{path}/preview", data=ticked).text

    assert message_of(page) == sent["message"].strip()
    assert STALE in page


def test_without_a_tick_nothing_is_said_to_follow_the_ticks(browser, cast, path):
    sent = fields(cast, browser.get(path).text, pair=[])

    page = browser.post(f"{path}/preview", data=sent).text

    assert '<span class="sub">0 of 1 ticked</span>' in page


def test_a_pair_without_a_session_has_the_badge_of_the_drawer(browser, cast, path):
    for page in (path, path.replace("/ask", "/wrong")):
        assert "<b>v4</b>no session" in browser.get(page).text


def test_the_exchange_reads_what_the_member_was_shown(browser, cast, path, client):
    report = {
        "member": cast.alpha.id,
        "pair": f"{cast.alpha_ends.v4}-{cast.mall_ends.v4}",
        "claim": "session",
    }
    assert browser.post(path.replace("/ask", "/wrong"), data=report).status_code == 303

    carol = cast.log_in(client, "carol")
    there = carol.get("/detection/").text
    assert re.search(r"it was shown as .*<b>v4</b>no session</span>\s*\.", there)
    assert "no session" in carol.get("/log/").text


def test_a_colleague_is_named_where_one_is_told_of_oneself(browser, cast, path):
    make_contact(cast.mall)
    browser.post(f"{path}/mark", data=fields(cast, browser.get(path).text))
    with transaction() as session:
        session.query(PeeringRequest).update({"user_id": cast.users["rita"]})

    page = browser.get(path).text

    assert "<b>Rita asked Mall just now</b>" in page
    assert "although Rita asked on" in page


def warnings(page):
    return [
        re.sub(r"\s+", " ", unescape(re.sub(r"<svg.*?</svg>", "", found, flags=re.S))).strip()
        for found in re.findall(r'<div class="note warn mb-2">(.*?)</div>', page, re.S)
    ]


def test_a_refused_address_is_warned_of_with_another_one(browser, cast, path):
    make_contact(cast.mall, bounced_at=NOON)
    refused = "A mail server refused peering@mall.example the last time."
    assert warnings(browser.get(path).text) == [
        f"{refused} The exchange knows no other address of Mall; ask it for one."
    ]

    make_contact(cast.mall, "noc")
    page = browser.get(path).text

    assert warnings(page) == [f"{refused} Use noc@mall.example, or ask the exchange."]
    assert value_of(page, "to") == "peering@mall.example"
    away = fields(cast, page, to="noc@mall.example")
    assert "refused" not in browser.post(f"{path}/preview", data=away).text


def test_to_has_an_address_that_was_not_refused_where_there_is_one(browser, cast, path):
    make_contact(cast.mall, bounced_at=NOON)
    make_contact(cast.mall, email="new@mall.example")

    page = browser.get(path).text

    assert value_of(page, "to") == "new@mall.example"
    assert warnings(page) == []
    assert "A mail server refused" not in page
