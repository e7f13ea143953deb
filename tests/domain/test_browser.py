"""Browsers by the names people use."""

import pytest

from app.domain.browser import browser_name

LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"{LINUX[:-1]}; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{LINUX} {KIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Linux"),
        (f"{LINUX} {KIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Linux"),
        (f"Mozilla/5.0 (iPhone; CPU like Mac OS X) {KIT} Version/18 Safari/604.1",
         "Safari on iPhone"),
        (f"Mozilla/5.0 (Linux; Android 16) {KIT} Chrome/140.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("curl/8.5.0", "curl"),
        ("", "not told"),
        (None, "not told"),
        ("a" * 50, "a" * 39 + "…"),
    ],
)  # fmt: skip
def test_a_browser_is_called_by_its_name(said, name):
    assert browser_name(said) == name
