"""Sessions: listed, ended, over after a while."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import LoginSession
from tests.conftest import NOON


@pytest.fixture
def second(cast, app):
    return cast.log_in(app.test_client(), "alice")


def test_own_sessions_are_listed_and_nobody_elses(cast, app, alice, second):
    cast.log_in(app.test_client(), "bob")

    page = alice.get("/account/").text

    assert page.count("<code>192.0.2.200</code>") == 2
    assert page.count("this one") == 1


def test_the_others_can_be_ended(alice, second):
    assert alice.post("/account/sessions/end").status_code == 303

    assert second.get("/peering/").status_code == 302
    assert alice.get("/peering/").status_code == 200


def test_one_can_be_ended(alice, second):
    newest = db.session.scalar(select(func.max(LoginSession.id)))

    alice.post(f"/account/sessions/{newest}/end")

    assert second.get("/peering/").status_code == 302


def test_nobody_ends_the_session_of_somebody_else(cast, app, alice):
    bob = cast.log_in(app.test_client(), "bob")
    newest = db.session.scalar(select(func.max(LoginSession.id)))

    alice.post(f"/account/sessions/{newest}/end")

    assert bob.get("/peering/").status_code == 200


def test_a_copy_of_the_cookie_is_worth_nothing_after_logging_out(app, alice):
    thief = app.test_client()
    with alice.session_transaction() as session:
        stolen = dict(session)
    with thief.session_transaction() as session:
        session.update(stolen)
    assert thief.get("/peering/").status_code == 200

    alice.post("/logout")

    assert thief.get("/peering/").status_code == 302


def test_a_session_ends_after_hours_without_a_click(app, alice):
    app.extensions["clock"] = lambda: NOON + timedelta(hours=11, minutes=59)
    assert alice.get("/peering/").status_code == 200
    app.extensions["clock"] = lambda: NOON + timedelta(hours=23, minutes=58)
    assert alice.get("/peering/").status_code == 200
    app.extensions["clock"] = lambda: NOON + timedelta(hours=36)

    assert alice.get("/peering/").status_code == 302


def test_a_session_ends_some_day_whatever_is_clicked(app, alice):
    for hours in range(0, 30 * 24, 11):
        app.extensions["clock"] = lambda hours=hours: NOON + timedelta(hours=hours)
        assert alice.get("/account/").status_code == 200
    app.extensions["clock"] = lambda: NOON + timedelta(days=30)

    assert alice.get("/peering/").status_code == 302


def test_a_click_is_not_written_down_every_time(app, alice, statements):
    alice.get("/account/")
    with statements() as asked:
        alice.get("/account/")

    assert not any("UPDATE" in statement for statement in asked)
