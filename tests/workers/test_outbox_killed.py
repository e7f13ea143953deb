"""Senders that are killed, and several at once: each mail is sent once, queued, or doubtful."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from app.extensions import db
from app.models import OutboxMessage
from app.services import outbox, outbox_sending
from tests.factories import NOON
from tests.mail_server import Script, mail_server
from tests.workers.test_outbox_sender import MAIL, message, send

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import os, signal, sys
from datetime import UTC, datetime, timedelta
from sqlalchemy import Engine, event
from app import create_app
from app.config import MailSettings, Settings
from app.extensions import mail
from app.smtp import Conversation
from app.workers.outbox_sender import Sender

url, port, step = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def die():
    os.kill(os.getpid(), signal.SIGKILL)

commits = 0

@event.listens_for(Engine, "commit")
def commit(connection):
    global commits
    commits += 1
    if step == "claiming" and commits == 1 or step == "settling" and commits == 2:
        die()

settings = MailSettings(server="127.0.0.1", port=port, timeout=5)
app = create_app(Settings(database_url=url, secret_key="only-for-the-tests-0123456789"))

class Dying(Conversation):
    def open(self):
        if step == "claimed":
            die()
        opened = super().open()
        if step == "connected":
            die()
        return opened

if step == "together":  # all of them are up before the first begins
    print("ready", flush=True)
    sys.stdin.readline()

with app.app_context():
    clock = lambda: datetime(2026, 1, 15, 12, tzinfo=UTC)
    sender = Sender(lambda: Dying(mail, settings), timeout=timedelta(seconds=5), clock=clock)
    sent = 0
    while sender.step():
        sent += 1
    sender.close()
    print(sent)
"""
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


def run(url, port, step="nothing"):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, url, str(port), step],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_sender_killed_at_any_step_sends_nothing_twice(app, database_url, step):
    queued = outbox.enqueue(MAIL, now=NOON)
    taken, state = STEPS[step]
    script = Script()
    with mail_server(script) as settings:
        child = run(database_url, settings.port, step)
        if step in ("MAIL", "RCPT", "DATA", "250"):
            script.on = lambda reached: (
                child.send_signal(signal.SIGKILL) if reached == step else None
            )
        _, errors = child.communicate(timeout=100)
        assert child.returncode == (0 if step == "nothing" else -signal.SIGKILL), errors
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
        children = [run(database_url, settings.port, "together") for _ in range(2)]
        assert [child.stdout.readline() for child in children] == ["ready\n"] * 2
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        sent = []
        for child in children:
            output, errors = child.communicate(timeout=110)
            assert child.returncode == 0, errors
            sent.append(int(output))

    db.session.rollback()
    assert {row.state for row in db.session.query(OutboxMessage)} == {"sent"}
    assert len(script.taken) == many
    assert len({mail["Message-ID"] for _, mail in script.taken}) == many
    assert (sum(sent), all(sent)) == (many, True)  # both had their share


def test_a_claim_lasts_until_the_slowest_conversation_is_over(app):
    outbox.enqueue(MAIL, now=NOON)
    timeout = timedelta(seconds=30)

    letter = outbox_sending.claim(now=NOON, timeout=timeout)

    assert letter.claimed_until >= NOON + 10 * timeout
    assert outbox_sending.claim(now=NOON, timeout=timeout) is None
