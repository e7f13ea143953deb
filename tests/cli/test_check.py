"""`flask check`."""

import socket

from flask_migrate import stamp

from app.config import Identity, MailSettings
from app.services import users
from tests.cast import make_session
from tests.conftest import NOON


def test_tables_that_are_missing_are_named_with_the_command(runner, app):
    answer = runner.invoke(args=["check"])

    assert answer.exit_code == 1
    assert "Run: flask db upgrade" in answer.output


def test_a_database_at_the_newest_revision_is_ready(runner, app):
    stamp()

    answer = runner.invoke(args=["check"])

    assert answer.exit_code == 0
    assert "the database is ready" in answer.output


def test_names_without_use_are_pointed_out(runner, app, monkeypatch):
    monkeypatch.setenv("IDENTITY_WATERMARK", "Ours")

    assert "IDENTITY_WATERMARK is set; it has no use here" in runner.invoke(args=["check"]).output


def test_a_database_that_cannot_be_reached_is_one_line(make_app):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"

    answer = make_app(database_url=url).test_cli_runner().invoke(args=["check"])

    assert answer.exit_code == 1
    assert "The database cannot be used" in answer.output


def test_a_command_on_a_database_without_tables_says_what_to_run(make_app, tmp_path):
    app = make_app(database_url=f"sqlite:///{tmp_path / 'bare.sqlite'}")

    answer = app.test_cli_runner().invoke(args=["users", "list"])

    assert answer.exit_code == 1
    assert "Run: flask db upgrade" in answer.output
    assert "Traceback" not in answer.output


def test_a_default_vlan_that_does_not_exist_is_pointed_out(make_app):
    app = make_app(identity=Identity(default_vlan="LAN 9"))
    with app.app_context():
        stamp()

    answer = app.test_cli_runner().invoke(args=["check"])

    assert "no VLAN is called LAN 9" in answer.output


def test_it_says_when_no_superuser_can_log_in(runner, cast):
    stamp()
    told = runner.invoke(args=["check"]).output
    users.set_password("carol", "long enough now", now=NOON)

    assert "note: no superuser can log in" in told
    assert "superuser" not in runner.invoke(args=["check"]).output


def test_without_a_relay_no_mail_leaves_whatever_listens_on_this_machine(runner, app, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as others:
        monkeypatch.setenv("MAIL_SINK_LISTEN", f"127.0.0.1:{others.getsockname()[1]}")
        told = runner.invoke(args=["check"]).output

    assert "note: MAIL_SERVER is not set, so no mail can leave." in told
    assert "a mail sink listens" not in told


def test_it_says_what_an_exchange_still_lacks(runner, app):
    stamp()

    answer = runner.invoke(args=["check"])

    assert answer.exit_code == 0
    assert "note: there are no members. Run: flask ixf import FILE --dry-run" in answer.output
    assert "note: no collector ever wrote" in answer.output


def test_it_says_when_no_vlan_takes_part(runner, cast):
    stamp()
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    ready = runner.invoke(args=["check"]).output
    runner.invoke(args=["vlans", "set", cast.lan.name, "--peering-manager", "off"])
    off = runner.invoke(args=["check"]).output

    assert "no VLAN takes part" in off
    for words in ("no VLAN takes part", "no collector ever wrote", "there are no members"):
        assert words not in ready


def test_caught_mail_where_members_log_in_is_refused(make_app):
    sink = MailSettings(sink=True)
    here, there = (
        make_app(mail=sink, app_url=url).test_cli_runner().invoke(args=["check"])
        for url in ("http://127.0.0.1:8000", "https://portal.example")
    )

    assert "note: MAIL_SINK is on" in here.output
    assert there.exit_code == 1
    assert "leave MAIL_SINK out" in there.output
