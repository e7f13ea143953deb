"""`flask check`."""

import socket

from flask_migrate import stamp

from app.config import Identity, MailSettings
from app.services import users
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


def test_a_sink_that_listens_is_named_instead_of_no_mail(runner, app, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as sink:
        listen = f"127.0.0.1:{sink.getsockname()[1]}"
        monkeypatch.setenv("MAIL_SINK_LISTEN", listen)
        told = runner.invoke(args=["check"]).output
    gone = runner.invoke(args=["check"]).output

    assert f"a mail sink listens on {listen}" in told
    assert "so no mail can leave" in gone


def test_caught_mail_where_members_log_in_is_refused(make_app):
    sink = MailSettings(sink=True)
    here, there = (
        make_app(mail=sink, app_url=url).test_cli_runner().invoke(args=["check"])
        for url in ("http://127.0.0.1:8000", "https://portal.example")
    )

    assert "note: MAIL_SINK is on" in here.output
    assert there.exit_code == 1
    assert "leave MAIL_SINK out" in there.output
