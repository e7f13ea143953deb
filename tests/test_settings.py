"""Settings: defaults, every problem at once, the names operators already have, .env.example."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings_from_env import read_settings
from app.settings_reader import ConfigError, parse_flag

ROOT = Path(__file__).resolve().parent.parent


def read(tmp_path, **environ):
    return read_settings(environ, instance=tmp_path / "instance")


def test_with_nothing_set_everything_lives_in_the_instance_folder(tmp_path):
    settings = read(tmp_path)

    assert settings.database_url == f"sqlite:///{tmp_path}/instance/portal.sqlite"
    for name in ("secret_key", "portal.sqlite"):
        assert (tmp_path / "instance" / name).stat().st_mode & 0o777 == 0o600


def test_the_generated_secret_key_stays_the_same(tmp_path):
    assert read(tmp_path).secret_key == read(tmp_path).secret_key


@pytest.mark.parametrize("word", ["On", "1", "TRUE", "yes", '"on"', " True "])
def test_words_for_yes(word):
    assert parse_flag(word) is True


@pytest.mark.parametrize("word", ["oFf", "0", "False", "NO", "'no'"])
def test_words_for_no(word):
    assert parse_flag(word) is False


def test_every_problem_is_reported_at_once(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read(
            tmp_path,
            DATABASE_URL="mysql://root@localhost/ixp",
            MAIL_PORT="70000",
            PEERING_MANAGER_TESTMODE="maybe",
            IDENTITY_EMAIL="nobody",
            VIEW_SKIN="ours",
            APP_URL="ixp.example",
        )

    named = [problem.split()[0] for problem in caught.value.problems]
    assert sorted(named) == [
        "APP_URL",
        "DATABASE_URL",
        "IDENTITY_EMAIL",
        "MAIL_PORT",
        "PEERING_MANAGER_TESTMODE",
        "VIEW_SKIN",
    ]


def test_a_secret_is_not_repeated_in_the_report(tmp_path):
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, SECRET_KEY="short-secret", DATABASE_URL="mysql://u:hunter2@h/d")

    assert "short-secret" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_empty_value_counts_as_not_set(tmp_path):
    assert read(tmp_path, MAIL_PORT="", PEERING_MATRIX_LOOKBACK_DAYS=" ").lookback_days == 28


def test_test_mode_without_an_address_refuses_to_start(tmp_path):
    with pytest.raises(ConfigError, match="PEERING_MANAGER_TESTEMAIL"):
        read(tmp_path, PEERING_MANAGER_TESTMODE="on")


def test_older_mail_names_mean_the_same(tmp_path):
    older = read(tmp_path, MAIL_HOST="relay.example", MAIL_ENCRYPTION="ssl", MAIL_MAILER="log").mail
    newer = read(
        tmp_path, MAIL_SERVER="relay.example", MAIL_USE_SSL="on", MAIL_SUPPRESS_SEND="on"
    ).mail

    assert replace(older, mailer="smtp") == newer


def test_two_names_that_disagree_are_a_problem(tmp_path):
    with pytest.raises(ConfigError, match="say different things"):
        read(tmp_path, MAIL_HOST="a.example", MAIL_SERVER="b.example")


def test_a_secret_can_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("a-secret-of-some-length\n")

    settings = read(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key"))

    assert settings.secret_key == "a-secret-of-some-length"


def test_names_that_operators_bring_along_are_read(tmp_path):
    settings = read(
        tmp_path,
        IDENTITY_ORGNAME="LANTERN",
        IDENTITY_DEFAULT_VLAN="2",
        PEERING_MATRIX_MIN_AUTH="0",
        PEERING_MATRIX_LOOKBACK_DAYS="14",
        IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER="Yes",
        IXP_FE_FRONTEND_DISABLED_PEERING_MATRIX="True",
    )

    assert (settings.identity.orgname, settings.identity.default_vlan) == ("LANTERN", "2")
    assert (settings.matrix_min_auth, settings.lookback_days) == (0, 14)
    assert settings.peering_manager_disabled
    assert settings.peering_matrix_disabled


def test_a_postgres_address_gets_the_driver_we_ship(tmp_path):
    settings = read(tmp_path, DATABASE_URL="postgres://u:p@h/name")

    assert settings.database_url == "postgresql+psycopg://u:p@h/name"


def test_view_skin_is_a_folder_of_the_instance_and_skin_dir_wins(tmp_path):
    (tmp_path / "instance" / "skins" / "ours").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()

    named = read(tmp_path, VIEW_SKIN="ours")
    both = read(tmp_path, VIEW_SKIN="ours", SKIN_DIR=str(tmp_path / "elsewhere"))

    assert named.skin_dir == tmp_path / "instance" / "skins" / "ours"
    assert both.skin_dir == tmp_path / "elsewhere"


def test_env_example_names_exactly_the_settings_that_are_read():
    example = (ROOT / ".env.example").read_text()
    code = (ROOT / "app" / "settings_from_env.py").read_text()

    documented = set(re.findall(r"^#?([A-Z][A-Z_]+)=", example, re.MULTILINE))
    asked = set(re.findall(r'"([A-Z][A-Z_]{4,})"', code))

    assert documented == asked


def test_env_example_shows_the_defaults(tmp_path):
    example = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"^#([A-Z][A-Z_]+)=(.+)$", example, re.MULTILINE))

    assert read(tmp_path, **shown) == read(tmp_path)


@pytest.mark.parametrize("mailer", ["sendmail", "log", "ses"])
def test_other_ways_of_mailing_are_accepted_and_send_nothing(tmp_path, mailer):
    assert read(tmp_path, MAIL_MAILER=mailer).mail.suppress_send


def test_null_counts_as_not_set(tmp_path):
    assert read(tmp_path, MAIL_USERNAME="null").mail.username == ""


def test_a_write_is_due_before_watching_stops_to_count(tmp_path):
    assert read(tmp_path, SESSION_FLUSH_SECONDS="30").sflow.flush_seconds == 30
    with pytest.raises(ConfigError, match=r"SESSION_FLUSH_SECONDS.* must be .* from 1 to 30"):
        read(tmp_path, SESSION_FLUSH_SECONDS="31")


def test_a_postgresql_that_is_gone_is_not_waited_for_forever(tmp_path):
    def waits(url):
        options = read(tmp_path, DATABASE_URL=url).for_flask()["SQLALCHEMY_ENGINE_OPTIONS"]
        return options.get("connect_args")

    assert waits("postgres://ixp@db.example/ixp") == {"connect_timeout": 10}
    assert waits("postgres://ixp@db.example/ixp?connect_timeout=3") is None, "the operator's word"
    assert waits("sqlite:////tmp/one.sqlite") is None
