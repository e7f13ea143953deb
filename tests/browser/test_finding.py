"""Search, filters and order as a member uses them."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect

from app.extensions import transaction
from app.models import PeeringRequest
from tests.browser.conftest import log_in
from tests.browser.crowd import add_crowd
from tests.browser.test_axe import faults

pytestmark = pytest.mark.xdist_group("browser")


def names(page):
    return page.locator("#peering-rows a.who")


def search(page):
    return page.get_by_label("Search by name, ASN, address or own notes")


def test_the_list_follows_what_is_typed_and_the_field_keeps_the_focus(page):
    search(page).press_sequentially("gam", delay=30)

    expect(names(page)).to_have_text(["Gamma"])
    expect(search(page)).to_be_focused()
    expect(search(page)).to_have_value("gam")
    expect(page.locator("#peering-count")).to_have_text("1 of 2 members Clear")
    expect(page.locator("#peering-result")).to_have_text("Potential Peers: 1 of 2 members")
    expect(page).to_have_url(re.compile(r"/peering/potential\?q=gam$"))


def test_back_takes_a_whole_search_away_not_a_letter(page):
    search(page).press_sequentially("mall", delay=60)
    expect(page).to_have_url(re.compile(r"q=mall$"))

    page.go_back()

    expect(names(page)).to_have_text(["Mall", "Gamma"])
    expect(search(page)).to_have_value("")


def test_a_copied_address_and_a_reload_show_the_same(page, open_page):
    page.get_by_text("No link at all", exact=True).first.click()
    search(page).fill("a")
    expect(names(page)).to_have_text(["Mall"])
    expect(page).to_have_url(re.compile(r"q=a"))

    page.reload()
    other = log_in(open_page())
    other.goto(page.url)

    for each in (page, other):
        expect(names(each)).to_have_text(["Mall"])
        expect(search(each)).to_have_value("a")
        expect(each.get_by_label("No link at all")).to_be_checked()


def test_filters_narrow_the_list_at_a_click(page):
    page.get_by_label("LAN 2").check()
    expect(names(page)).to_have_text(["Gamma"])

    page.get_by_label("LAN 2").uncheck()
    expect(names(page)).to_have_text(["Mall", "Gamma"])

    page.get_by_label("IPv6", exact=True).check()
    expect(names(page)).to_have_text(["Gamma"])


def test_headings_sort_and_sort_back(page, portal):
    page.get_by_role("link", name="Peers 2", exact=True).click()
    expect(names(page)).to_have_text(["Beta", "Gamma"])

    page.get_by_role("link", name="ASN").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("ASN")
    page.get_by_role("link", name="ASN").click()

    expect(names(page)).to_have_text(["Gamma", "Beta"])
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("ASN")
    expect(page).to_have_url(re.compile(r"/peering/peers\?sort=-asn$"))
    expect(page.get_by_role("link", name="ASN")).to_be_focused()


def test_the_search_goes_along_to_another_tab_and_its_order_stays(page):
    search(page).fill("beta")
    expect(page.get_by_text("Nobody here is called that")).to_be_visible()

    page.get_by_role("link", name="Peers (1)", exact=True).click()

    expect(names(page)).to_have_text(["Beta"])
    expect(search(page)).to_have_value("beta")


def test_an_order_stays_while_one_types_and_filters_by_policy(page, portal):
    add_crowd(portal.cast, 3)
    page.reload()
    for order in ("ascending", "descending"):
        page.locator("#sort-asn").click()
        expect(page.locator("th:has(#sort-asn)")).to_have_attribute("aria-sort", order)

    search(page).press_sequentially("crowd", delay=30)
    page.get_by_label("Open", exact=True).check()

    expect(names(page)).to_have_text(["Crowd 003", "Crowd 002", "Crowd 001"])
    expect(page).to_have_url(re.compile(r"policy=open.*sort=-asn"))
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(names(page)).to_have_count(5)


def test_every_heading_sorts(open_page, portal):
    cast, now = portal.cast, datetime.now(UTC)
    gamma = {"member_id": cast.alpha.id, "peer_id": cast.mall.id + 1}
    with transaction() as session:
        session.add(
            PeeringRequest(
                **gamma, at=now, channel="marked", leaves_on=now.date(), subject="", message=""
            )
        )
    page = log_in(open_page(viewport={"width": 1600, "height": 800}))
    page.get_by_role("link", name="Peers 2", exact=True).click()
    expect(names(page)).to_have_text(["Beta", "Gamma"])
    columns = page.locator("#peering-list thead")

    beta_first, gamma_first = ["Beta", "Gamma"], ["Gamma", "Beta"]
    for column, direction, found in (  # the order changes at each, so that each has to do it
        ("Member", "descending", gamma_first),
        ("ASN", "ascending", beta_first),
        ("Policy", "ascending", gamma_first),
        ("LAN 1", "ascending", gamma_first),
        ("LAN 1", "descending", beta_first),
        ("Last asked", "ascending", gamma_first),
    ):
        columns.get_by_role("link", name=column, exact=True).click()
        expect(page.locator(f"th[aria-sort={direction}]")).to_contain_text(column)
        assert (column, names(page).all_text_contents()) == (column, found)


def test_on_a_phone_the_order_is_changed_again_and_again(open_page, portal):
    page = log_in(open_page(viewport={"width": 360, "height": 800}))
    page.get_by_role("link", name="Peers 2", exact=True).click()
    expect(names(page)).to_have_text(["Beta", "Gamma"])

    for order, found in (("ASN ↓", ["Gamma", "Beta"]), ("ASN ↑", ["Beta", "Gamma"])):
        page.get_by_label("Sorted by").select_option(label=order)
        expect(names(page)).to_have_text(found)


def test_an_address_from_a_log_finds_who_holds_it(page):
    search(page).fill("192.0.2.4/24")

    expect(names(page)).to_have_text(["Gamma"])


def test_a_long_list_comes_as_one_scrolls_but_search_finds_everybody(page, portal):
    add_crowd(portal.cast, 120)
    page.reload()
    expect(names(page)).to_have_count(50)

    for expected in (100, 122):
        page.mouse.wheel(0, 100_000)
        expect(names(page)).to_have_count(expected)
    search(page).fill("crowd 117")

    expect(names(page)).to_have_text(["Crowd 117"])


def test_rows_that_come_late_leave_a_newer_search_alone(page, portal):
    add_crowd(portal.cast, 60)
    held = []
    page.route("**/peering/potential/rows?*", lambda route: held.append(route))
    page.goto("/peering/potential")
    page.mouse.wheel(0, 100_000)
    expect(page.locator("tr.more.htmx-request")).to_have_count(1)
    search(page).fill("crowd 017")
    expect(names(page)).to_have_text(["Crowd 017"])
    watched = page.locator("#peering-watch").get_attribute("hx-get")

    with page.expect_event("requestfinished", lambda request: "/rows?" in request.url):
        held[0].continue_()

    expect(page).to_have_url(re.compile(r"potential\?q=crowd"))
    expect(page.locator("#peering-watch")).to_have_attribute("hx-get", watched)


def test_show_all_shows_all(page, portal):
    add_crowd(portal.cast, 120)
    page.goto("/peering/potential")

    page.get_by_role("link", name="Show all 122").evaluate("link => link.click()")

    expect(names(page)).to_have_count(122)
    expect(page).to_have_url(re.compile(r"show=all$"))


def test_everything_is_found_without_javascript(open_page, portal):
    add_crowd(portal.cast, 120)
    page = log_in(open_page(java_script_enabled=False))

    page.get_by_role("link", name="Show 50 more").click()
    expect(names(page)).to_have_count(100)
    search(page).fill("crowd 11")
    page.get_by_label("IPv4", exact=True).check()
    page.get_by_role("button", name="Apply").click()

    expect(names(page)).to_have_count(11)
    page.get_by_role("link", name="ASN").click()
    page.get_by_role("link", name="ASN").click()
    expect(names(page).first).to_have_text("Crowd 119")
    expect(search(page)).to_have_value("crowd 11")


def test_dark_pages_are_black_on_white_on_paper(open_page):
    page = log_in(open_page(color_scheme="dark"))
    page.get_by_role("link", name="Gamma", exact=True).click()
    expect(page.locator("#peering-drawer").get_by_role("heading", name="Gamma")).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")

    assert [fault for fault in faults(page) if "contrast" in str(fault)] == []


def test_without_script_the_wish_of_the_system_counts(open_page):
    page = log_in(open_page(java_script_enabled=False, color_scheme="dark"))
    shot = Image.open(BytesIO(page.screenshot())).convert("L")

    assert shot.getpixel((5, 400)) < 60


def test_paper_gets_every_row(page, portal):
    add_crowd(portal.cast, 120)
    page.goto("/peering/potential")
    expect(names(page)).to_have_count(50)

    page.pdf()

    expect(names(page)).to_have_count(122)
    expect(page.locator("tr.more")).to_have_count(0)
    page.emulate_media(media="print")
    for gone in (".top", "#peering-find", "td.c-act >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    expect(names(page).last).to_be_visible()
    expect(page.locator(".on-paper")).to_contain_text("Alpha (AS64496), Potential Peers: 122")


def test_paper_says_where_rows_are_missing(page, portal):
    add_crowd(portal.cast, 60)
    page.goto("/peering/potential")
    page.route("**/rows?*show=all", lambda route: route.fulfill(status=401, body="<p>no row</p>"))

    page.pdf()
    page.emulate_media(media="print")

    expect(page.locator("tr.more")).to_contain_text("The others could not be loaded")
    expect(page.locator("tr.more .on-paper")).to_be_visible()
    expect(page.locator("tr.more a").first).to_be_hidden()
