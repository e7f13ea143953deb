"""`flask users`."""

import json

import pytest

from app.services import passwords, users
from tests.factories import make_member


def create(runner, *more, name="dora"):
    return runner.invoke(args=["users", "create", name, "--email", f"{name}@example.net", *more])


def test_a_user_of_a_member_can_be_created_and_listed(runner, app):
    make_member(64496, "Alpha")

    made = create(runner, "--member", "64496", "--password", "long enough now")
    listed = json.loads(runner.invoke(args=["users", "list", "--format", "json"]).output)

    assert made.output == "Created dora.\n"
    assert listed[0]["roles"] == ["AS64496 Alpha (CUSTADMIN)"]
    assert passwords.authenticate("dora", "long enough now")


def test_the_list_is_a_table_for_people(runner, app):
    create(runner, "--superuser", "--password", "long enough now")

    assert "SUPERUSER" in runner.invoke(args=["users", "list"]).output


def test_the_password_is_asked_for_and_confirmed(runner, app):
    answer = runner.invoke(
        args=["users", "create", "dora", "--email", "d@example.net", "--superuser"],
        input="long enough now\nlong enough now\n",
    )

    assert answer.exit_code == 0
    assert passwords.authenticate("d@example.net", "long enough now")


def test_a_user_for_nobody_is_refused(runner, app):
    answer = create(runner, "--password", "long enough now")

    assert answer.exit_code == 2
    assert "Say for whom" in answer.output


def test_a_short_password_is_refused_in_one_line(runner, app):
    answer = create(runner, "--superuser", "--password", "short")

    assert (answer.exit_code, answer.output) == (
        1,
        "Error: A password needs at least 10 characters.\n",
    )
    assert users.list_users() == []


def test_a_name_or_address_that_is_taken_is_refused(runner, app):
    create(runner, "--superuser", "--password", "long enough now")

    answer = create(runner, "--superuser", "--password", "long enough now", name="DORA")

    assert answer.exit_code == 1
    assert "belongs to another user already" in answer.output


def test_a_member_that_does_not_exist_is_refused(runner, app):
    answer = create(runner, "--member-id", "99", "--password", "long enough now")

    assert answer.output == "Error: There is no member with id 99.\n"
    assert users.list_users() == []


def test_a_password_can_be_set(runner, app):
    create(runner, "--superuser", "--password", "long enough now")

    answer = runner.invoke(args=["users", "set-password", "dora", "--password", "a different one"])

    assert answer.exit_code == 0
    assert passwords.authenticate("dora", "a different one")
    assert passwords.authenticate("dora", "long enough now") is None


def test_setting_the_password_of_nobody_is_refused(runner, app):
    answer = runner.invoke(args=["users", "set-password", "x", "--password", "long enough now"])

    assert "flask users list" in answer.output


@pytest.mark.parametrize(
    ("name", "more", "word"),
    [
        ("dora@home", [], "A username is"),
        ("", [], "A username is"),
        ("d" * 65, [], "A username is"),
        ("do\x00ra", [], "A username is"),
        ("dora", ["--email", "nonsense"], "e-mail address"),
        ("dora", ["--email", "alice"], "e-mail address"),
        ("dora", ["--name", "D\x00"], "printable"),
        ("dora", ["--name", "D" * 256], "at most 255"),
    ],
)
def test_nonsense_is_refused_in_one_line_and_creates_nobody(runner, app, name, more, word):
    answer = runner.invoke(
        args=["users", "create", name, "--email", "d@example.net", "--superuser",
              "--password", "long enough now", *more]
    )  # fmt: skip

    assert answer.exit_code == 1
    assert word in answer.output
    assert users.list_users() == []
