"""Test mode: a clear alert on top of every page of the peering manager."""

import pytest

from app.config import TestMode
from tests.conftest import HTMX


@pytest.mark.parametrize("tab", ["potential", "potential-bilateral", "peers", "rejected"])
def test_every_page_says_where_requests_go(make_app, cast, tab):
    client = make_app(test_mode=TestMode(on=True, email="test@example.net")).test_client()

    page = cast.log_in(client, "alice").get(f"/peering/{tab}").text

    assert "Peering requests go to test@example.net only" in page


def test_without_it_there_is_no_alert(alice):
    assert "Test mode" not in alice.get("/peering/", headers=HTMX).text
    assert "Test mode" not in alice.get("/peering/").text
