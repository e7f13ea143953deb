"""axe-core finds nothing on any page and in any state, light and dark, wide and narrow."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.browser.crowd import add_crowd

pytestmark = pytest.mark.xdist_group("browser")

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 800}},
}


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def page(request, open_page):
    return log_in(open_page(**request.param))


def faults(page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    # Every rule; only what passes is not written down, which takes most of the time.
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


LISTS = (
    "/peering/potential",
    "/peering/potential-bilateral",
    "/peering/peers?sort=-asn",
    "/peering/rejected",
    "/peering/potential?q=nobody&missing=4",
    "/peering/potential?q=beta",
    "/nothing-here",
)


def test_lists_and_refusals(page):
    for path in LISTS:
        page.goto(path)

        assert (path, faults(page)) == (path, [])


def test_the_login_page_with_and_without_a_mistake(open_page):
    page = open_page()
    page.goto("/login")
    assert faults(page) == []

    page.get_by_role("button", name="Log in").click()

    assert faults(page) == []


def test_the_drawer_its_form_and_a_mistake_in_it(page):
    page.get_by_role("link", name="Gamma", exact=True).click()
    drawer = page.locator("#peering-drawer")
    drawer.locator("summary").click()
    assert faults(page) == []

    passed = "field => { field.min = ''; field.value = '2001-01-01' }"
    drawer.get_by_label("Last day").evaluate(passed)
    drawer.get_by_role("button", name="Move to Peers").click()

    expect(drawer.get_by_role("alert")).to_contain_text("is over")
    assert faults(page) == []


def test_an_open_menu_a_toast_and_the_help(page):
    page.locator("#peering-rows summary").first.click()
    assert faults(page) == []

    page.get_by_role("button", name="Move to Peers").first.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert faults(page) == []

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert faults(page) == []


def test_notes_their_form_and_a_mistake_in_it(page):
    page.get_by_role("link", name="Gamma", exact=True).click()
    notes = page.locator("#peer-notes")
    notes.get_by_role("link", name="Note", exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(notes.get_by_role("alert")).to_contain_text("needs a text")
    assert faults(page) == []

    page.get_by_label("Note Markdown").fill("# Title\n\n* a [link](https://x.example/)\n\n    code")
    page.get_by_role("button", name="Preview").click()
    expect(notes.get_by_role("status")).to_be_visible()
    assert faults(page) == []

    page.get_by_role("button", name="Save").click()
    expect(notes.locator("li .md")).to_be_visible()
    assert faults(page) == []


def test_a_long_list_its_next_rows_and_what_a_search_swaps(open_page, portal):
    add_crowd(portal.cast, 120)
    page = log_in(open_page(**LOOKS["phone"]))
    expect(page.locator("#peering-rows tr.more")).to_be_attached()
    assert faults(page) == []

    page.mouse.wheel(0, 100_000)
    expect(page.get_by_role("link", name="Crowd 060", exact=True)).to_be_attached()
    assert faults(page) == []

    page.get_by_label("Search by name, ASN, address or own notes").fill("crowd 11")
    expect(page.locator("#peering-rows a.who")).to_have_count(11)  # 011 and 110 to 119
    assert faults(page) == []


def test_the_drawer_on_paper(open_page):
    page = log_in(open_page(**LOOKS["dark"]))
    page.get_by_role("link", name="Gamma", exact=True).click()
    expect(page.locator("#peering-drawer").get_by_role("heading", name="Gamma")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")

    assert faults(page) == []
