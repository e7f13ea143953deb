"""The paths people take through the four tabs."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.xdist_group("browser")

TABS = ["Potential Bilateral Peers", "Peers", "Rejected / Ignored", "Potential Peers"]


def tab(page, name):
    return page.locator("#peering-tabs a").filter(has_text=re.compile(rf"^\s*{name}\s+\d"))


def who(page):
    return page.locator("#peering-panel .who")


def test_each_tab_is_swapped_in_without_loading_a_page(page):
    page.evaluate("window.same = true")

    for name in TABS:
        tab(page, name).click()
        expect(tab(page, name)).to_have_attribute("aria-current", "page")
        expect(page).to_have_title(f"{name} · Peering Manager")
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()

    assert page.evaluate("window.same") is True
    assert page.url.endswith("/peering/potential")


def test_back_and_reload_show_the_whole_page_of_that_tab(page):
    tab(page, "Peers").click()
    expect(page.get_by_role("region", name="Peers", exact=True)).to_be_visible()
    tab(page, "Rejected / Ignored").click()
    expect(page.locator(".empty")).to_be_visible()

    page.go_back()
    expect(page.get_by_role("region", name="Peers", exact=True)).to_be_visible()
    expect(page.locator("header .brand")).to_be_visible()
    page.reload()

    expect(tab(page, "Peers")).to_have_attribute("aria-current", "page")
    expect(page.locator("header .brand")).to_be_visible()


def test_back_from_another_page_shows_no_bare_fragment(page):
    tab(page, "Peers").click()
    expect(page.get_by_role("region", name="Peers", exact=True)).to_be_visible()
    page.goto("/login?next=/nowhere")

    page.go_back()

    expect(page.locator("header .brand")).to_be_visible()
    expect(who(page).first).to_be_visible()


def test_a_mark_changes_row_and_counts_in_place_and_undo_brings_them_back(page):
    page.evaluate("window.same = true")
    before = who(page).all_inner_texts()

    row = page.locator("tr", has=page.get_by_text("Mall", exact=True))
    row.locator("summary").click()
    row.get_by_role("button", name="Move to Rejected / Ignored").click()

    expect(page.get_by_text("Mall moved to Rejected / Ignored.")).to_be_visible()
    expect(tab(page, "Rejected / Ignored")).to_contain_text("1")
    assert "Mall" not in who(page).all_inner_texts()

    page.get_by_role("button", name="Undo").click()

    expect(page.get_by_text("Mall: undone.")).to_be_visible()
    expect(page.get_by_role("link", name="Mall", exact=True)).to_be_focused()
    expect(who(page)).to_have_text(before)
    expect(tab(page, "Rejected / Ignored")).to_contain_text("0")
    assert page.evaluate("window.same") is True


def test_menus_close_on_escape_and_on_a_click_elsewhere(page):
    menu = page.locator("details.menu").last
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")

    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    menu.locator("summary").click()
    page.get_by_role("heading", name="Peering").click()

    expect(menu).not_to_have_attribute("open", "")


def test_a_toast_can_be_dismissed(page):
    row = page.locator("tr", has=page.get_by_text("Mall", exact=True))
    row.locator("summary").click()
    row.get_by_role("button", name="Move to Peers").click()
    toast = page.locator(".tst")

    toast.get_by_role("button", name="Dismiss").click()

    expect(toast).to_have_count(0)


def test_an_expired_login_leads_from_a_swap_to_the_login_page_and_back(page, portal):
    page.context.clear_cookies()

    tab(page, "Peers").click()

    page.wait_for_url("**/login?next=/peering/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_a_refused_swap_is_shown_above_the_list(page, portal):
    page.locator("#peering-mark").evaluate(
        "form => form.querySelector('[name=member]').value = '4711'"
    )
    row = page.locator("#peering-panel tr").nth(2)
    page.locator("#peering-panel details.menu summary").first.click()
    page.locator("#peering-panel").get_by_role("button", name="Move to Peers").first.click()

    expect(page.locator("#alerts")).to_contain_text("loaded for another member")
    expect(row).to_be_visible()


def test_everything_works_without_javascript(open_page):
    page = log_in(open_page(java_script_enabled=False))
    for name in TABS:
        tab(page, name).click()
        expect(tab(page, name)).to_have_attribute("aria-current", "page")

    row = page.locator("tr", has=page.get_by_text("Mall", exact=True))
    row.locator("summary").click()
    row.get_by_role("button", name="Move to Peers").click()
    expect(page.get_by_text("Mall moved to Peers.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(who(page).filter(has_text="Mall")).to_be_visible()
    page.locator("#account summary").click()
    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def test_dark_follows_the_wish_of_the_system(open_page):
    page = log_in(open_page(color_scheme="dark"))

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_scrolls_sideways(open_page, width):
    page = log_in(open_page(viewport={"width": width, "height": 800}))

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wrong_password_says_so_and_keeps_the_name(open_page):
    page = open_page()
    page.goto("/login")
    page.get_by_label("Username or e-mail").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_role("alert")).to_contain_text("The name or the password is wrong.")
    expect(page.get_by_label("Username or e-mail")).to_have_value("alice")


def test_the_account_menu_opens_below_its_button(page):
    page.locator("#account summary").last.click()
    menu = page.get_by_role("button", name="Log out").bounding_box()
    bar = page.locator("header.top").bounding_box()

    assert bar["height"] < 60
    assert menu["y"] > bar["y"] + bar["height"] - 10
