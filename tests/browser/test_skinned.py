"""A skin in a browser: its block and its partial are there, and the page still works."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_axe import faults

pytestmark = pytest.mark.xdist_group("browser")

SKIN = Path(__file__).parents[1] / "example_skin"


@pytest.fixture
def portal_settings():
    return {"SKIN_DIR": str(SKIN)}


def test_a_skin_changes_a_block_and_a_partial_and_the_page_still_works(page):
    expect(page.get_by_text("Run with care by")).to_be_visible()
    expect(page.get_by_text("Our own corner")).to_be_visible()

    page.get_by_label("Search by name, ASN, address or own notes").fill("gamma")
    expect(page.locator("#peering-count")).to_contain_text("1 of")
    page.get_by_role("link", name="Gamma", exact=True).click()

    expect(page.locator("#peering-drawer").get_by_role("heading", name="Gamma")).to_be_visible()
    assert faults(page) == []
