"""How requests end: taken back, refused, stopped, tested; and samples, which never begin."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.allowance import Allowance
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooSoon
from app.domain.wishes import Wish
from app.extensions import db
from app.models import Note, OutboxMessage, OutboxRecipient, PeeringRequest
from app.services import (
    member_standing,
    outbox_hand,
    peering_requests,
    request_brake,
    request_days,
    request_list,
    request_samples,
    request_volume,
    request_wishes,
    request_withdrawal,
)
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window

DAY = timedelta(days=1)


@pytest.fixture
def alice(cast):
    return cast.actor("alice", cast.alpha)


def ask(cast, actor, **changes):
    rules = RULES._replace(**changes)
    return peering_requests.send(
        actor, cast.mall.id, order(cast), MAIL, rules=rules, window=window()
    )


def settle(request_id, state, **addresses):
    """As the sender would leave it: the state of the mail, and of each kind of address."""
    outbox_id = db.session.get(PeeringRequest, request_id).outbox_id
    db.session.get(OutboxMessage, outbox_id).state = state
    for one in db.session.scalars(select(OutboxRecipient).filter_by(outbox_id=outbox_id)):
        one.state = addresses.get(one.kind, "queued")
    db.session.commit()


def state(request_id, member):
    return request_list.get_request(member.id, request_id).line.state.value


def test_a_request_that_reached_them_is_sent_although_a_copy_still_waits(cast, alice):
    done = ask(cast, alice)
    settle(done.request_id, "queued", to="sent")

    assert state(done.request_id, cast.alpha) == "sent"
    with pytest.raises(Conflict, match="cannot be withdrawn"):
        request_withdrawal.withdraw(alice, done.request_id, now=NOON)


def test_a_request_whose_copy_left_is_not_taken_back(cast, alice):
    done = ask(cast, alice)
    settle(done.request_id, "queued", cc="sent")

    with pytest.raises(Conflict, match=r"has left to peering@alpha\.example"):
        request_withdrawal.withdraw(alice, done.request_id, now=NOON)


def test_a_request_that_was_refused_is_listed_at_nobody_it_never_reached(cast, alice):
    done = ask(cast, alice)
    settle(done.request_id, "sent", to="refused", cc="sent", bcc="sent")

    assert state(done.request_id, cast.alpha) == "refused"
    assert request_list.list_requests(cast.mall.id) == []
    with pytest.raises(NotFound):
        request_list.get_request(cast.mall.id, done.request_id)
    assert [one.refused for one in request_volume.list_volume(NOON.date())] == [1]


@pytest.mark.parametrize("end", ["wish", "leave"])
def test_who_wants_no_more_gets_none_of_those_that_wait(cast, alice, end):
    done = ask(cast, alice)

    if end == "wish":
        mallory = cast.actor("mallory", cast.mall)
        request_wishes.set_wish(mallory, Wish.NONE, None, now=NOON)
    else:
        member_standing.leave(None, cast.mall.id, now=NOON)

    found = request_list.get_request(cast.alpha.id, done.request_id)
    assert found.line.state.value == "withdrawn"
    assert {one.answer[:9] for one in found.recipients} == {"Not sent:"}


def test_a_request_that_was_taken_back_is_not_sent_again_by_hand(cast, alice):
    done = ask(cast, alice)
    outbox_id = db.session.get(PeeringRequest, done.request_id).outbox_id
    request_withdrawal.withdraw(alice, done.request_id, now=NOON)

    with pytest.raises(Invalid, match="was withdrawn"):
        outbox_hand.retry(None, outbox_id, now=NOON)


def test_a_test_takes_nobodys_place_in_the_day(cast, alice):
    full = Allowance(1, 1)
    ask(cast, alice, allowance=full, is_test=True, keeps_date=False, keeps_note=False)

    assert request_volume.list_volume(NOON.date()) == []
    done = ask(cast, alice, allowance=full)

    assert done.leaves_on == NOON.date()
    assert request_days.count_today(cast.alpha.id, NOON.date()) == 1


def test_taking_back_a_test_leaves_no_note(cast, alice):
    done = ask(cast, alice, is_test=True, keeps_date=False, keeps_note=False)

    request_withdrawal.withdraw(alice, done.request_id, now=NOON)

    assert db.session.query(Note).count() == 0


def test_samples_are_held_by_the_brake_and_end_after_twenty_a_day(cast, alice):
    sample = replace(MAIL, purpose="sample")
    for _ in range(request_samples.SAMPLES):
        request_samples.send_sample(alice, sample, now=NOON)
    with pytest.raises(TooSoon, match="20 samples"):
        request_samples.send_sample(alice, sample, now=NOON)
    request_samples.send_sample(alice, sample, now=NOON + DAY + timedelta(minutes=1))

    carol = cast.actor("carol", cast.alpha)
    request_brake.pause(carol, None, "moving house", now=NOON)
    with pytest.raises(Forbidden, match="moving house"):
        request_samples.send_sample(alice, sample, now=NOON + 2 * DAY)


def test_a_test_that_left_is_shown_to_nobody_else(cast, alice):
    done = ask(cast, alice, is_test=True)
    settle(done.request_id, "sent", to="sent")

    assert request_list.list_requests(cast.mall.id) == []
    with pytest.raises(NotFound):
        request_list.get_request(cast.mall.id, done.request_id)


def test_what_the_servers_said_is_told_to_who_asked_alone(cast, alice):
    done = ask(cast, alice)
    settle(done.request_id, "sent", to="sent", cc="refused")
    db.session.query(OutboxMessage).update({"last_error": "552 Mailbox full"})
    db.session.commit()

    assert request_list.get_request(cast.alpha.id, done.request_id).last_error
    theirs = request_list.get_request(cast.mall.id, done.request_id)
    assert (theirs.last_error, theirs.recipients) == (None, [])


def test_list_and_page_show_the_same_of_what_was_received(cast, alice):
    """Its mail may have been tidied away, or a copy of it may still wait."""
    for mail, to in (("queued", "sent"), ("sent", "sent")):
        done = ask(cast, alice, resend=timedelta(0))
        settle(done.request_id, mail, to=to)
        shown = [one.id for one in request_list.list_requests(cast.mall.id)]
        assert done.request_id in shown
        assert request_list.get_request(cast.mall.id, done.request_id).line.id == done.request_id


def test_one_that_was_withdrawn_says_so_at_every_address(cast, alice):
    done = ask(cast, alice)
    request_withdrawal.withdraw(alice, done.request_id, now=NOON)

    found = request_list.get_request(cast.alpha.id, done.request_id)
    assert {one.answer for one in found.recipients} == {"Withdrawn before it left."}
