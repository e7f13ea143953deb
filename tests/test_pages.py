"""What holds for every page: headers, error pages, no inline script or style."""

import re

import pytest
from sqlalchemy import event

from app.extensions import db
from tests.conftest import HTMX


def test_every_answer_carries_the_policy(alice):
    for path in ("/peering/", "/login", "/nowhere", "/static/css/portal.css"):
        response = alice.get(path)
        policy = response.headers["Content-Security-Policy"]
        response.close()
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy


def test_private_pages_are_not_stored(alice):
    assert alice.get("/peering/").headers["Cache-Control"] == "no-store"


def test_no_page_holds_inline_script_or_style(alice):
    for path in ("/peering/", "/peering/peers", "/login", "/nowhere"):
        page = alice.get(path, follow_redirects=True).text
        assert not re.search(r"<style|style=|\son[a-z]+=|javascript:|hx-on", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)


def test_an_unknown_address_is_a_page_with_a_way_on(alice):
    response = alice.get("/nowhere")

    assert response.status_code == 404
    assert "Start again from the navigation" in response.text
    assert ">Peering</a>" in response.text


def test_a_form_whose_address_is_loaded_again_leads_to_its_page(alice):
    answer = alice.get("/team/invite")

    assert answer.status_code == 405
    assert '<a href="/team/">Go to /team/</a>' in answer.text


@pytest.fixture
def broken(make_app, cast):
    """Alice's browser on a portal with a page that fails."""
    app = make_app()
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return cast.log_in(app.test_client(), "alice")


def test_a_fault_shows_a_number_that_is_in_the_log(broken, caplog):
    response = broken.get("/broken")

    number = re.search(r"it is in the log: ([0-9a-f]{8})", response.text).group(1)
    assert response.status_code == 500
    assert number in caplog.text
    assert "ZeroDivisionError" not in response.text


def test_a_fault_in_a_swap_is_an_alert(broken):
    response = broken.get("/broken", headers=HTMX)

    assert response.headers["HX-Retarget"] == "#alerts"
    assert 'id="alerts"' in response.text


def test_a_database_that_is_gone_still_gives_a_page_with_a_number(make_app, cast):
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client = cast.log_in(app.test_client(), "alice")
    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "do_connect", _refuse)

    response = client.get("/peering/")

    assert response.status_code == 500
    assert "it is in the log" in response.text
    assert "Content-Security-Policy" in response.headers


def _refuse(*_):
    raise OSError("the database is gone")
