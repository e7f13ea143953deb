"""An operator turns a switch; a member's column goes and comes."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")


def switch(page: Page):
    return page.get_by_role("switch", name="Peering manager, LAN 2")


def column(page: Page):
    return page.get_by_role("columnheader", name="LAN 2")


def test_a_members_column_goes_and_comes_with_the_switch_and_undo(operate, open_page):
    operator, member = operate("/vlans/"), log_in(open_page())
    expect(column(member)).to_be_visible()

    switch(operator).click()
    expect(switch(operator)).to_have_attribute("aria-checked", "false")
    expect(operator.locator("#toasts")).to_contain_text(
        "off for LAN 2: 2 members no longer see its column"
    )
    member.reload()
    expect(column(member)).to_have_count(0)

    operator.get_by_role("button", name="Undo").click()
    expect(switch(operator)).to_have_attribute("aria-checked", "true")
    member.reload()
    expect(column(member)).to_be_visible()


def test_a_switch_is_turned_from_the_keyboard_and_keeps_the_focus(operate):
    page = operate("/vlans/")
    switch(page).focus()

    page.keyboard.press("Space")

    expect(switch(page)).to_have_attribute("aria-checked", "false")
    expect(switch(page)).to_be_focused()


def test_a_switch_works_without_javascript(operate):
    page = operate("/vlans/", java_script_enabled=False)

    switch(page).click()

    expect(switch(page)).to_have_attribute("aria-checked", "false")
    expect(page.locator("#toasts")).to_contain_text("Peering manager is off for LAN 2")


def test_a_switch_somebody_else_turned_says_so(operate):
    mine, theirs = operate("/vlans/"), operate("/vlans/")
    switch(theirs).click()
    expect(switch(theirs)).to_have_attribute("aria-checked", "false")

    switch(mine).click()

    expect(mine.locator("#toasts")).to_contain_text("was off for LAN 2 already")
    expect(switch(mine)).to_have_attribute("aria-checked", "false")


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_the_page_never_scrolls_sideways(operate, look):
    page = operate("/vlans/", **LOOKS[look])
    assert faults(page) == []

    switch(page).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
