"""The drawer: a neighbour of the list, and a page of its own."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.browser.crowd import add_crowd
from tests.browser.drawers import drawer, open_gamma
from tests.factories import make_interface, make_member

pytestmark = pytest.mark.xdist_group("browser")


def test_it_opens_beside_the_list_and_has_an_address(page, portal):
    open_gamma(page)

    expect(page.locator("#peering-rows tr.sel")).to_contain_text("Gamma")
    expect(page.locator("#peering-result")).to_have_text("Opened: Gamma")
    expect(page).to_have_url(re.compile(r"/peering/potential/\d+$"))
    expect(page).to_have_title(re.compile("^Gamma"))
    page.reload()
    expect(drawer(page).get_by_role("heading", name="Gamma")).to_be_visible()
    expect(page.locator("#peering-rows tr.sel")).to_contain_text("Gamma")


def test_close_escape_and_back_lead_to_the_list(page):
    for leave in (
        lambda: page.get_by_role("link", name="Close Gamma").click(),
        lambda: page.keyboard.press("Escape"),
        page.go_back,
    ):
        open_gamma(page)

        leave()

        expect(drawer(page)).to_be_hidden()
        expect(page.get_by_role("link", name="Gamma", exact=True)).to_be_focused()
        expect(page).to_have_url(re.compile(r"/peering/(potential)?$"))
        expect(page.locator("#peering-rows tr.sel")).to_have_count(0)


def test_addresses_are_copied_at_a_click(page, portal):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_gamma(page)

    drawer(page).get_by_role("button", name="Copy 192.0.2.4").click()

    expect(drawer(page).get_by_role("button", name="Copied 192.0.2.4")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "192.0.2.4"


def test_a_copy_that_the_browser_refuses_is_said(page):
    open_gamma(page)
    page.evaluate(
        "() => { document.execCommand = () => false;"
        " navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }"
    )

    drawer(page).get_by_role("button", name="Copy 192.0.2.4").click()

    expect(page.get_by_role("status").filter(has_text="Select 192.0.2.4")).to_be_visible()
    expect(drawer(page).get_by_role("button", name="Copy 192.0.2.4")).to_be_focused()


def test_a_toast_stays_while_it_is_hovered_or_has_the_focus(page):
    page.clock.install()
    page.reload()
    page.locator("#peering-rows tr .menu summary").first.click()
    page.get_by_role("button", name="Move to Peers").first.click()
    toast = page.locator(".tst")
    toast.hover()
    toast.get_by_role("button", name="Undo").focus()

    for leave in (
        lambda: page.mouse.move(5, 5),  # the focus stays
        lambda: (toast.hover(), page.get_by_label("Search by name").focus()),
    ):
        leave()
        page.clock.run_for(20_000)
        expect(toast).to_be_visible()

    page.mouse.move(5, 5)
    page.clock.run_for(10_000)
    expect(toast).to_have_count(0)


def test_of_two_clicks_while_an_answer_is_late_the_last_one_counts(page, portal):
    add_crowd(portal.cast, 3)
    page.reload()
    late = 0.3

    def delay(route):
        time.sleep(late)
        route.continue_()

    page.route("**/peering/potential/*", delay)
    for name in ("Crowd 001", "Crowd 003"):
        page.get_by_role("link", name=name, exact=True).click(no_wait_after=True)

    expect(drawer(page).get_by_role("heading", name="Crowd 003")).to_be_visible()
    shown = drawer(page).get_attribute("data-peer")
    expect(page).to_have_url(re.compile(rf"/{shown}$"))


def test_a_link_to_somebody_far_down_shows_the_row_too(page, portal):
    add_crowd(portal.cast, 120)
    page.goto("/peering/potential?q=crowd+110")
    path = page.get_by_role("link", name="Crowd 110", exact=True).get_attribute("href")

    page.goto(path.partition("?")[0])

    expect(page.locator("#peering-rows tr.sel")).to_contain_text("Crowd 110")
    expect(page.locator("#peering-rows tr.sel")).to_be_in_viewport()


def test_back_from_a_drawer_far_down_leads_to_its_row(page, portal):
    add_crowd(portal.cast, 120)
    page.goto("/peering/potential")
    page.mouse.wheel(0, 100_000)  # one page more, or two where the browser is quick
    expect(page.get_by_role("link", name="Crowd 090", exact=True)).to_be_attached()
    expect(page).to_have_url(re.compile(r"show=1[05]0$"))
    page.get_by_role("link", name="Crowd 090", exact=True).click()
    expect(drawer(page).get_by_role("heading", name="Crowd 090")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("link", name="Crowd 090", exact=True)).to_be_focused()
    expect(page.get_by_role("link", name="Crowd 090", exact=True)).to_be_in_viewport()


def test_a_mark_with_a_reason_and_a_day_and_its_undo(page):
    open_gamma(page)
    drawer(page).locator("summary").click()
    drawer(page).get_by_label("Reason").fill("their new router first")
    drawer(page).get_by_label("Last day").fill("2099-12-31")
    drawer(page).get_by_role("button", name="Move to Rejected / Ignored").click()

    expect(drawer(page)).to_contain_text("“their new router first”, until 2099-12-31")
    expect(drawer(page).locator("#peering-move summary")).to_be_focused()
    expect(page.locator("#peering-tabs")).to_contain_text(re.compile(r"Rejected / Ignored\s+1"))
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#peering-why")).not_to_contain_text("their new router first")
    expect(page.locator("#peer-notes")).to_contain_text("put back to what is observed")
    expect(page.locator("#peering-tabs")).to_contain_text(re.compile(r"Rejected / Ignored\s+0"))
    expect(page.locator("#peering-rows")).to_contain_text("Gamma")


def test_a_reason_outlives_a_look_at_somebody_else(page):
    open_gamma(page)
    drawer(page).locator("#peering-move summary").click()
    drawer(page).get_by_label("Reason").fill("their new router first")

    page.get_by_role("link", name="Mall", exact=True).click()
    expect(drawer(page).get_by_role("heading", name="Mall")).to_be_visible()
    assert drawer(page).locator("#move-reason").input_value() == ""
    open_gamma(page)

    expect(drawer(page).locator("#move-reason")).to_have_value("their new router first")


def test_an_open_drawer_follows_a_mark_set_in_its_row(page):
    page.get_by_role("link", name="Peers 2", exact=True).click()
    expect(page.locator("#peering-list")).to_have_attribute("aria-label", "Peers")
    open_gamma(page)

    page.locator("#peering-rows tr", has_text="Gamma").locator("summary").click()
    page.locator("#peering-rows tr", has_text="Gamma").get_by_role(
        "button", name="Move to Peers"
    ).click()

    expect(drawer(page)).to_contain_text("moved by hand")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#peering-rows tr", has_text="Gamma")).not_to_contain_text("by hand")


def test_on_a_narrow_screen_it_is_a_page_with_a_way_back_to_the_row(open_page):
    page = log_in(open_page(viewport={"width": 400, "height": 800}))
    open_gamma(page)
    expect(page.locator("#peering-list")).to_be_hidden()
    expect(drawer(page)).to_be_focused()

    opened = drawer(page).get_attribute("data-peer")
    for key in ("ArrowDown", "j", "ArrowUp"):  # the list is not there to be walked
        page.keyboard.press(key)
    expect(drawer(page)).to_have_attribute("data-peer", opened)
    expect(drawer(page)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search by name, ASN, address or own notes")).to_be_focused()
    open_gamma(page)
    page.get_by_role("link", name="Potential Peers").last.click()

    expect(page.locator("#peering-list")).to_be_visible()
    expect(drawer(page)).to_be_hidden()


def test_it_works_without_javascript(open_page):
    page = log_in(open_page(java_script_enabled=False))
    open_gamma(page)
    drawer(page).locator("summary").click()
    drawer(page).get_by_label("Reason").fill("by hand")
    drawer(page).get_by_role("button", name="Move to Peers").click()

    expect(drawer(page)).to_contain_text("“by hand”")
    page.get_by_role("link", name="Dismiss").click()
    expect(page.locator(".tst")).to_have_count(0)
    expect(drawer(page)).to_contain_text("“by hand”")
    expect(page.get_by_role("button", name="Copy 192.0.2.4")).to_be_hidden()
    page.get_by_role("link", name="Close Gamma").click()
    expect(drawer(page)).to_be_hidden()


def test_after_a_move_the_next_member_is_the_one_that_followed(page, portal):
    with portal.app.app_context():
        for number in range(3):
            make_interface(
                make_member(64530 + number, f"Aaa {number}"),
                portal.cast.lan,
                f"192.0.2.{90 + number}",
            )
    page.reload()
    page.get_by_role("link", name="Aaa 1", exact=True).click()
    drawer(page).locator("summary").first.click()
    drawer(page).get_by_role("button", name="Move to Rejected / Ignored").click()
    expect(page.locator("#peering-tabs")).to_contain_text(re.compile(r"Rejected / Ignored\s+1"))
    expect(page.locator("#peering-rows")).not_to_contain_text("Aaa 1")

    drawer(page).get_by_role("button", name="Next member").click()

    expect(drawer(page).get_by_role("heading", name="Aaa 2")).to_be_visible()


def test_on_a_narrow_page_a_drawer_begins_at_its_top(open_page):
    page = log_in(open_page(viewport={"width": 360, "height": 400}))
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    open_gamma(page)

    page.wait_for_timeout(100)  # nothing scrolls it away again
    assert page.evaluate("window.scrollY") == 0
