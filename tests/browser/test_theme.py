"""The theme switch as people press it."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in

pytestmark = pytest.mark.xdist_group("browser")


def shown(page):
    return page.locator("html").get_attribute("data-bs-theme")


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def test_the_switch_goes_round_in_place_and_keeps_the_focus(open_page):
    page = log_in(open_page(color_scheme="light"))
    page.evaluate("window.same = true")
    switch = page.locator("#theme-switch")
    bright, seen = background(page), []
    switch.focus()

    for words in ("light; press for dark", "dark; press for that", "as the system; press"):
        page.keyboard.press("Enter")
        expect(page.get_by_title(f"Theme: {words}")).to_be_focused()
        seen.append((shown(page), background(page) == bright))

    assert seen == [("light", True), ("dark", False), ("light", True)]
    assert page.evaluate("window.same") is True


def test_a_choice_wins_over_the_system_from_the_first_moment_on(open_page):
    page = log_in(open_page(color_scheme="dark"))
    page.get_by_title("Theme: as the system").click()
    expect(page.get_by_title("Theme: light")).to_be_visible()

    page.reload()
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")

    assert shown(page) == "light"
    assert page.locator("meta[name=color-scheme]").get_attribute("content") == "light"


def test_where_nothing_was_chosen_a_change_of_the_system_is_followed(open_page):
    page = log_in(open_page(color_scheme="light"))

    page.emulate_media(color_scheme="dark")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_switch_works_without_javascript_and_before_the_login(open_page):
    page = open_page(java_script_enabled=False)
    page.goto("/login?next=/peering/peers")

    page.get_by_title("Theme: as the system").click()
    page.get_by_title("Theme: light").click()

    assert page.url.endswith("/login?next=/peering/peers")
    assert shown(page) == "dark"


@pytest.mark.parametrize("width", [360, 1440])
def test_the_switch_is_in_sight_and_big_enough(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto("/login")
    boxes = [page.locator("#theme-switch").bounding_box()]
    boxes.append(log_in(page).locator("#theme-switch").bounding_box())

    for box in boxes:
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] + box["width"] <= width
