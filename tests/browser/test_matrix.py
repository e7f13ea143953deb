"""The matrix as people use it: mouse, keys, filter, find, isolate, files, and without script."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.extensions import transaction
from app.models import Member, Vlan
from tests.browser.conftest import log_in
from tests.browser.test_axe import LOOKS, faults

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(autouse=True)
def flagged(portal):
    with transaction() as session:
        session.execute(update(Vlan).values(peering_matrix=True))


def show(page, query=""):
    page.goto(f"/matrix/{query}")
    page.wait_for_selector("html[data-matrix=drawn]")
    return page


def said(page):
    return page.locator("#matrix-said")


def test_mouse_and_keys_name_both_members_and_open_the_pair(page):
    show(page)
    page.locator("#matrix").hover(position={"x": 64 + 24 * 1 + 12, "y": 64 + 12})
    expect(said(page)).to_have_text("Alpha AS64496 – Beta AS64497: route server")

    page.locator("#matrix").focus()
    page.keyboard.press("ArrowRight")
    expect(said(page)).to_have_text("Alpha AS64496 – Mall AS64498: none")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Alpha – Gamma")).to_be_visible()


def test_a_click_opens_the_pair(page):
    show(page).locator("#matrix").click(position={"x": 64 + 24 + 12, "y": 64 + 12})

    expect(page.get_by_role("heading", name="Alpha – Beta")).to_be_visible()
    page.get_by_role("link", name="Open in Peering").click()
    expect(page.locator("#peering-drawer").get_by_role("heading", name="Beta")).to_be_visible()


def test_find_isolate_filter_sort_and_size_are_in_the_address(page):
    show(page)
    page.locator("#matrix-q").fill("64499")
    expect(said(page)).to_contain_text("Gamma AS64499")
    page.locator("#matrix").focus()
    page.keyboard.press("i")
    expect(page.get_by_role("button", name="Show everybody")).to_be_visible()
    page.get_by_label("v4none").uncheck()
    page.get_by_label("Sort").select_option("clusters")
    page.get_by_role("button", name="Larger").click()
    address = page.url

    assert all(part in address for part in ("q=64499", "isolate=", "hide=none", "sort=clusters"))
    show(page, address.partition("/matrix/")[2])
    expect(page.get_by_label("v4none")).not_to_be_checked()
    expect(page.get_by_label("Sort")).to_have_value("clusters")
    expect(page.get_by_role("button", name="Show everybody")).to_be_visible()


def test_enter_in_the_search_goes_to_the_next_match(page):
    show(page)
    page.locator("#matrix-q").fill("6449")
    expect(said(page)).to_contain_text("Match 1 of 4, Enter for the next. Alpha AS64496")
    page.keyboard.press("Enter")
    expect(said(page)).to_contain_text("Match 2 of 4, Enter for the next. Beta AS64497")
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    expect(said(page)).to_contain_text("Match 4 of 4, Enter for the next. Gamma AS64499")


def test_another_protocol_is_shown_at_once_looked_at_as_before_and_on_the_whole_screen(page):
    show(page, "?sort=name&size=0&hide=none")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
    page.get_by_label("Protocol").select_option("6")

    page.wait_for_url("**/matrix/?sort=name&size=0&hide=none&protocol=6")
    page.wait_for_selector("html[data-matrix=drawn]")
    expect(page.get_by_label("Sort")).to_have_value("name")
    page.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'matrix-box'")


def test_files_are_saved_as_they_are_seen(page, portal):
    show(page, f"?isolate={portal.cast.alpha.id}&hide=none")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = download.value.path().read_text()
    assert "Gamma" in text
    assert "Mall" not in text  # no link with Alpha, and no pair of others either
    page.get_by_role("button", name="Show everybody").click()
    page.get_by_label("v4none").check()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    assert "Mall" in download.value.path().read_text()
    for name in ("JSON", "GraphML", "PNG"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        assert download.value.suggested_filename.endswith(name.lower())


def test_who_left_is_in_nothing_the_browser_fetched(page, portal):
    with transaction() as session:
        beta = update(Member).where(Member.id == portal.cast.beta.id)
        session.execute(beta.values(matrix_opt_out=True))
    bodies = []

    def keep(route):
        answer = route.fetch()
        bodies.append(answer.body())
        route.fulfill(response=answer)

    page.route("**/*", keep)
    show(page)
    page.unroute_all(behavior="ignoreErrors")

    assert any(b"Gamma" in body for body in bodies)
    assert not any(b"Beta" in body or b"64497" in body for body in bodies)


def test_without_javascript_there_are_a_picture_and_a_table(open_page):
    page = log_in(open_page(java_script_enabled=False))
    page.goto("/matrix/")

    expect(page.get_by_role("img", name="Peering matrix of LAN 1")).to_be_visible()
    expect(page.get_by_role("row", name="Beta AS64497")).to_contain_text("RS")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing(open_page, look, portal):
    page = show(log_in(open_page(**look)))
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"/matrix/pair/{portal.cast.alpha.id}/{portal.cast.beta.id}")
    assert faults(page) == []
