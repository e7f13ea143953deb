"""The form of a request on a slow line, left and come back to: no tick and no word is lost."""

import pytest
from playwright.sync_api import expect

from app.extensions import db
from app.models import Member, RequestPair
from tests.browser.conftest import PATIENCE, log_in
from tests.factories import make_interface, make_vlan
from tests.letters import make_contact
from tests.mails import queued

pytestmark = pytest.mark.xdist_group("browser")
STALE = "it still names other sessions than those ticked"


@pytest.fixture
def portal_settings(relay_settings):
    return relay_settings


@pytest.fixture
def gamma(portal):
    found = db.session.query(Member).filter_by(name="Gamma").one()
    for member in (portal.cast.alpha, found):
        make_contact(member)
    return found


def ask_gamma(page):
    page.get_by_role("link", name="Ask Gamma", exact=True).click()
    expect(page.locator("#ask-pairs")).to_be_visible()
    return page.locator("#ask-pairs input"), page.get_by_label("Message in Markdown")


def slow_down(page, seconds=0.4):
    network = page.context.new_cdp_session(page)
    speed = {"latency": seconds * 1000, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", {"offline": False, **speed})


def test_who_comes_back_finds_ticks_text_and_preview_as_they_were(page, gamma, portal):
    ticks, message = ask_gamma(page)
    ticks.last.uncheck()
    expect(page.get_by_text("1 of 2 ticked")).to_be_visible()
    text = "Hi Ana. " + message.input_value()
    message.fill(text)
    page.get_by_role("link", name="Our details").click()
    page.get_by_role("heading", name="Our details").wait_for()
    page.goto("/peering/")
    ticks, message = ask_gamma(page)

    expect(page.get_by_text("1 of 2 ticked")).to_be_visible()
    expect(message).to_have_value(text)
    expect(ticks.last).not_to_be_checked()
    expect(page.locator("#ask-preview")).to_contain_text("Hi Ana.")
    expect(page.locator("#ask-preview table tr")).to_have_count(2)
    expect(page.get_by_text(STALE)).to_have_count(0)
    page.get_by_role("button", name="Send to Gamma").click()

    expect(page.get_by_text("Queued for Gamma")).to_be_visible()
    db.session.rollback()
    assert db.session.query(RequestPair).count() == 1
    assert [mail.text.count("Hi Ana.") for mail in queued()] == [1]


def test_a_refused_request_is_still_kept(page, gamma):
    _, message = ask_gamma(page)
    message.fill("My own words.")
    page.get_by_label("CC", exact=True).fill("nonsense")
    page.get_by_role("button", name="Send to Gamma").click()
    expect(page.locator("#ask-cc-error")).to_be_visible()

    page.goto("/peering/")
    _, message = ask_gamma(page)

    expect(message).to_have_value("My own words.")


def test_written_anew_is_written_anew(page, gamma):
    ticks, message = ask_gamma(page)
    message.fill(message.input_value() + "\n\nMine.")
    ticks.last.uncheck()
    expect(page.get_by_text(STALE)).to_be_visible()

    page.get_by_role("button", name="Write it anew").click()

    expect(page.get_by_text(STALE)).to_have_count(0)
    expect(message).not_to_have_value("Mine.")
    expect(page.locator("#ask-preview table tr")).to_have_count(2)
    page.reload()
    assert "Mine." not in message.input_value()


def test_an_older_answer_brings_no_tick_back(page, gamma, portal):
    for number in (3, 4, 5):
        lan = make_vlan(f"LAN {number}", tag=number * 10)
        make_interface(portal.cast.alpha, lan, f"203.0.113.{number}")
        make_interface(gamma, lan, f"203.0.113.{100 + number}")
    page.goto("/peering/")
    ticks, _ = ask_gamma(page)
    expect(ticks).to_have_count(5)
    slow_down(page)

    for number in range(5):
        ticks.nth(number).click()
        page.wait_for_timeout(300)

    expect(page.get_by_text("0 of 5 ticked")).to_be_visible()
    assert [tick.is_checked() for tick in ticks.all()] == [False] * 5


def test_what_is_typed_while_a_tick_is_answered_stays_with_its_caret(page, gamma):
    ticks, message = ask_gamma(page)
    was = message.input_value()
    slow_down(page, 1)
    ticks.last.uncheck()
    message.focus()
    message.evaluate("field => field.setSelectionRange(5, 5)")
    page.keyboard.type("Hello", delay=60)

    expect(page.get_by_text(STALE)).to_be_visible()
    page.keyboard.type(" you")

    expect(message).to_have_value(f"{was[:5]}Hello you{was[5:]}")
    expect(message).to_be_focused()
    expect(page.get_by_text("1 of 2 ticked")).to_be_visible()
    expect(page.locator("#ask-preview")).to_contain_text("Hello you")


def test_a_message_one_has_gone_to_is_not_taken_away(page, gamma):
    ticks, message = ask_gamma(page)
    was = message.input_value()
    slow_down(page)
    ticks.last.uncheck()
    message.focus()

    expect(page.get_by_text(STALE)).to_be_visible()
    expect(message).to_have_value(was)
    expect(message).to_be_focused()


def covered(toast, buttons):
    box = toast.bounding_box()
    boxes = [button.bounding_box() for button in buttons]
    return [
        one
        for one in boxes
        if one["y"] < box["y"] + box["height"] and box["y"] < one["y"] + one["height"]
    ]


@pytest.mark.parametrize("width", [600, 768, 1440])
def test_a_toast_covers_no_button_and_goes_when_something_is_wrong(open_page, gamma, width):
    with db.session.begin_nested():
        db.session.merge(gamma).name = "Gamma Networks of the Northern Provinces"
    db.session.commit()
    page = log_in(open_page(viewport={"width": width, "height": 800}))
    page.goto("/peering/")
    page.get_by_role("link", name="Ask Gamma").first.click()
    page.get_by_role("button", name="Send to me").click()
    toast = page.locator(".tst")
    expect(toast).to_contain_text("A sample goes to you")

    toast.hover()
    for place in (0, 0.5, 0.9, 1):
        page.evaluate("place => window.scrollTo(0, place * document.body.scrollHeight)", place)
        assert not covered(toast, page.locator(".sendbar .b:visible").all())
    page.get_by_label("CC", exact=True).fill("nonsense")
    page.get_by_role("button", name="Send to Gamma").click()

    expect(page.locator("#ask-cc-error")).to_be_visible()
    expect(toast).to_have_count(0, timeout=PATIENCE / 10)
