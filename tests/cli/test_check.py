"""`flask check`."""

from flask_migrate import stamp

from app.config import Identity


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
