"""`kill -9` at each step of a request: all of it is there afterwards, or none."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEntry, Note, OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair

ROOT = Path(__file__).resolve().parents[2]
TABLES = (OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair, Note, AuditEntry)
# What the database is asked for, in the order of a request; the process dies before it is done.
STEPS = (
    "INSERT INTO outbox_message",
    "INSERT INTO outbox_recipient",
    "INSERT INTO peering_request",
    "INSERT INTO request_pair",
    "INSERT INTO note",
    "INSERT INTO audit_entry",
    "COMMIT",
    "nothing",  # it lives on
)
CHILD = """
import os, signal, sys
from sqlalchemy import Engine, event
from app import create_app
from app.config import Settings
from app.services import peering_requests, request_draft
from app.services.peering_requests import Order
from app.domain.actor import Acting, Actor, Role
from tests.letters import MAIL, RULES, window

url, step, own, peer, user = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(Engine, "before_cursor_execute")
def before(connection, cursor, statement, *_):
    if statement.startswith(step):
        die()

app = create_app(Settings(database_url=url, secret_key="only-for-the-tests-0123456789"))
with app.app_context():
    actor = Actor(user, "alice", "Alice", False, Acting(own, "Alpha", 64496, Role.ADMIN))
    offered = request_draft.list_offered(own, peer, window())
    if step == "COMMIT":
        event.listen(Engine, "commit", die)
    order = Order(tuple(one.key for one in offered), "Peer?", "Shall we peer?")
    peering_requests.send(actor, peer, order, MAIL, rules=RULES, window=window())
"""


def counts():
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


@pytest.mark.parametrize("step", STEPS)
def test_everything_of_a_request_is_there_or_nothing(cast, database_url, step):
    arguments = [database_url, step, cast.alpha.id, cast.mall.id, cast.users["alice"]]
    db.session.rollback()

    child = subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=100,
    )

    if step == "nothing":
        assert child.returncode == 0, child.stderr
        assert counts() == [1, 3, 1, 1, 1, 1]
    else:
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert counts() == [0] * len(TABLES)
