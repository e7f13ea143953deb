"""The sender against real SMTP servers: what is stored and sent when they answer as they do."""

import socket
from dataclasses import replace
from datetime import timedelta

import pytest
import trustme

from app.domain.mail import Mail, Recipient
from app.extensions import db, mail
from app.models import OutboxMessage, OutboxRecipient
from app.services import outbox
from app.smtp import Conversation
from app.workers.outbox_sender import Sender
from tests.factories import NOON
from tests.mail_server import Script, hasty_server, logins, mail_server, server_side, silent_server

MAIL = Mail(
    "notice",
    Recipient("ix@x.example", "Ixchel’s IX"),
    (
        Recipient("ana@a.example", "Ana", "to"),
        Recipient("bo@b.example", "", "cc"),
        Recipient("cy@c.example", "", "bcc"),
    ),
    "Grüße",
    "Hello,\n.\nthe end: ä\n",
    "<p>Hello</p>",
    ("noc@a.example",),
)


@pytest.fixture
def queued(app):
    return outbox.enqueue(MAIL, now=NOON)


def sender(settings, now=NOON, **options):
    clock = now if callable(now) else lambda: now
    timeout = timedelta(seconds=settings.timeout)
    return Sender(lambda: Conversation(mail, settings), timeout=timeout, clock=clock, **options)


def send(settings, now=NOON, **options):
    one = sender(settings, now, **options)
    while one.step():
        pass
    one.close()


def message(message_id):
    db.session.expire_all()
    return db.session.get(OutboxMessage, message_id)


def states(message_id):
    rows = db.session.query(OutboxRecipient).filter_by(outbox_id=message_id).order_by("id")
    return [one.state for one in rows]


def test_a_mail_is_taken_with_both_parts_and_no_blind_copy_named(queued):
    script = Script()
    with mail_server(script) as settings:
        send(settings)

    assert (message(queued).state, states(queued)) == ("sent", ["sent"] * 3)
    addresses, taken = script.taken[0]
    assert sorted(addresses) == ["ana@a.example", "bo@b.example", "cy@c.example"]
    assert str(taken["From"]) == "Ixchel’s IX <ix@x.example>"
    assert (str(taken["To"]), str(taken["Cc"])) == ("Ana <ana@a.example>", "bo@b.example")
    assert "cy@c.example" not in taken.as_string()
    assert (taken["Subject"], taken["Reply-To"]) == ("Grüße", "noc@a.example")
    assert taken["Message-ID"] == message(queued).message_id
    assert taken.get_body(("plain",)).get_content().replace("\r", "") == MAIL.text
    assert taken.get_body(("html",)).get_content().strip() == MAIL.html


def test_the_envelope_sender_is_where_bounces_go(queued):
    script = Script()
    with mail_server(script) as settings:
        send(replace(settings, bounce_address="bounces@x.example"))

    assert script.senders == ["bounces@x.example"]


def test_a_server_that_is_down_leaves_the_mail_queued_with_the_reason(queued):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with mail_server(Script()) as settings:
        pass
    send(replace(settings, port=port))

    found = message(queued)
    assert (found.state, found.attempts) == ("queued", 1)
    assert "cannot be used" in found.last_error
    assert found.next_attempt_at == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("step", ["greeting", "EHLO", "STARTTLS", "MAIL", "RCPT", "DATA"])
def test_a_server_that_falls_silent_before_the_data_keeps_nobody_and_the_mail_waits(queued, step):
    with silent_server(step) as settings:
        send(replace(settings, timeout=0.2, use_tls=step == "STARTTLS"))

    found = message(queued)
    assert (found.state, states(queued)) == ("queued", ["queued"] * 3)
    assert "it did not answer in time" in found.last_error


def test_a_server_too_slow_to_answer_the_data_leaves_a_doubt(queued):
    script = Script(slow=3)
    with mail_server(script) as settings:
        send(replace(settings, timeout=1))

    assert message(queued).state == "doubtful"


def test_451_for_one_address_tries_only_that_one_again(queued):
    script = Script(rcpt={"bo@b.example": "451 4.2.1 Greylisted"})
    with mail_server(script) as settings:
        send(settings)
        assert message(queued).state == "queued"
        assert states(queued) == ["sent", "queued", "sent"]
        script.rcpt.clear()
        send(settings, NOON + timedelta(minutes=2))

    assert (message(queued).state, states(queued)) == ("sent", ["sent"] * 3)
    assert script.addresses == ["ana@a.example", "bo@b.example", "cy@c.example"]


def test_550_for_one_of_several_is_final_for_that_one_and_its_user_reads_it(client, cast):
    queued = outbox.enqueue(MAIL, now=NOON, actor=cast.actor("alice", cast.alpha))
    script = Script(rcpt={"ana@a.example": "550 5.1.1 No such user"})
    with mail_server(script) as settings:
        send(settings)

    assert (message(queued).state, states(queued)) == ("sent", ["refused", "sent", "sent"])
    line = outbox.get_state(queued)
    assert [(one.address, one.answer) for one in line.refused] == [
        ("ana@a.example", "550 5.1.1 No such user")
    ]
    page = cast.log_in(client, "alice").get("/account/").text.partition("Mail you caused")[2]
    assert '<span class="t-bad">not to ana@a.example</span>: 550 5.1.1 No such user' in page


def test_550_for_the_whole_mail_fails_at_once(queued):
    with mail_server(Script(data="550 5.7.1 Spam")) as settings:
        send(settings)

    found = message(queued)
    assert (found.state, states(queued)) == ("failed", ["refused"] * 3)
    assert "550 5.7.1 Spam" in found.last_error


@pytest.mark.parametrize(
    ("answer", "state", "people"),
    [
        ("554 5.6.0 Message rejected", "failed", ["refused"] * 3),
        ("451 4.3.0 Try later", "queued", ["queued"] * 3),
    ],
)
def test_a_server_that_speaks_up_in_the_middle_of_the_data_has_not_taken_the_mail(
    queued, answer, state, people
):
    with hasty_server(answer) as settings:
        send(settings)

    assert (message(queued).state, states(queued)) == (state, people)
    assert answer.partition(" ")[2] in message(queued).last_error


def test_a_connection_lost_after_the_data_is_a_doubt_and_never_sent_again(queued):
    script = Script(drop="data")
    with mail_server(script) as settings:
        send(settings)
        script.drop = ""
        send(settings, NOON + timedelta(days=9))

    assert message(queued).state == "doubtful"
    assert len(script.taken) == 1


def test_a_connection_lost_before_the_data_is_tried_again(queued):
    script = Script(drop="mail")
    with mail_server(script) as settings:
        send(settings)
        assert message(queued).state == "queued"
        script.drop = ""
        send(settings, NOON + timedelta(hours=1))

    assert message(queued).state == "sent"
    assert len(script.taken) == 1


def test_after_four_days_it_is_given_up(queued):
    script = Script(data="451 4.3.0 Later")
    now = NOON
    with mail_server(script) as settings:
        for _ in range(20):
            send(settings, now)
            found = message(queued)
            if found.state != "queued":
                break
            assert found.next_attempt_at > now
            now = found.next_attempt_at

    assert found.state == "failed"
    assert timedelta(days=2) < now - NOON < timedelta(days=6)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    with (folder / "cert.pem").open("wb") as file:
        for blob in issued.cert_chain_pems:
            file.write(blob.bytes())
    return folder


def tls(certificates):
    return server_side(str(certificates / "cert.pem"), str(certificates / "key.pem"))


def test_starttls_with_a_certificate_that_is_trusted(queued, certificates):
    script = Script()
    context = tls(certificates)
    with mail_server(script, tls_context=context, require_starttls=True) as settings:
        ca_file = str(certificates / "ca.pem")
        send(replace(settings, use_tls=True, tls_ca_file=ca_file))

    assert message(queued).state == "sent"


def test_a_certificate_that_nobody_trusts_sends_nothing(queued, certificates):
    script = Script()
    with mail_server(script, tls_context=tls(certificates)) as settings:
        send(replace(settings, use_tls=True))

    assert (message(queued).state, script.taken) == ("queued", [])
    assert "certificate is not trusted" in message(queued).last_error


@pytest.mark.parametrize(("password", "state"), [("right", "sent"), ("wrong", "queued")])
def test_a_login_is_made_where_one_is_set(queued, certificates, password, state):
    script = Script()
    options = {"authenticator": logins("portal", "right"), "auth_required": True}
    with mail_server(script, tls_context=tls(certificates), **options) as settings:
        ca_file = str(certificates / "ca.pem")
        login = {"username": "portal", "password": password}
        send(replace(settings, use_tls=True, tls_ca_file=ca_file, **login))

    assert message(queued).state == state
    assert len(script.taken) == (state == "sent")


def test_mail_of_a_purpose_that_is_held_waits(app, queued):
    held = outbox.enqueue(replace(MAIL, purpose="request"), now=NOON)
    script = Script()
    with mail_server(script) as settings:
        send(settings, hold=("request",))
        assert (message(queued).state, message(held).state) == ("sent", "queued")
        send(settings)

    assert message(held).state == "sent"


def test_a_header_cannot_be_added_by_what_people_type(app):
    evil = replace(
        MAIL,
        subject="Hi\r\nBcc: x@y.example",
        sender=Recipient("ix@x.example", "A\r\nX-Evil: 1"),
        reply_to=("a@b.example\r\nX-Evil: 2",),
    )
    outbox.enqueue(evil, now=NOON)
    script = Script()
    with mail_server(script) as settings:
        send(settings)

    taken = script.taken[0][1]
    assert taken["X-Evil"] is None
    assert taken["Bcc"] is None


def test_what_a_dead_sender_had_in_hand_is_doubtful_and_only_a_hand_sends_it_again(queued):
    from app.services import outbox_hand, outbox_sending

    outbox_sending.claim(now=NOON, timeout=timedelta(seconds=1))
    script, later = Script(), NOON + timedelta(hours=1)
    with mail_server(script) as settings:
        send(settings, later)
        assert (message(queued).state, script.taken) == ("doubtful", [])

        outbox_hand.retry(None, queued, now=later, may_be_twice=True)
        send(settings, later)

    assert message(queued).state == "sent"
