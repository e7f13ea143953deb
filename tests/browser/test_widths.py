"""From a phone to a very wide screen nothing but chips and grids scrolls sideways."""

import pytest

pytestmark = pytest.mark.xdist_group("browser")

WIDTHS = (360, 599, 768, 991, 1279, 1280, 2560)


def test_no_page_scrolls_sideways(page):
    gamma = page.get_by_role("link", name="Gamma", exact=True).get_attribute("href")
    for path in ("/peering/potential", "/peering/rejected", gamma, "/peering/friends", "/"):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})

            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_navigation_that_goes_on_shows_a_shadow_at_the_edge_of_a_phone(page):
    page.set_viewport_size({"width": 360, "height": 740})
    nav = page.locator(".nav-main")

    goes_on, reach = nav.evaluate("n => [n.scrollWidth > n.clientWidth, n.clientWidth]")
    assert goes_on
    assert reach == 360
    assert "gradient" in nav.evaluate("n => getComputedStyle(n).backgroundImage")


def test_words_beside_a_choice_stay_whole_on_a_phone(operate):
    page = operate("/members/", viewport={"width": 360, "height": 740})

    for label in page.locator("label.fit").all():
        lines = label.evaluate(
            "l => { const words = document.createRange(); words.selectNodeContents(l);"
            "words.setEndBefore(l.querySelector('select')); return words.getClientRects().length }"
        )
        assert lines == 1, label.inner_text()
