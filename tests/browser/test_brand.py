"""A wide logo of another site, as the browser shows it."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.browser.conftest import log_in

pytestmark = pytest.mark.xdist_group("browser")

WIDE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="90" viewBox="0 0 900 90">'
    b'<text y="70" font-size="80">Lantern Exchange of the North</text></svg>'
)


class Site(BaseHTTPRequestHandler):
    """The website of the exchange: it has a logo, whatever is asked for."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.end_headers()
        self.wfile.write(WIDE)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal_settings() -> Iterator[dict[str, str]]:
    site = HTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=site.serve_forever)
    thread.start()
    yield {
        "IDENTITY_BIGLOGO": f"http://127.0.0.1:{site.server_port}/logo.svg",
        "IDENTITY_TITLENAME": "Lantern Exchange Peering Manager",
    }
    site.shutdown()
    thread.join()
    site.server_close()


def logo(page):
    return page.locator(".brand .logo")


def test_the_logo_of_another_site_is_loaded_and_has_its_height(open_page):
    page = open_page()
    page.goto("/login")
    assert logo(page).evaluate("image => image.complete && image.naturalWidth") == 900
    assert logo(page).bounding_box()["height"] == 56

    log_in(page)

    assert logo(page).bounding_box()["height"] == 32


def test_on_dark_ground_the_logo_lies_on_white(open_page):
    page = log_in(open_page(color_scheme="dark"))

    assert logo(page).evaluate("image => getComputedStyle(image).backgroundColor") == (
        "rgb(255, 255, 255)"
    )


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_a_wide_logo_and_a_long_title_leave_room_for_the_rest(open_page, width):
    page = open_page(viewport={"width": width, "height": 800})
    page.goto("/login")
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    log_in(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    account = page.locator("#account summary").last.bounding_box()
    brand = page.locator("#brand").bounding_box()
    assert account["x"] + account["width"] <= width
    assert brand["x"] + brand["width"] <= page.locator("#account").bounding_box()["x"]
