"""A member that wants no requests by mail, or has left, gets none of those under way either."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from app.domain.errors import Invalid
from app.domain.mail_policy import Answer, Delivery
from app.domain.wishes import Wish
from app.extensions import db
from app.models import PeeringRequest
from app.services import (
    member_standing,
    outbox_hand,
    outbox_sending,
    peering_requests,
    request_list,
    request_wishes,
)
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window
from tests.mail_server import Script, mail_server
from tests.workers.test_outbox_sender import send

TIMEOUT = timedelta(seconds=5)
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def asked(cast):
    actor = cast.actor("alice", cast.alpha)
    return peering_requests.send(
        actor, cast.mall.id, order(cast), MAIL, rules=RULES, window=window()
    ).request_id


def found(cast, request_id):
    db.session.expire_all()
    return request_list.get_request(cast.alpha.id, request_id)


def end(cast, how):
    if how == "wish":
        mallory = cast.actor("mallory", cast.mall)
        request_wishes.set_wish(mallory, Wish.NONE, None, now=NOON)
    else:
        member_standing.leave(None, cast.mall.id, now=NOON)


@pytest.mark.parametrize(("how", "why"), [("wish", "take no requests"), ("leave", "have left")])
def test_what_was_on_its_way_and_comes_back_is_withdrawn(cast, asked, how, why):
    letter = outbox_sending.claim(now=NOON, timeout=TIMEOUT)
    end(cast, how)
    assert outbox_sending.settle(letter, Delivery(problem="451 Later"), now=NOON) == "queued"

    assert outbox_sending.claim(now=LATER, timeout=TIMEOUT) is None
    script = Script()
    with mail_server(script) as settings:
        send(settings, now=LATER)

    assert script.taken == []
    request = found(cast, asked)
    assert request.line.state.value == "withdrawn"
    assert all(why in one.answer for one in request.recipients)


def test_a_request_that_left_in_the_meantime_stays_sent(cast, asked):
    letter = outbox_sending.claim(now=NOON, timeout=TIMEOUT)
    end(cast, "wish")
    taken = {one.address: Answer(250, "OK") for one in letter.recipients}
    outbox_sending.settle(letter, Delivery(taken), now=NOON)

    with mail_server(Script()) as settings:
        send(settings, now=LATER)

    assert found(cast, asked).line.state.value == "sent"


@pytest.mark.parametrize(
    ("how", "why"),
    [("wish", "Mall wants no requests by mail"), ("leave", "Mall has left the exchange")],
)
def test_the_exchange_does_not_send_it_again_by_hand(cast, asked, how, why):
    with mail_server(Script(data="554 5.7.1 We take no mail from you")) as settings:
        send(settings)
    end(cast, how)

    with pytest.raises(Invalid, match=why):
        outbox_hand.retry(None, db.session.get(PeeringRequest, asked).outbox_id, now=NOON)

    assert found(cast, asked).line.state.value == "refused"


@pytest.mark.parametrize("how", ["wish", "leave"])
def test_a_sender_that_comes_while_they_end_it_hinders_nobody(app, cast, asked, how):
    def claim():
        with app.app_context():
            try:
                return outbox_sending.claim(now=NOON, timeout=TIMEOUT)
            finally:
                db.session.remove()

    def looked(_conn, _cursor, statement, *_):
        if statement.startswith("SELECT outbox_message.id, member.status") and not claims:
            claims.append(worker.submit(claim))
            time.sleep(0.5)  # it takes the mail, or waits for this transaction

    claims = []
    with ThreadPoolExecutor(1) as worker:
        event.listen(Engine, "after_cursor_execute", looked)
        try:
            end(cast, how)
        finally:
            event.remove(Engine, "after_cursor_execute", looked)
        assert claims[0].result(timeout=20) is None

    assert found(cast, asked).line.state.value == "withdrawn"
