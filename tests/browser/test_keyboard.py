"""Lists and drawer by keyboard: walking, closing, and where the focus is."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crowd import add_crowd
from tests.browser.drawers import drawer, open_gamma

pytestmark = pytest.mark.xdist_group("browser")


def test_the_keyboard_searches_walks_opens_and_closes(page):
    page.keyboard.press("/")
    expect(page.get_by_label("Search by name, ASN, address or own notes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Mall", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Gamma", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")  # stays on the last
    page.keyboard.press("Enter")
    expect(drawer(page).get_by_role("heading", name="Gamma")).to_be_visible()

    page.keyboard.press("ArrowUp")

    expect(drawer(page).get_by_role("heading", name="Mall")).to_be_visible()
    expect(page.locator("#peering-rows tr.sel")).to_contain_text("Mall")
    page.keyboard.press("Escape")
    expect(drawer(page)).to_be_hidden()
    expect(page.get_by_role("link", name="Mall", exact=True)).to_be_focused()


def test_the_drawer_walks_by_its_own_buttons(page):
    open_gamma(page)

    drawer(page).get_by_role("button", name="Previous member").click()

    expect(drawer(page).get_by_role("heading", name="Mall")).to_be_visible()
    expect(drawer(page).get_by_role("button", name="Previous member")).to_be_focused()


def test_enter_on_the_opened_row_goes_into_the_drawer(page):
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_visible()

    page.keyboard.press("Enter")

    expect(drawer(page)).to_be_focused()


def test_the_menu_of_a_row_is_walked_by_arrows_and_leads_to_the_form(page):
    page.locator("#peering-rows tr .menu summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="Move to Peers").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/potential/\d+#peering-move$"))
    expect(page.get_by_label("Reason")).to_be_visible()


def test_escape_leaves_a_field_but_not_the_keyboard_user(page):
    open_gamma(page)
    drawer(page).locator("#peering-move summary").click()
    page.get_by_label("Reason").fill("later")

    page.keyboard.press("Escape")

    expect(drawer(page).locator("#peering-move summary")).to_be_focused()
    expect(page.get_by_label("Reason")).to_have_value("later")


def test_rows_that_arrive_take_no_focus(page, portal):
    add_crowd(portal.cast, 60)
    page.goto("/peering/potential")

    page.mouse.wheel(0, 100_000)
    expect(page.locator("#peering-rows a.who")).to_have_count(62)

    assert page.evaluate("document.activeElement === document.body")


def test_escape_closes_one_thing_at_a_time(page):
    open_gamma(page)
    page.locator("#account summary").last.click()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    assert asked == []  # closing the drawer would

    page.keyboard.press("Escape")
    expect(drawer(page)).to_be_hidden()


def test_walking_goes_on_where_the_first_page_ends(page, portal):
    add_crowd(portal.cast, 70)
    page.goto("/peering/potential?show=50")
    page.locator("#peering-rows a.who").nth(49).focus()

    page.keyboard.press("j")

    expect(page.locator("#peering-rows a.who").nth(50)).to_be_focused()


def test_the_help_opens_with_a_question_mark_and_closes(page):
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
    page.locator("#account summary").last.click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()


def test_letters_typed_into_the_search_are_only_letters(page):
    page.get_by_label("Search by name, ASN, address or own notes").press_sequentially(
        "jk?/", delay=20
    )

    expect(page.get_by_label("Search by name, ASN, address or own notes")).to_have_value("jk?/")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_walking_is_one_visit_and_back_leads_to_the_list(page):
    page.get_by_role("link", name="Mall", exact=True).click()
    expect(drawer(page).get_by_role("heading", name="Mall")).to_be_visible()
    for name, key in (("Gamma", "j"), ("Mall", "k"), ("Gamma", "j")):
        page.keyboard.press(key)
        expect(drawer(page).get_by_role("heading", name=name)).to_be_visible()
        shown = drawer(page).get_attribute("data-peer")
        expect(page).to_have_url(re.compile(rf"/peering/potential/{shown}$"))

    page.go_back()

    expect(drawer(page)).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/peering/(potential)?$"))


def test_keys_of_one_character_can_be_switched_off(page):
    page.keyboard.press("?")
    page.get_by_label("Keys of one character work").uncheck()
    page.get_by_role("button", name="Close").click()

    page.keyboard.press("/")
    expect(page.get_by_label("Search by name, ASN, address or own notes")).not_to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Mall", exact=True)).to_be_focused()
    page.reload()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()
