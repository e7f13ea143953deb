"""`flask demo`: loaded into an empty database, never into another."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from flask_migrate import stamp
from sqlalchemy import select

from app.demo import load as demo
from app.demo.load import LOGINS, PASSWORD
from app.extensions import db
from app.models.base import Base
from app.services import passwords, sessions, users
from tests.factories import make_member


@pytest.fixture
def loaded(runner, app):
    answer = runner.invoke(args=["demo", "load"])
    assert answer.exit_code == 0, answer.output
    return answer


def tabs(runner, asn="64500"):
    return json.loads(
        runner.invoke(args=["peering", "tabs", "--asn", asn, "--format", "json"]).output
    )


def dump():
    return [list(db.session.execute(select(t)).all()) for t in Base.metadata.sorted_tables]


def test_all_four_tabs_of_the_demo_member_are_filled(runner, loaded):
    board = tabs(runner)

    assert all(len(board[tab]) >= 2 for tab in board)
    assert "Granite Cloud" in [peer["name"] for peer in board["peers"]]
    assert "Lantern IX route server" not in json.dumps(board)


def test_every_grade_and_kind_of_session_is_present(runner, loaded):
    found = json.loads(runner.invoke(args=["sessions", "list", "--format", "json"]).output)

    assert {row["grade"] for row in found} == {"confirmed", "possible", "attempt"}
    assert {row["kind"] for row in found} == {"bilateral", "route-server", "internal"}


def test_every_login_that_is_printed_works(runner, loaded):
    for login in LOGINS:
        assert login.username in loaded.output
        assert passwords.authenticate(login.username, PASSWORD)


def test_a_second_load_is_refused_and_changes_nothing(runner, loaded):
    before = dump()

    answer = runner.invoke(args=["demo", "load"])

    assert answer.exit_code == 1
    assert "only into an empty one" in answer.output
    assert dump() == before


def test_it_is_never_loaded_beside_real_data(runner, app):
    make_member(64496, "Real")
    stamp()

    answer = runner.invoke(args=["demo", "start"])

    assert answer.exit_code == 0
    assert "Demo logins" not in answer.output
    assert users.list_users() == []


def test_starting_again_changes_no_data_and_prints_the_logins(runner, app):
    stamp()
    runner.invoke(args=["demo", "start"])
    before = dump()

    answer = runner.invoke(args=["demo", "start"])

    assert "Demo logins" in answer.output
    assert dump() == before


def test_starting_on_a_later_day_makes_the_demo_fresh_again(runner, app):
    loaded_at = datetime.now(UTC) - timedelta(days=3)
    demo.load(now=loaded_at, confirm=timedelta(seconds=300))
    stamp()

    answer = runner.invoke(args=["demo", "start"])

    assert "is moved up to now" in answer.output
    assert "Demo logins" in answer.output
    newest = max(row.last_seen for row in sessions.list_sessions() if row.last_seen)
    assert newest > loaded_at + timedelta(days=2)


def test_the_logins_are_not_printed_where_somebody_of_that_name_is_real(runner, app):
    runner.invoke(
        args=["users", "create", "mara", "--email", "mara@example.net", "--superuser",
              "--password", "long enough now"]
    )  # fmt: skip
    stamp()

    assert "Demo logins" not in runner.invoke(args=["demo", "start"]).output
