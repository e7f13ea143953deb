"""Requests: stored with their pairs, log entry and mail, or not at all; never too often."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.allowance import Allowance
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.request_state import RequestState
from app.domain.wishes import Wish
from app.extensions import db
from app.models import (
    AuditEntry,
    InterfaceAddress,
    Note,
    OutboxMessage,
    PeeringRequest,
    RequestPair,
)
from app.services import (
    last_asked,
    peering_requests,
    request_brake,
    request_list,
    request_withdrawal,
)
from app.services.peering_requests import AskedAlready, Order
from tests.cast import make_session
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window

DAY = timedelta(days=1)


@pytest.fixture
def alice(cast):
    return cast.actor("alice", cast.alpha)


@pytest.fixture
def send(cast, alice):
    def send(now=NOON, peer=None, rules=RULES, actor=alice, **fields):
        peer = peer or cast.mall
        wanted = fields.get("order") or order(cast, peer=peer, after=fields.get("after"), now=now)
        return peering_requests.send(actor, peer.id, wanted, MAIL, rules=rules, window=window(now))

    return send


def stored():
    """How many requests, pairs, log entries and mails there are."""
    tables = (PeeringRequest, RequestPair, Note, OutboxMessage)
    return tuple(db.session.scalar(select(func.count()).select_from(table)) for table in tables)


def state_of(request_id, state):
    outbox_id = db.session.get(PeeringRequest, request_id).outbox_id
    db.session.get(OutboxMessage, outbox_id).state = state
    db.session.commit()


def test_a_request_stores_itself_its_pairs_a_log_entry_and_a_mail(cast, alice, send):
    done = send()

    assert stored() == (1, 1, 1, 1)
    note = db.session.scalars(select(Note)).one()
    assert note.text == "peering request, 1 session: IPv4 on LAN 1"
    assert (note.request_id, note.author_id) == (done.request_id, cast.users["alice"])
    last = last_asked.find_last(cast.alpha.id, cast.mall.id)
    assert (last.id, last.at, last.by, last.sessions, last.many) == (
        done.request_id, NOON, "Alice", 1, 1,
    )  # fmt: skip
    pair = db.session.scalars(select(RequestPair)).one()
    addresses = [
        db.session.get(InterfaceAddress, one).address
        for one in (pair.own_address_id, pair.peer_address_id)
    ]
    assert addresses == ["192.0.2.1", "192.0.2.3"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.member_id) == (
        "request sent", "AS64498 Mall", cast.alpha.id,
    )  # fmt: skip


def test_asking_again_within_a_month_stores_nothing_until_that_very_request_is_confirmed(send):
    first = send()

    for after in (None, first.request_id + 1):
        with pytest.raises(AskedAlready, match="Alice asked on 2026-01-15") as warned:
            send(now=NOON + 29 * DAY, after=after)
        assert warned.value.last.id == first.request_id
    assert stored() == (1, 1, 1, 1)

    second = send(now=NOON + 29 * DAY, after=first.request_id)
    with pytest.raises(AskedAlready):  # a stale form cannot pass
        send(now=NOON + 29 * DAY, after=first.request_id)
    assert second.request_id != first.request_id
    assert stored() == (2, 2, 2, 2)


def test_after_a_month_nobody_asks(cast, send):
    send()
    send(now=NOON + 30 * DAY)

    assert last_asked.find_last(cast.alpha.id, cast.mall.id).many == 2


def test_a_colleague_counts_and_another_member_does_not(cast, send):
    send()
    bob = cast.actor("bob", cast.beta)

    peering_requests.send(
        bob,
        cast.mall.id,
        Order(_keys(cast.beta, cast.mall), "s", "m"),
        MAIL,
        rules=RULES,
        window=window(),
    )
    with pytest.raises(AskedAlready):
        send(actor=cast.actor("rita", cast.alpha))


def _keys(own, peer):
    from app.services import request_draft

    return tuple(one.key for one in request_draft.list_offered(own.id, peer.id, window()))


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_what_was_refused_or_withdrawn_no_longer_counts(cast, send, state):
    state_of(send().request_id, state)

    assert last_asked.find_last(cast.alpha.id, cast.mall.id) is None
    assert send().request_id


def test_what_is_established_is_not_on_offer(cast, send):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    with pytest.raises(Invalid, match="Tick at least one"):
        send()
    with pytest.raises(Invalid, match="any more"):
        send(order=Order((f"{cast.alpha_ends.v4}-{cast.mall_ends.v4}",), "s", "m"))
    assert stored() == (0, 0, 0, 0)


def test_addresses_of_others_are_not_on_offer(cast, send):
    foreign = Order((f"{cast.beta_ends.v4}-{cast.mall_ends.v4}",), "s", "m")

    with pytest.raises(Invalid, match="any more"):
        send(order=foreign)
    assert stored() == (0, 0, 0, 0)


def test_a_lan_without_the_flag_or_a_private_one_is_never_on_offer(cast, send):
    for changes in ({"peering_manager": False}, {"peering_manager": True, "private": True}):
        for name, value in changes.items():
            setattr(cast.lan, name, value)
        db.session.add(cast.lan)
        db.session.commit()
        with pytest.raises((Invalid, NotFound)):
            send(order=Order((f"{cast.alpha_ends.v4}-{cast.mall_ends.v4}",), "s", "m"))
    assert stored() == (0, 0, 0, 0)


def test_a_full_day_of_the_asking_member_moves_the_mail_to_the_next(cast, send):
    rules = replace_allowance(1, 10)
    send(rules=rules)

    done = send(peer=cast.beta, rules=rules)

    assert done.leaves_on == (NOON + DAY).date()
    mail = db.session.get(OutboxMessage, db.session.get(PeeringRequest, done.request_id).outbox_id)
    assert mail.next_attempt_at == NOON.replace(hour=0) + DAY


def test_a_full_day_of_the_asked_member_moves_it_too_and_a_withdrawal_leaves_room(cast, send):
    rules = replace_allowance(100, 1)
    first = send(rules=rules)
    bob = cast.actor("bob", cast.beta)
    wanted = Order(_keys(cast.beta, cast.mall), "s", "m")

    def ask():
        return peering_requests.send(
            bob, cast.mall.id, wanted, MAIL, rules=rules, window=window()
        ).leaves_on

    state_of(first.request_id, "cancelled")
    assert ask() == NOON.date()


def replace_allowance(from_one, to_one):
    return RULES._replace(allowance=Allowance(from_one, to_one))


@pytest.mark.parametrize("wish", [Wish.ROUTE_SERVER, Wish.URL, Wish.NONE])
def test_who_wants_no_mail_gets_none_but_can_be_marked(cast, alice, send, wish):
    cast.mall.takes_requests = wish.value
    db.session.add(cast.mall)
    db.session.commit()

    with pytest.raises(Forbidden, match="No mail was sent"):
        send()
    assert stored() == (0, 0, 0, 0)
    peering_requests.mark_sent(alice, cast.mall.id, order(cast), rules=RULES, window=window())
    assert stored() == (1, 1, 1, 0)
    peering_requests.mark_sent(alice, cast.mall.id, order(cast), rules=RULES, window=window())
    assert stored()[0] == 2  # nobody is written to, so nobody is warned of a second one


def test_while_the_exchange_holds_requests_none_is_sent(cast, send):
    carol = cast.actor("carol", cast.alpha)
    request_brake.pause(carol, None, "Mail loop under investigation", now=NOON)

    with pytest.raises(Forbidden, match="Mail loop under investigation"):
        send()
    assert stored() == (0, 0, 0, 0)

    request_brake.resume(carol, request_brake.list_pauses()[0].id, now=NOON)
    assert send().request_id


def test_the_brake_of_one_member_holds_only_that_one(cast, send):
    carol = cast.actor("carol", cast.alpha)
    request_brake.pause(carol, cast.beta.id, "Too many", now=NOON)
    assert request_brake.find_reason(cast.alpha.id) is None

    with pytest.raises(Conflict, match="paused already"):
        request_brake.pause(carol, cast.beta.id, "Again", now=NOON)
    assert send().request_id


def test_marking_as_sent_mails_nothing_and_counts(cast, alice, send):
    done = peering_requests.mark_sent(
        alice, cast.mall.id, order(cast), rules=RULES, window=window()
    )

    assert stored() == (1, 1, 1, 0)
    assert (
        request_list.get_request(cast.alpha.id, done.request_id).line.state is RequestState.MARKED
    )
    with pytest.raises(AskedAlready):
        send()


def test_a_withdrawn_request_leaves_nothing_behind_but_the_log(cast, alice, send):
    done = send()

    request_withdrawal.withdraw(alice, done.request_id, now=NOON)

    line = request_list.get_request(cast.alpha.id, done.request_id).line
    assert line.state is RequestState.WITHDRAWN
    assert last_asked.find_last(cast.alpha.id, cast.mall.id) is None
    texts = db.session.scalars(select(Note.text).order_by(Note.id)).all()
    assert texts[-1] == "peering request withdrawn"


@pytest.mark.parametrize("state", ["sending", "sent", "doubtful"])
def test_what_has_left_or_may_have_cannot_be_withdrawn(cast, alice, send, state):
    done = send()
    state_of(done.request_id, state)

    with pytest.raises(Conflict, match="cannot be withdrawn"):
        request_withdrawal.withdraw(alice, done.request_id, now=NOON)


def test_nobody_withdraws_or_reads_a_request_of_another_member(cast, send):
    done = send()

    for member, name in ((cast.beta, "bob"), (cast.mall, "mallory")):
        with pytest.raises(NotFound):
            request_withdrawal.withdraw(cast.actor(name, member), done.request_id, now=NOON)
        with pytest.raises(NotFound):
            request_list.get_request(member.id, done.request_id)


def test_who_was_asked_reads_it_once_it_has_left_without_who_else_got_it(cast, send):
    done = send()
    state_of(done.request_id, "sent")

    found = request_list.get_request(cast.mall.id, done.request_id)

    assert found.message == "Shall we peer?"
    assert (found.recipients, found.last_error) == ([], None)
    assert [one.id for one in request_list.list_requests(cast.mall.id)] == [done.request_id]
    with pytest.raises(NotFound):
        request_list.get_request(cast.beta.id, done.request_id)


def test_a_repeat_follows_the_mail_before_it(cast, send):
    first = send()
    state_of(first.request_id, "sent")

    send(now=NOON + 40 * DAY)

    mails = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert mails[1].in_reply_to == mails[0].message_id
    assert mails[0].in_reply_to is None


@pytest.mark.parametrize(
    ("date", "note", "sent", "marked"),
    [
        (False, False, (1, 1, 0, 1), (0, 0, 0, 0)),
        (True, False, (1, 1, 0, 1), (1, 1, 0, 0)),
        (False, True, (1, 1, 1, 1), (0, 0, 1, 0)),
        (True, True, (1, 1, 1, 1), (1, 1, 1, 0)),
    ],
)
def test_test_mode_stores_date_and_note_only_as_told(cast, alice, send, date, note, sent, marked):
    rules = RULES._replace(is_test=True, keeps_date=date, keeps_note=note)
    peering_requests.mark_sent(alice, cast.mall.id, order(cast), rules=rules, window=window())
    assert stored() == marked

    last = last_asked.find_last(cast.alpha.id, cast.mall.id)
    assert (last is not None) is date
    send(rules=rules, after=last and last.id)

    assert stored() == tuple(map(sum, zip(marked, sent, strict=True)))
    found = last_asked.find_last(cast.alpha.id, cast.mall.id)
    assert (found.many if found else 0) == (2 if date else 0)
    texts = db.session.scalars(select(Note.text)).all()
    assert all("(test mode)" in text for text in texts)


def test_the_oldest_possible_and_impossible_ids_are_not_found(cast, alice):
    for request_id in (0, 2**63):
        with pytest.raises(NotFound):
            request_list.get_request(cast.alpha.id, request_id)
