"""`flask users`."""

import json
import re

import pytest

from app.config import MailSettings
from app.extensions import db
from app.services import passwords, user_admin, users
from tests.factories import NOON, make_member
from tests.mails import MAILING, addresses, queued


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


@pytest.fixture
def portal(make_app, cast):
    return make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)


def run(app, *words):
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["users", *words])
    db.session.rollback()  # the test reads what the command left
    return answer


def test_a_password_set_here_is_told_by_mail_like_one_set_in_the_portal(portal):
    answer = run(portal, "set-password", "alice", "--password", "long enough now")

    assert answer.exit_code == 0
    assert addresses() == ["alice@example.net"]
    assert "password of the login" in queued()[0].text


def test_somebody_is_invited_by_mail(portal):
    answer = run(portal, "invite", "nora@new.example", "--member", "64496", "--role", "custuser")

    assert answer.output == "An invitation is on its way to nora@new.example.\n"
    assert "https://portal.example/login/link/" in queued()[0].text
    assert "Alpha" in queued()[0].text
    assert users.list_users()[-1].roles == ["AS64496 Alpha (CUSTUSER)"]


def test_without_mail_the_link_is_printed_and_works(app, cast, client):
    answer = run(app, "invite", "nora@new.example", "--superuser")

    path = re.search(r"/login/link/[\w-]+", answer.output).group()
    assert client.get(path).status_code == 200
    assert queued() == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["invite", "n@new.example"], 2, "Say for whom"),
        (["invite", "n@new.example", "--superuser", "--member", "64496"], 2, "Say for whom"),
        (["invite", "alice@example.net", "--member", "64496"], 1, "belongs to another user"),
        (["invite", "nonsense", "--member", "64496"], 1, "e-mail"),
        (["invite", "n@new.example", "--member", "65000"], 1, "no member with AS65000"),
        (["disable", "nobody"], 1, "There is no user “nobody”"),
        (["enable", "nobody"], 1, "There is no user “nobody”"),
        (["superuser", "nobody"], 1, "There is no user “nobody”"),
        (["role", "alice", "custuser"], 2, "Say for which member"),
        (["role", "alice", "superuser", "--member", "64496"], 2, "'superuser' is not one of"),
        (["role", "alice", "none", "--member", "64496"], 1, "last member administrator"),
        (["role", "bob", "none", "--member", "64496"], 1, "no user of this member"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_changes_nothing(app, cast, words, code, said):
    users.set_password("alice", "long enough now", now=NOON)  # the last who can log in
    before = users.list_users()

    answer = run(app, *words)

    assert answer.exit_code == code
    assert said in answer.output
    assert users.list_users() == before


def test_the_last_superuser_who_can_log_in_is_not_disabled(app, cast):
    users.set_password("carol", "long enough now", now=NOON)

    answer = run(app, "disable", "carol")

    assert (answer.exit_code, "last operator" in answer.output) == (1, True)
    assert user_admin.get_card(cast.users["carol"]).active


def test_a_login_is_made_superuser_and_no_longer_but_the_last_one_stays(app, cast):
    users.set_password("carol", "long enough now", now=NOON)
    assert run(app, "superuser", "alice@example.net").output == (
        "alice@example.net runs the exchange.\n"
    )
    assert user_admin.get_card(cast.users["alice"]).is_superuser

    off = run(app, "superuser", "alice", "--off")
    assert off.output == "alice does not run the exchange any more.\n"
    assert not user_admin.get_card(cast.users["alice"]).is_superuser
    last = run(app, "superuser", "carol", "--off")
    assert (last.exit_code, "last operator" in last.output) == (1, True)


def test_a_login_is_disabled_by_name_or_address_and_enabled_again(app, cast):
    users.set_password("bob", "long enough now", now=NOON)
    answer = run(app, "disable", "bob@example.net")
    assert "note: Beta has no other member administrator" in answer.output
    assert not user_admin.get_card(cast.users["bob"]).active

    assert run(app, "enable", "bob").output == "bob can log in.\n"

    assert user_admin.get_card(cast.users["bob"]).active


def test_roles_are_given_changed_and_ended(portal, cast):
    for role in ("custuser", "custadmin"):
        assert run(portal, "role", "rita", role, "--member", "AS64497").exit_code == 0
        told = [one.role.label for one in user_admin.get_card(cast.users["rita"]).members]
        assert told == ["CUSTUSER", role.upper()]
    users.set_password("bob", "long enough now", now=NOON)  # the one who stays

    run(portal, "role", "rita", "none", "--member-id", str(cast.beta.id))

    assert [one.name for one in user_admin.get_card(cast.users["rita"]).members] == ["Alpha"]
    assert "Beta" in queued()[-1].text


@pytest.mark.parametrize(
    "command", ["create", "invite", "disable", "enable", "role", "superuser", "list"]
)
def test_every_command_explains_itself(app, command):
    answer = run(app, command, "--help")

    assert answer.exit_code == 0
    assert "Usage:" in answer.output
