"""Every part in every state can be read, in both themes, at every width."""

from pathlib import Path

import pytest

from app.config import PLUGINS

pytestmark = pytest.mark.xdist_group("browser")

CONTRASTS = Path(__file__).with_name("contrast.js").read_text()


@pytest.fixture
def portal_settings():
    return {
        "PLUGINS": ",".join((*PLUGINS, "tests.states")),
        "IDENTITY_CORPORATE_URL": "https://www.lantern-ix.example/",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(open_page, theme):
    page = open_page(color_scheme=theme)
    page.goto("/states")

    found = page.evaluate(CONTRASTS)

    assert len(found) > 60
    assert [(text, round(contrast, 2)) for text, contrast in found if contrast < 4.5] == []


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_part_makes_the_page_scroll_sideways(open_page, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.goto("/states")

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_button_and_link_is_big_enough_to_hit(open_page):
    page = open_page(viewport={"width": 360, "height": 900})
    page.goto("/states")

    sizes = page.locator("main .b, main summary, .tst button").evaluate_all(
        "all => all.map(e => [e.innerText, e.getBoundingClientRect().height])"
    )

    assert [(text, height) for text, height in sizes if height < 24] == []
