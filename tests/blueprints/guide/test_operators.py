"""The page that tells those who run the exchange what they do where."""

import re

import pytest

from app.config import PLUGINS


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


def menu(page):
    return page.partition("Keyboard shortcuts")[0]


def test_help_leads_a_superuser_there_and_on_to_the_members_guide(carol):
    assert '<a href="/help/operators">Help</a>' in menu(carol.get("/attention/").text)
    assert '<a href="/help/">Help for members</a>' in carol.get("/help/operators").text
    assert '<a href="/help/operators">Help for operators</a>' in carol.get("/help/").text


def test_nobody_else_is_led_there(client, alice):
    for page in (client.get("/help/").text, alice.get("/help/").text, alice.get("/account/").text):
        assert "/help/operators" not in page


def test_a_superuser_who_looks_as_a_member_is_led_to_the_guide_of_members(carol, cast):
    carol.post(f"/view-as/{cast.alpha.id}")

    assert '<a href="/help/">Help</a>' in menu(carol.get("/account/").text)


def test_every_link_of_it_leads_to_a_page_that_is_there(carol):
    page = carol.get("/help/operators").text.partition('class="md')[2].partition("<footer")[0]
    links = set(re.findall(r'href="(/[^"]+)"', page))

    assert {"/vlans/", "/members/", "/users/", "/detection/", "/outbox/"} < links
    assert {link: carol.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_every_section_is_in_the_list_on_top(carol):
    page = carol.get("/help/operators").text.partition("<footer")[0]

    listed = re.findall(r'<li><a href="#([^"]+)">', page)
    assert listed == re.findall(r'<h2 id="([^"]+)">', page)


def test_a_room_that_is_switched_off_keeps_its_words(make_app, cast):
    rooms = tuple(name for name in PLUGINS if not name.endswith(("outbox", "detection")))
    carol = cast.log_in(make_app(plugins=rooms).test_client(), "carol")

    page = carol.get("/help/operators").text

    assert "<li>Mail has every mail" in page
    assert "<li>Detection begins" in page


def test_every_command_it_names_is_one(app, carol):
    page = carol.get("/help/operators").text
    named = set(re.findall(r"flask ([a-z]+)(?: ([a-z-]+))?", page))

    assert len(named) > 5
    for group, command in named:
        found = app.cli.commands[group]
        assert not command or command in found.commands, command
