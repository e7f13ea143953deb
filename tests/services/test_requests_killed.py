"""`kill -9` at each step of a request: all of it is there afterwards, or none."""

import os
import signal

import pytest
from sqlalchemy import Engine, event, func, select

from app import create_app
from app.config import Settings
from app.domain.actor import Acting, Actor, Role
from app.extensions import db
from app.models import AuditEntry, Note, OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair
from app.services import peering_requests, request_draft, request_withdrawal
from app.services.peering_requests import Order
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window
from tests.processes import end_of, start

TABLES = (OutboxMessage, OutboxRecipient, PeeringRequest, RequestPair, Note, AuditEntry)
# What the database is asked for, in the order of a request; the process dies before it is done.
SEND = (
    "INSERT INTO outbox_message",
    "INSERT INTO outbox_recipient",
    "INSERT INTO peering_request",
    "INSERT INTO request_pair",
    "INSERT INTO note",
    "INSERT INTO audit_entry",
    "COMMIT",
    "nothing",  # it lives on
)
MARK = (
    "INSERT INTO peering_request",
    "INSERT INTO request_pair",
    "INSERT INTO note",
    "INSERT INTO audit_entry",
    "COMMIT",
    "nothing",
)
WITHDRAW = (
    "UPDATE outbox_recipient",
    "UPDATE outbox_message",
    "INSERT INTO note",
    "INSERT INTO audit_entry",
    "COMMIT",
    "nothing",
)


def _die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def do(url, how, step, own, peer, user):
    """In a process of its own, which dies at this step."""
    event.listen(Engine, "before_cursor_execute", lambda *a: a[2].startswith(step) and _die())
    app = create_app(Settings(database_url=url, secret_key="only-for-the-tests-0123456789"))
    with app.app_context():
        actor = Actor(user, "alice", "Alice", False, Acting(own, "Alpha", 64496, Role.ADMIN))
        offered = request_draft.list_offered(own, peer, window())
        if step == "COMMIT":
            event.listen(Engine, "commit", _die)
        wanted = Order(tuple(one.key for one in offered), "Peer?", "Shall we peer?")
        if how == "send":
            peering_requests.send(actor, peer, wanted, MAIL, rules=RULES, window=window())
        elif how == "mark":
            peering_requests.mark_sent(actor, peer, wanted, rules=RULES, window=window())
        else:
            request_withdrawal.withdraw(actor, 1, now=NOON)


def counts():
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def run(cast, database_url, how, step):
    ids = (cast.alpha.id, cast.mall.id, cast.users["alice"])
    db.session.rollback()
    child = start(do, database_url, how, step, *ids)
    assert end_of(child) == (0 if step == "nothing" else -signal.SIGKILL)


@pytest.mark.parametrize("step", SEND)
def test_everything_of_a_request_is_there_or_nothing(cast, database_url, step):
    run(cast, database_url, "send", step)

    assert counts() == ([1, 3, 1, 1, 1, 1] if step == "nothing" else [0] * len(TABLES))


@pytest.mark.parametrize("step", MARK)
def test_everything_of_a_marked_request_is_there_or_nothing(cast, database_url, step):
    run(cast, database_url, "mark", step)

    assert counts() == ([0, 0, 1, 1, 1, 1] if step == "nothing" else [0] * len(TABLES))


@pytest.mark.parametrize("step", WITHDRAW)
def test_a_request_is_withdrawn_with_all_that_says_so_or_still_waits(cast, database_url, step):
    alice = cast.actor("alice", cast.alpha)
    done = peering_requests.send(
        alice, cast.mall.id, order(cast), MAIL, rules=RULES, window=window()
    )
    assert done.request_id == 1
    before = counts()

    run(cast, database_url, "withdraw", step)

    is_done = step == "nothing"
    after = [*before[:4], before[4] + 1, before[5] + 2] if is_done else before
    assert counts() == after
    assert db.session.query(OutboxMessage).one().state == ("cancelled" if is_done else "queued")
    states = {one.state for one in db.session.query(OutboxRecipient)}
    assert states == ({"refused"} if is_done else {"queued"})
