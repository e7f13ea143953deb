"""Plugins: a room of an operator's own, switching rooms off, mistakes in the list."""

import pytest

from app.config import PLUGINS
from app.settings_reader import ConfigError

EXAMPLE = "tests.example_plugin"


def test_a_room_of_ones_own_adds_a_navigation_entry_and_a_page(make_app, cast):
    client = make_app(plugins=(*PLUGINS, EXAMPLE)).test_client()
    cast.log_in(client, "alice")

    page = client.get("/status")

    assert "All switches are up, Alice." in page.text
    assert '<a href="/status" aria-current="page">Status</a>' in page.text
    assert '<a href="/status">Status</a>' in client.get("/peering/").text


def test_an_entry_is_shown_from_its_role_on(make_app, cast):
    client = make_app(plugins=(*PLUGINS, EXAMPLE)).test_client()

    assert "Status" not in cast.log_in(client, "rita").get("/peering/").text


def test_a_room_of_ones_own_needs_a_login_like_every_other(make_app, cast):
    assert make_app(plugins=(*PLUGINS, EXAMPLE)).test_client().get("/status").status_code == 302


def test_a_room_that_is_not_listed_is_not_there(make_app, cast):
    client = make_app(plugins=("app.blueprints.auth",)).test_client()
    cast.log_in(client, "alice")

    assert client.get("/peering/").status_code == 404
    assert "No page of this portal is switched on" in client.get("/").text


def test_the_order_of_the_list_is_the_order_of_the_navigation(make_app, cast):
    client = make_app(
        plugins=("app.blueprints.auth", EXAMPLE, "app.blueprints.peering")
    ).test_client()

    page = cast.log_in(client, "alice").get("/status").text

    assert page.index(">Status</a>") < page.index(">Peering</a>")


def test_every_room_that_cannot_be_used_is_named_at_once(make_app):
    with pytest.raises(ConfigError) as caught:
        make_app(plugins=("app.nowhere", "tests.cast", "app.blueprints.auth"))

    assert [problem.split()[2].rstrip(",") for problem in caught.value.problems] == [
        "app.nowhere",
        "tests.cast",
    ]


def test_a_list_without_the_login_is_refused(make_app):
    with pytest.raises(ConfigError, match=r"PLUGINS lacks app\.blueprints\.auth"):
        make_app(plugins=("app.blueprints.peering",))
