"""Name, logo and website of the exchange on the pages."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.config import Identity
from app.settings_from_env import read_settings
from app.settings_reader import ConfigError

LOGO = "https://cdn.lantern-ix.example:8443/logos/big.svg?v=2"
SITE = "https://www.lantern-ix.example/"
SKIN = str(Path(__file__).parent / "example_skin")


@pytest.fixture
def login_page(app, make_app):
    """The login page of an exchange with this identity, as an answer."""
    return lambda **fields: make_app(identity=Identity(**fields)).test_client().get("/login")


@pytest.fixture
def tabs_page(cast, make_app):
    """The first page of Alice at an exchange with this identity."""

    def tabs_page(skin_dir=None, **fields):
        portal = make_app(identity=replace(Identity(), **fields), skin_dir=skin_dir)
        return cast.log_in(portal.test_client(), "alice").get("/peering/").text

    return tabs_page


def brand(page):
    return re.search(r'<a class="brand".*?</a>', page, re.DOTALL).group()


def policy(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_without_a_logo_the_brand_is_our_mark_and_the_title(login_page):
    page = login_page(titlename="Lantern <b>").text

    assert "Lantern &lt;b&gt;</span></a>" in brand(page)
    assert "<svg" in brand(page)
    assert "<img" not in page


def test_a_logo_elsewhere_stands_before_the_title_with_the_name_as_text(login_page):
    shown = brand(login_page(biglogo=LOGO, orgname='Lantern "IX"').text)

    assert f'<img class="logo" src="{LOGO}" alt="Lantern &#34;IX&#34;" height="32">' in shown
    assert "Peering Manager</span></a>" in shown
    assert "<svg" not in shown


def test_the_policy_lets_in_that_one_origin_for_images_only(login_page):
    default, opened = policy(login_page()), policy(login_page(biglogo=LOGO))

    assert default["img-src"] == "'self'"
    assert opened == default | {"img-src": "'self' https://cdn.lantern-ix.example:8443"}


def test_a_logo_of_the_skin_opens_nothing(tabs_page, login_page):
    shown = brand(tabs_page(Path(SKIN), biglogo="img/favicon.svg"))

    assert "Our own corner" in shown  # its own brand partial wins
    assert policy(login_page(biglogo="img/favicon.svg"))["img-src"] == "'self'"


def test_a_logo_of_ones_own_is_named_by_its_content(tabs_page):
    shown = brand(tabs_page(biglogo="img/favicon.svg"))

    assert re.search(r'src="/static/img/favicon\.svg\?v=[0-9a-f]{12}"', shown)


def test_the_brand_leads_to_the_website_before_the_login_and_to_the_start_after(
    login_page, tabs_page
):
    assert f'href="{SITE}"' in brand(login_page(corporate_url=SITE).text)
    assert 'href="/"' in brand(login_page().text)
    assert 'href="/"' in brand(tabs_page(corporate_url=SITE))


def test_the_footer_links_to_the_website(tabs_page):
    foot = re.search("<footer.*</footer>", tabs_page(corporate_url=SITE), re.DOTALL).group()

    assert f'<a href="{SITE}">IXP</a>' in foot
    bare = re.search("<footer.*</footer>", tabs_page(), re.DOTALL).group()
    assert "<span>IXP</span>" in bare


def read(tmp_path, **environ):
    return read_settings(environ, instance=tmp_path / "instance").identity


@pytest.mark.parametrize("site", [SITE, "http://ixp.example", "HTTPS://IXP.example:8443/a?b=c#d"])
def test_a_website_is_taken_as_it_is_written(tmp_path, site):
    assert read(tmp_path, IDENTITY_CORPORATE_URL=site).corporate_url == site


NO_ADDRESS = [
    "javascript:alert(1)",
    "ftp://ixp.example/",
    "//ixp.example/logo.svg",
    "https://",
    "https:///logo.svg",
    "https://user:secret@ixp.example/",
    "https://ixp.example; script-src *",
    "https://ixp.example;script-src%20*/",
    "https://ixp.example,evil.example/",
    "https://*.example/logo.svg",
    "https://ixp.example:99999/",
    "https://[::1/",
    'https://ixp.example/"onerror=x',
    "https://ixp.example/a b.svg",
    "https://ïxp.example/",
]


@pytest.mark.parametrize("value", [*NO_ADDRESS, "www.ixp.example"])
def test_a_website_that_is_none_stops_the_start(tmp_path, value):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, IDENTITY_CORPORATE_URL=value)

    assert len(caught.value.problems) == 1
    assert "https://www.example.net/" in caught.value.problems[0]
    assert caught.value.problems[0].startswith("IDENTITY_CORPORATE_URL is “")


@pytest.mark.parametrize(
    "value",
    [*NO_ADDRESS, "img/nowhere.svg", "../skin.py", "/etc/passwd", "img", "img/lantern.svg"],
)
def test_a_logo_that_is_neither_address_nor_file_stops_the_start(tmp_path, value):
    with pytest.raises(ConfigError, match="IDENTITY_BIGLOGO") as caught:
        read(tmp_path, IDENTITY_BIGLOGO=value)

    assert len(caught.value.problems) == 1


def test_a_logo_may_be_an_address_or_a_file_of_ours_or_of_the_skin(tmp_path):
    given = [{}, {}, {"SKIN_DIR": SKIN}]
    logos = [LOGO, "img/favicon.svg", "img/lantern.svg"]

    for environ, logo in zip(given, logos, strict=True):
        assert read(tmp_path, IDENTITY_BIGLOGO=logo, **environ).biglogo == logo


def test_a_password_in_an_address_is_not_repeated_in_the_report(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, IDENTITY_CORPORATE_URL="https://user:hunter2@ixp.example/")

    assert "hunter2" not in str(caught.value)
