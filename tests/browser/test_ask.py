"""Asking for peering as people do: from the login to the mail, with and without JavaScript."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Member, OutboxMessage
from tests.browser.conftest import PASSWORD, log_in
from tests.browser.test_axe import faults
from tests.letters import make_contact
from tests.workers.test_outbox_sender import send

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def portal_settings(relay_settings):
    return relay_settings


@pytest.fixture(autouse=True)
def contacts(portal):
    for member in (portal.cast.alpha, portal.cast.mall):
        make_contact(member)


def queued():
    db.session.rollback()
    return db.session.query(OutboxMessage).count()


def test_from_login_to_a_sent_request_in_at_most_four_clicks(open_page, portal, relay, script):
    page, clicks = open_page(), 0
    page.goto(f"{portal.url}/login")
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)

    for name in ("Log in", "Ask Mall", "Send to Mall"):
        role = "link" if name.startswith("Ask") else "button"
        page.get_by_role(role, name=name, exact=True).click()
        clicks += 1

    expect(page.get_by_text("Queued for Mall (peering@mall.example): 1 session.")).to_be_visible()
    assert clicks <= 4
    expect(page.locator("#peer-notes")).to_contain_text("Alice: peering request, 1 session")
    expect(page.locator("#peering-asked")).to_contain_text("queued just now by Alice, not sent yet")
    send(relay, datetime.now(UTC))
    assert [mail["To"] for _, mail in script.taken] == ["peering@mall.example"]


def test_ticks_and_text_change_the_preview_and_a_second_try_is_warned(page, portal):
    make_contact(db.session.query(Member).filter_by(name="Gamma").one())
    page.get_by_role("link", name="Ask Gamma", exact=True).click()
    expect(page.get_by_text("2 of 2 ticked")).to_be_visible()
    page.locator("#ask-pairs input").last.uncheck()
    expect(page.get_by_text("1 of 2 ticked")).to_be_visible()
    preview = page.locator("#ask-preview")
    expect(preview.locator("table tr")).to_have_count(2)
    assert faults(page) == []

    message = page.get_by_label("Message in Markdown")
    message.fill(message.input_value() + "\n\nSee you at the **meeting**.")
    expect(preview.locator("strong")).to_have_text("meeting")
    page.get_by_label("To", exact=True).fill("peering@gamma.example, alice@example.net")
    page.get_by_role("button", name="Send to Gamma").click()
    expect(page.locator("#peer-notes")).to_contain_text("1 session")

    page.get_by_role("link", name="Ask again Gamma", exact=True).first.click()
    page.get_by_label("To", exact=True).fill("peering@gamma.example")
    page.get_by_role("button", name="Send to Gamma").click()
    warning = page.locator("#ask-soon")
    expect(warning).to_contain_text("You asked Gamma just now")
    assert queued() == 1
    assert faults(page) == []
    warning.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send to Gamma").click()

    expect(page.get_by_text("Queued for Gamma")).to_be_visible()
    assert queued() == 2


def test_without_javascript_everything_works(open_page, portal):
    page = log_in(open_page(java_script_enabled=False))
    page.get_by_role("link", name="Ask Mall", exact=True).click()
    message = page.get_by_label("Message in Markdown")
    message.fill(message.input_value() + "\n\n**Bold**")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#ask-preview strong")).to_have_text("Bold")

    page.get_by_role("button", name="Send to Mall").click()
    expect(page.get_by_text("Queued for Mall")).to_be_visible()
    page.get_by_role("link", name="Ask again Mall", exact=True).first.click()
    page.get_by_role("button", name="Send to Mall").click()
    page.locator("#ask-soon").get_by_role("checkbox").check()
    page.get_by_role("button", name="Send to Mall").click()

    expect(page.get_by_text("Queued for Mall")).to_be_visible()
    assert queued() == 2


def test_requests_are_listed_opened_and_withdrawn(page):
    page.get_by_role("link", name="Ask Mall", exact=True).click()
    page.get_by_role("button", name="Send to Mall").click()
    expect(page.get_by_text("Queued for Mall")).to_be_visible()
    page.get_by_role("link", name="Requests", exact=True).click()
    expect(page.locator("#requests-list")).to_contain_text("queued")
    assert faults(page) == []

    page.get_by_role("link", name="Mall", exact=True).click()
    expect(page).to_have_url(re.compile(r"/requests/\d+$"))
    assert faults(page) == []
    page.get_by_role("button", name="Withdraw it").click()

    expect(page.locator("#request")).to_contain_text("withdrawn")


def test_typed_text_outlives_its_previews_a_reload_and_a_sample(page, portal):
    page.get_by_role("link", name="Ask Mall", exact=True).click()
    message = page.get_by_label("Message in Markdown")
    message.fill("My **own** words.")
    expect(page.locator("#ask-preview strong")).to_have_text("own")

    page.reload()
    expect(message).to_have_value("My **own** words.")
    page.get_by_role("button", name="Send to me").click()

    expect(page.locator("#toasts")).to_contain_text("A sample goes to you")
    expect(message).to_have_value("My **own** words.")


def test_what_is_wrong_gets_the_focus_and_enter_sends_nothing(page, portal):
    page.get_by_role("link", name="Ask Mall", exact=True).click()
    page.get_by_label("CC", exact=True).fill("nonsense")
    page.get_by_label("CC", exact=True).press("Enter")
    page.wait_for_timeout(300)
    expect(page.locator("#ask-cc-error")).to_have_count(0)

    page.get_by_role("button", name="Send to Mall").click()

    expect(page.locator("#ask-cc-error")).to_be_visible()
    expect(page.get_by_label("CC", exact=True)).to_be_focused()
    assert queued() == 0
