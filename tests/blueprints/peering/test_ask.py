"""The form of a request: what is ticked, what the message says, and how it follows the ticks."""

import re

import pytest

from app.config import MailSettings
from app.extensions import db, transaction
from app.models import Vlan
from tests.cast import make_session
from tests.conftest import HTMX, NOON
from tests.factories import make_interface, make_vlan
from tests.letters import make_contact
from tests.mails import MAILING, queued


@pytest.fixture
def portal(make_app, cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    make_contact(cast.alpha, "noc", email="noc@alpha.example")
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


@pytest.fixture
def browser(portal, cast):
    return cast.log_in(portal.test_client(), "alice")


@pytest.fixture
def path(cast):
    return f"/peering/potential/{cast.mall.id}/ask"


def fields(cast, page, **changes):
    """The form of a page as a browser would send it."""
    found = {
        "member": cast.alpha.id,
        "for": value_of(page, "for"),
        "agreed": value_of(page, "agreed"),
        "pair": re.findall(r'name="pair"[^>]*value="([\d-]+)" checked', page),
        "subject": value_of(page, "subject"),
        "message": message_of(page),
        **{kind: value_of(page, kind) for kind in ("to", "cc", "bcc")},
    }
    return found | changes


def value_of(page, name):
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


def message_of(page):
    return unescape(re.search(r'id="ask-message"[^>]*>\n(.*?)</textarea>', page, re.S).group(1))


def unescape(text):
    from html import unescape

    return unescape(text)


def test_everything_that_is_missing_is_ticked_and_the_message_names_it(browser, path):
    page = browser.get(path).text

    assert value_of(page, "to") == "peering@mall.example"
    assert value_of(page, "cc") == "peering@alpha.example"
    assert value_of(page, "bcc") == "alice@example.net"
    assert value_of(page, "subject") == (
        "[IXP] Peering Request from Alpha (AS64496) [AS64496-AS64498]"
    )
    message = message_of(page)
    assert "asks for 1 BGP session: IPv4 on LAN 1 with AS64498 at IXP." in message
    assert "| LAN 1 | IPv4     | 192.0.2.1     | 192.0.2.3      |" in message
    assert "Our NOC: noc@alpha.example" in message
    assert "None" not in message
    assert "\n\n\n" not in message


def test_what_is_established_is_not_offered(browser, cast, path):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    page = browser.get(path).text

    assert "Nothing is left to ask for" in page
    assert 'name="pair"' not in page


def second_lan(cast, **fields):
    lan = make_vlan("LAN 2", tag=20, **fields)
    make_interface(cast.alpha, lan, "198.51.100.1", "2001:db8:2::1")
    make_interface(cast.mall, lan, "198.51.100.3", "2001:db8:2::3")
    return lan


def test_the_message_follows_the_ticks(browser, cast, path):
    second_lan(cast)
    sent = fields(cast, browser.get(path).text)
    assert len(sent["pair"]) == 3

    page = browser.post(f"{path}/preview", data=sent | {"pair": sent["pair"][:1]}, headers=HTMX)

    assert "asks for 1 BGP session: IPv4 on LAN 1" in message_of(page.text)
    assert "198.51.100.1" not in message_of(page.text)
    assert "1 of 3 ticked" in page.text


def test_a_message_changed_by_hand_stays_and_says_that_it_names_others(browser, cast, path):
    second_lan(cast)
    sent = fields(cast, browser.get(path).text, message="My own words")

    page = browser.post(f"{path}/preview", data=sent | {"pair": sent["pair"][:1]}).text
    assert message_of(page) == "My own words"
    assert "You changed the message" in page

    again = fields(cast, page) | {"anew": "1"}
    page = browser.post(f"{path}/preview", data=again).text
    assert "asks for 1 BGP session" in message_of(page)


def test_unticking_and_sending_at_once_shows_the_new_message_first(browser, cast, path):
    second_lan(cast)
    sent = fields(cast, browser.get(path).text)

    page = browser.post(f"{path}/send", data=sent | {"pair": sent["pair"][:1]})
    assert page.status_code == 422
    assert "written anew for the sessions you ticked" in page.text
    assert queued() == []

    assert browser.post(f"{path}/send", data=fields(cast, page.text)).status_code == 303
    assert len(queued()) == 1


def test_a_private_or_unflagged_lan_is_nowhere_in_the_form(browser, cast, path):
    for flags in ({"peering_manager": False}, {"private": True}):
        lan = second_lan(cast, **flags)
        page = browser.get(path).text
        assert "198.51.100" not in page
        assert "LAN 2" not in page
        with transaction() as session:
            session.query(Vlan).filter_by(id=lan.id).update({"name": f"gone {lan.id}", "tag": None})
        db.session.execute(db.text("update interface_address set until_at = from_at "
                                   f"where vlan_id = {lan.id}"))  # fmt: skip
        db.session.commit()


def test_contacts_of_a_vlan_come_before_the_general_ones(browser, cast, path):
    lan = second_lan(cast)
    make_contact(cast.mall, email="lan2@mall.example", vlan_id=lan.id)

    page = browser.get(path).text

    assert value_of(page, "to") == "peering@mall.example, lan2@mall.example"


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("to", "", "Nobody to send it to"),
        ("to", "somebody@else.example", "no address the exchange knows"),
        ("cc", "noc@alpha", "no e-mail address"),
        ("bcc", "jörg@alpha.example", "plain ASCII"),
        ("cc", "a@b.example\r\nBcc: c@d.example", "one line"),
        ("to", ", ".join(["peering@mall.example"] * 11), "at most 10"),
        ("subject", "", "Without a subject"),
        ("subject", "a\nBcc: x@y.example", "one line"),
        ("subject", "x" * 201, "at most 200"),
        ("message", "", "needs a message"),
        ("message", "x" * 10_001, "at most 10,000"),
        ("message", "a\x00b", "control character"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_is_sent(
    browser, cast, path, name, text, word
):
    sent = fields(cast, browser.get(path).text) | {name: text}

    page = browser.post(f"{path}/send", data=sent, headers=HTMX)

    assert page.status_code == 422
    assert word in unescape(page.text)
    assert f'aria-describedby="ask-{name}-error"' in page.text
    assert queued() == []


def test_free_recipients_are_an_operators_choice(make_app, browser, portal, cast, path):
    from app.config import RequestSettings

    app = make_app(
        mail=MailSettings(server="127.0.0.1"),
        requests=RequestSettings(free_recipients=True),
        **MAILING,
    )
    client = cast.log_in(app.test_client(), "alice")
    sent = fields(cast, client.get(path).text, to="Ana <ana@else.example>")

    assert client.post(f"{path}/send", data=sent).status_code == 303


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x/y.png)"


def test_hostile_text_is_text_in_preview_and_mail(browser, cast, path):
    sent = fields(cast, browser.get(path).text, message=HOSTILE, subject=HOSTILE)

    page = browser.post(f"{path}/preview", data=sent).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page

    assert browser.post(f"{path}/send", data=sent).status_code == 303
    html = queued()[0].html
    assert "<script" not in html
    assert "javascript:" not in re.findall(r'href="([^"]*)"', html)
    assert "<img" not in html


def test_what_the_other_one_wishes_is_shown_and_kept(browser, cast, path):
    cast.mall.takes_requests, cast.mall.requests_url = "url", "https://mall.example/peer"
    db.session.add(cast.mall)
    db.session.commit()

    page = browser.get(path).text

    assert 'href="https://mall.example/peer"' in page
    assert "/ask/send" not in re.findall(r"<button[^>]*>", page)
    sent = fields(cast, page)
    refused = browser.post(f"{path}/send", data=sent)
    assert refused.status_code == 403
    assert queued() == []
    assert browser.post(f"{path}/mark", data=sent).status_code == 303


def test_without_a_relay_the_portal_says_so(make_app, cast, path):
    client = cast.log_in(make_app().test_client(), "alice")

    page = client.get(path).text

    assert "This portal cannot send mail just now" in page
    sent = fields(cast, page)
    assert client.post(f"{path}/send", data=sent | {"to": "x"}).status_code == 403


def test_a_page_of_another_member_asks_for_nobody(browser, cast, path):
    sent = fields(cast, browser.get(path).text) | {"member": cast.beta.id}

    assert browser.post(f"{path}/send", data=sent).status_code == 409
    assert queued() == []
