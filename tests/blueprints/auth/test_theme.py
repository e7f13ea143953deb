"""The switch between light, dark and what the system wishes."""

import re

import pytest

from tests.conftest import HTMX


def press(client, theme, back="/peering/", **options):
    return client.post("/theme", data={"theme": theme, "next": back}, **options)


def head(page):
    """What the page says about its look before its body begins."""
    shown = re.search(r'<html[^>]* data-bs-theme="(\w+)" data-theme="(\w*)"', page).groups()
    return (*shown, re.search(r'name="color-scheme" content="([^"]+)"', page).group(1))


def test_nobody_who_chose_nothing_is_kept_from_the_wish_of_the_system(alice):
    page = alice.get("/peering/").text

    assert head(page) == ("light", "", "light dark")
    assert 'title="Theme: as the system; press for light"' in page


@pytest.mark.parametrize(
    ("theme", "words"),
    [("light", "light; press for dark"), ("dark", "dark; press for that of the system")],
)
def test_a_choice_holds_on_every_page(alice, theme, words):
    press(alice, theme)

    for path in ("/peering/", "/nowhere"):
        page = alice.get(path).text
        assert head(page) == (theme, theme, theme)
        assert f'title="Theme: {words}' in page


def test_pressing_again_and_again_goes_through_all_three(alice):
    seen = []
    for _ in range(4):
        seen.append(re.search(r'name="theme" value="(\w+)"', alice.get("/peering/").text).group(1))
        press(alice, seen[-1])

    assert seen == ["light", "dark", "system", "light"]


def test_the_choice_is_kept_for_a_year_out_of_reach_of_scripts(alice):
    cookie = press(alice, "dark").headers["Set-Cookie"]

    assert cookie.startswith("theme=dark;")
    for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"):
        assert word in cookie
    assert "Secure" not in cookie


def test_the_cookie_is_secure_where_the_session_is(make_app, cast):
    client = make_app(app_url="https://ixp.example").test_client()

    assert "Secure" in press(client, "dark").headers["Set-Cookie"]
    assert "Secure" in press(client, "system").headers["Set-Cookie"]


def test_the_wish_of_the_system_needs_no_cookie(alice):
    press(alice, "dark")
    press(alice, "system")

    assert alice.get_cookie("theme") is None
    assert head(alice.get("/peering/").text) == ("light", "", "light dark")


def test_a_cookie_of_nonsense_is_no_choice(alice):
    alice.set_cookie("theme", '"><script>')

    assert head(alice.get("/peering/").text) == ("light", "", "light dark")


def test_the_switch_leads_back_to_where_it_was_pressed(alice):
    page = alice.get("/peering/peers?q=a%26b&sort=asn").text
    back = re.search(r'name="next" value="([^"]+)"', page).group(1).replace("&amp;", "&")

    response = press(alice, "dark", back)

    assert (response.status_code, response.location) == (303, "/peering/peers?q=a%26b&sort=asn")


def test_behind_a_prefix_it_leads_back_behind_the_prefix(client):
    page = client.get("/login", base_url="http://localhost/portal").text

    assert 'name="next" value="/portal/login"' in page


def test_a_page_that_only_a_form_can_open_is_not_gone_back_to(alice, cast):
    page = alice.post("/account/member", data={"member": cast.mall.id})

    assert page.status_code == 403
    assert 'name="next" value="/"' in page.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_switch_never_leads_to_another_site(alice, target):
    assert press(alice, "dark", target).location == "/"


@pytest.mark.parametrize("theme", ["", "blue", "DARK", "dark; Secure"])
def test_another_word_is_refused_and_changes_nothing(alice, theme):
    press(alice, "dark")

    response = press(alice, theme)

    assert response.status_code == 422
    assert "light, dark or system" in response.text
    assert alice.get_cookie("theme").value == "dark"


def test_nobody_needs_a_login_to_choose(client):
    page = client.get("/login?next=/peering/peers").text
    assert 'name="next" value="/login?next=/peering/peers"' in page

    assert press(client, "dark", "/login").location == "/login"
    assert head(client.get("/login").text) == ("dark", "dark", "dark")


def test_a_swap_brings_the_switch_alone_as_it_stands_now(alice):
    response = press(alice, "dark", "/peering/peers", headers=HTMX)

    assert (response.status_code, "HX-Request" in response.vary) == (200, True)
    assert response.text.startswith('<form id="theme"')
    assert 'data-theme="dark"' in response.text
    assert 'value="system"' in response.text
    assert 'name="next" value="/peering/peers"' in response.text
