"""What counts against a day, and the figures of the exchange."""

from datetime import timedelta

from app.domain.allowance import Allowance
from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient, PeeringRequest
from app.services import peering_requests, request_draft, request_list, request_volume
from app.services import request_withdrawal as withdrawal
from app.services.peering_requests import Order
from tests.cast import make_user
from tests.factories import NOON, make_interface, make_member
from tests.letters import MAIL, RULES, window

DAY = timedelta(days=1)
TODAY = NOON.date()


def ask(cast, name, member, peer, *, now=NOON, allowance=RULES.allowance, **changes):
    offered = request_draft.list_offered(member.id, peer.id, window(now))
    wanted = Order((offered[0].key,), "Peer?", "Shall we peer?")
    rules = RULES._replace(allowance=allowance, resend=timedelta(0), **changes)
    actor = cast.actor(name, member)
    return peering_requests.send(actor, peer.id, wanted, MAIL, rules=rules, window=window(now))


def settle(done, state, to):
    outbox_id = db.session.get(PeeringRequest, done.request_id).outbox_id
    db.session.query(OutboxMessage).filter_by(id=outbox_id).update({"state": state})
    db.session.query(OutboxRecipient).filter_by(outbox_id=outbox_id, kind="to").update(
        {"state": to}
    )
    db.session.commit()


def day_of(done):
    return (done.leaves_on - TODAY).days


def test_what_was_moved_to_another_day_counts_there_for_both_sides(cast):
    delta = make_member(64499, "Delta")
    make_interface(delta, cast.lan, "192.0.2.4")
    cast.users["dora"] = make_user("dora", delta)
    narrow = {"allowance": Allowance(1, 1)}

    days = [
        day_of(ask(cast, "alice", cast.alpha, cast.beta, **narrow)),  # today
        day_of(ask(cast, "alice", cast.alpha, cast.mall, **narrow)),  # Alpha has asked today
        day_of(ask(cast, "bob", cast.beta, cast.mall, **narrow)),  # nothing goes to Mall today
        day_of(ask(cast, "dora", delta, cast.mall, **narrow)),  # today and tomorrow are taken
    ]

    assert days == [0, 1, 0, 2]


def test_a_place_that_was_given_back_is_free_again(cast):
    narrow = {"allowance": Allowance(1, 1)}
    first = ask(cast, "alice", cast.alpha, cast.mall, **narrow)
    withdrawal.withdraw(cast.actor("alice", cast.alpha), first.request_id, now=NOON)

    assert day_of(ask(cast, "alice", cast.alpha, cast.mall, **narrow)) == 0


def test_a_test_never_stands_among_what_a_member_received(cast):
    test = ask(cast, "alice", cast.alpha, cast.mall, is_test=True)
    real = ask(cast, "alice", cast.alpha, cast.mall)
    for done in (test, real):
        settle(done, "sent", "sent")

    assert [line.id for line in request_list.list_requests(cast.mall.id)] == [real.request_id]


def test_the_figures_of_the_exchange(cast):
    ask(cast, "alice", cast.alpha, cast.beta, now=NOON - 30 * DAY)  # too long ago
    ask(cast, "alice", cast.alpha, cast.beta, now=NOON - 29 * DAY)
    three_a_day = Allowance(100, 3)
    refused, sent, taken_back, _, later = (
        ask(cast, "alice", cast.alpha, cast.mall, allowance=three_a_day) for _ in range(5)
    )  # fmt: skip
    settle(refused, "sent", "refused")
    settle(sent, "sent", "sent")
    withdrawal.withdraw(cast.actor("alice", cast.alpha), taken_back.request_id, now=NOON)
    assert day_of(later) == 1
    ask(cast, "bob", cast.beta, cast.alpha)

    alpha, beta = request_volume.list_volume(TODAY)

    assert alpha == ("Alpha", 64496, 2, 3, 1, 2, 5)
    assert beta == ("Beta", 64497, 1, 1, 0, 0, 1)
