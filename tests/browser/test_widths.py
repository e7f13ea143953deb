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
