"""`flask outbox list|show|retry|cancel|arrived`: mails decided about one by one."""

import json

import pytest

from app.domain.mail import Mail, Recipient
from app.extensions import db, transaction
from app.models import AuditEntry, OutboxMessage, OutboxRecipient
from app.services import outbox
from tests.factories import NOON

MAIL = Mail(
    "notice",
    Recipient("ix@x.example", "Ixchel’s IX"),
    (Recipient("ana@a.example", "Ana", "to"), Recipient("bo@b.example", "", "cc")),
    "Hello",
    "Text of it",
)


@pytest.fixture
def run(runner):
    def run(*words):
        result = runner.invoke(args=["outbox", *words])
        db.session.rollback()
        return result

    return run


@pytest.fixture
def queued(app):
    return outbox.enqueue(MAIL, now=NOON)


def become(message_id, state, **people):
    with transaction() as session:
        session.get(OutboxMessage, message_id).state = state
        for row in session.query(OutboxRecipient).filter_by(outbox_id=message_id):
            row.state = people.get(row.address.partition("@")[0], row.state)


def state(message_id):
    db.session.expire_all()
    return db.session.get(OutboxMessage, message_id).state


def test_the_list_names_state_addresses_and_subject(run, queued):
    result = run("list")

    assert result.exit_code == 0
    for word in ("queued", "notice", "ana@a.example (queued)", "bo@b.example", "Hello"):
        assert word in result.output


def test_the_list_keeps_to_a_state_and_a_word(run, queued):
    assert "Hello" in run("list", "--state", "queued", "--search", "bo@b").output
    assert "Hello" not in run("list", "--state", "sent").output
    assert "Hello" not in run("list", "--search", "nobody").output
    assert run("list", "--state", "lost").exit_code == 2


def test_the_list_as_json_holds_the_same_and_an_empty_one_is_empty(run):
    assert json.loads(run("list", "--format", "json").output) == []
    message_id = outbox.enqueue(MAIL, now=NOON)

    (line,) = json.loads(run("list", "--format", "json").output)

    assert (line["id"], line["state"], line["created_at"]) == (
        message_id,
        "queued",
        NOON.isoformat(),
    )
    assert [one["address"] for one in line["recipients"]] == ["ana@a.example", "bo@b.example"]


def test_one_mail_is_shown_with_its_text(run, queued):
    output = run("show", str(queued)).output

    assert "Ana <ana@a.example>: queued" in output
    assert "Text of it" in output


def test_a_failed_mail_is_sent_again_to_those_who_lack_it(run, queued):
    become(queued, "failed", ana="sent", bo="refused")

    result = run("retry", str(queued))

    assert (result.exit_code, state(queued)) == (0, "queued")
    assert f"Mail {queued} is queued" in result.output
    rows = db.session.query(OutboxRecipient).order_by(OutboxRecipient.id)
    assert [row.state for row in rows] == ["sent", "queued"]
    assert db.session.query(AuditEntry).one().action == "mail sent again"


@pytest.mark.parametrize(
    ("stands", "people", "sentence"),
    [
        ("sent", {"ana": "sent", "bo": "sent"}, "Everybody has this mail"),
        ("sending", {}, "is being sent at this moment"),
        ("doubtful", {}, "may have taken this mail already"),
    ],
)
def test_a_mail_that_must_not_go_again_is_left_alone(run, queued, stands, people, sentence):
    become(queued, stands, **people)

    result = run("retry", str(queued))

    assert (result.exit_code, state(queued)) == (1, stands)
    assert sentence in result.output


def test_a_doubtful_mail_goes_again_only_when_twice_is_said(run, queued):
    become(queued, "doubtful")

    assert run("retry", str(queued), "--may-be-twice").exit_code == 0
    assert state(queued) == "queued"


def test_a_queued_mail_is_cancelled_once(run, queued):
    first, second = run("cancel", str(queued)), run("cancel", str(queued))

    assert (first.exit_code, first.output) == (0, f"Mail {queued} is cancelled.\n")
    assert (second.exit_code, state(queued)) == (1, "cancelled")
    assert "Only a queued mail can be cancelled; this one is cancelled." in second.output


def test_a_doubt_is_ended_and_nothing_else_is(run, queued):
    assert "Only a doubtful mail can be marked" in run("arrived", str(queued)).output
    become(queued, "doubtful")

    assert run("arrived", str(queued)).exit_code == 0
    assert state(queued) == "sent"


@pytest.mark.parametrize("command", ["show", "retry", "cancel", "arrived"])
@pytest.mark.parametrize(("number", "code"), [("4711", 1), ("99999999999", 1), ("x", 2)])
def test_a_mail_that_is_not_there_is_said_with_an_exit_code(run, app, command, number, code):
    result = run(command, number)

    assert result.exit_code == code
    assert result.exception is None or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", ["run", "send"])
def test_nothing_is_sent_while_mail_is_switched_off_and_the_code_says_so(run, app, command):
    result = run(command)

    assert result.exit_code == 3
    assert "Mails stay queued until that is changed." in result.output
