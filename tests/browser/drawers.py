"""The drawer, for tests in the browser."""

from playwright.sync_api import expect


def drawer(page):
    return page.locator("#peering-drawer")


def open_gamma(page):
    page.get_by_role("link", name="Gamma", exact=True).click()
    expect(drawer(page).get_by_role("heading", name="Gamma")).to_be_visible()
