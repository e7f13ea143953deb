"""Senders that are killed, and several at once: each mail is sent once, queued, or doubtful."""

import os
import signal
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Engine, event

from app import create_app
from app.config import MailSettings, Settings
from app.extensions import db, mail
from app.models import OutboxMessage
from app.services import outbox, outbox_sending
from app.smtp import Conversation
from app.workers.outbox_sender import Sender
from tests.factories import NOON
from tests.mail_server import Script, mail_server
from tests.processes import context, end_of, start
from tests.workers.test_outbox_sender import MAIL, message, send

# step -> what the server has then, and what becomes of the mail
STEPS = {
    "claiming": (0, "queued"),
    "claimed": (0, "doubtful"),
    "connected": (0, "doubtful"),
    "MAIL": (0, "doubtful"),
    "RCPT": (0, "doubtful"),
    "DATA": (1, "doubtful"),
    "250": (1, "doubtful"),
    "settling": (1, "doubtful"),
    "nothing": (1, "sent"),
}


def _die():
    os.kill(os.getpid(), signal.SIGKILL)


def send_all(url, port, step, ready=None, sent=None):
    """In a process of its own, which dies at this step, or begins when others are ready, too."""
    commits = count(1)

    def commit(_connection):
        if (step, next(commits)) in (("claiming", 1), ("settling", 2)):
            _die()

    class Dying(Conversation):
        def open(self):
            if step == "claimed":
                _die()
            opened = super().open()
            if step == "connected":
                _die()
            return opened

    event.listen(Engine, "commit", commit)
    settings = MailSettings(server="127.0.0.1", port=port, timeout=5)
    app = create_app(Settings(database_url=url, secret_key="only-for-the-tests-0123456789"))
    if ready:
        ready.wait()
    with app.app_context():
        sender = Sender(
            lambda: Dying(mail, settings), timeout=timedelta(seconds=5), clock=lambda: NOON
        )
        many = sum(1 for _ in iter(sender.step, False))
        sender.close()
    if sent:
        sent.put(many)


@pytest.mark.parametrize("step", STEPS)
def test_a_sender_killed_at_any_step_sends_nothing_twice(app, database_url, step):
    queued = outbox.enqueue(MAIL, now=NOON)
    taken, state = STEPS[step]
    script = Script()
    with mail_server(script) as settings:
        if step in ("MAIL", "RCPT", "DATA", "250"):
            script.on = lambda reached: child.kill() if reached == step else None
        child = start(send_all, database_url, settings.port, step)
        assert end_of(child) == (0 if step == "nothing" else -signal.SIGKILL)
        db.session.rollback()
        send(settings, NOON + timedelta(seconds=1))
        assert message(queued).state == ("sent" if state == "queued" else "sending"
                                         if state == "doubtful" else "sent")  # fmt: skip
        send(settings, NOON + timedelta(hours=2))

    assert message(queued).state == ("sent" if state == "queued" else state)
    assert len(script.taken) == max(taken, state == "queued")


def test_two_senders_at_once_send_each_mail_once(app, database_url):
    many = 60
    for _ in range(many):
        outbox.enqueue(MAIL, now=NOON)
    db.session.rollback()
    script = Script()
    with mail_server(script) as settings:
        ready, sent = context.Barrier(2), context.SimpleQueue()
        children = [start(send_all, database_url, settings.port, "", ready, sent) for _ in range(2)]
        assert [end_of(child) for child in children] == [0, 0]
        shares = [sent.get(), sent.get()]

    db.session.rollback()
    assert {row.state for row in db.session.query(OutboxMessage)} == {"sent"}
    assert len(script.taken) == many
    assert len({mail["Message-ID"] for _, mail in script.taken}) == many
    assert (sum(shares), all(shares)) == (many, True)  # both had their share


def test_a_claim_lasts_until_the_slowest_conversation_is_over(app):
    outbox.enqueue(MAIL, now=NOON)
    timeout = timedelta(seconds=30)

    letter = outbox_sending.claim(now=NOON, timeout=timeout)

    assert letter.claimed_until >= NOON + 10 * timeout
    assert outbox_sending.claim(now=NOON, timeout=timeout) is None
