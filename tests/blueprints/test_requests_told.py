"""What became of a request is told wherever it is looked for: row, drawer, list, start page."""

import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.models import OutboxMessage, OutboxRecipient, PeeringRequest
from app.services import peering_requests, request_volume, request_withdrawal
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window

SAID = "550 5.1.1 No such user"
DAY = timedelta(days=1)


def ask(cast, now=NOON, **changes):
    actor = cast.actor("alice", cast.alpha)
    rules = RULES._replace(**changes)
    wanted = order(cast, now=now)
    return peering_requests.send(
        actor, cast.mall.id, wanted, MAIL, rules=rules, window=window(now)
    ).request_id


def settle(request_id, state, **addresses):
    """As the sender leaves it: the state of the mail, and of each kind of address."""
    outbox_id = db.session.get(PeeringRequest, request_id).outbox_id
    db.session.query(OutboxMessage).filter_by(id=outbox_id).update(
        {"state": state, "finished_at": NOON + timedelta(minutes=1)}
    )
    for one in db.session.query(OutboxRecipient).filter_by(outbox_id=outbox_id):
        one.state = addresses.get(one.kind, "sent")
        one.answer = SAID if one.state == "refused" else None
    db.session.commit()


def refuse(request_id):
    settle(request_id, "sent", to="refused")


def drawer(client, cast):
    return client.get(f"/peering/potential/{cast.mall.id}").text


def row(page, cast):
    return re.search(rf'<tr id="peer-{cast.mall.id}".*?</tr>', page, re.DOTALL).group()


def log(page):
    return re.sub(r"<[^>]+>", "", re.search(r'<li class="log">.*?</li>', page, re.DOTALL).group())


def test_row_and_log_say_queued_while_it_is(alice, cast):
    ask(cast)

    page = drawer(alice, cast)

    assert "peering request, 1 session: IPv4 on LAN 1, queued" in log(page)
    assert "queued just now by Alice, not sent yet" in page
    assert "See or withdraw it" in page
    assert "asked just now" not in page
    assert "not sent yet" in row(alice.get("/peering/potential").text, cast)


def test_row_and_log_say_sent_once_it_left(alice, cast):
    settle(ask(cast), "sent")

    page = drawer(alice, cast)

    assert "IPv4 on LAN 1, sent · 2026-01-15 12:00 UTC" in log(page)
    assert log(page).count("UTC") == 1  # when it was asked; the request says when it left
    assert "asked just now" in page
    assert "withdraw it" not in page
    assert "not sent yet" not in row(alice.get("/peering/potential").text, cast)


def test_the_log_of_a_withdrawn_one_says_so_once(alice, cast):
    request_withdrawal.withdraw(cast.actor("alice", cast.alpha), ask(cast), now=NOON)

    page = drawer(alice, cast)

    assert page.count("withdrawn") == 2  # the entry that asked, the entry that took back


def test_a_withdrawn_one_is_called_so_among_the_mail_one_caused(alice, cast):
    request_withdrawal.withdraw(cast.actor("alice", cast.alpha), ask(cast), now=NOON)

    mails = alice.get("/account/").text.partition("Mail you caused")[2]

    assert "withdrawn" in mails
    assert "cancelled" not in mails


def test_a_refused_request_stands_at_the_row_the_drawer_and_above_the_list(alice, cast):
    request_id = ask(cast)
    refuse(request_id)
    there = f'href="/requests/{request_id}"'

    found = row(alice.get("/peering/potential").text, cast)
    assert there in found
    assert "refused" in found
    page = drawer(alice, cast)
    assert "Their mail server refused the request of 2026-01-15" in page
    assert "ask again at another address" in page
    page = alice.get("/requests/").text
    assert "1 of your requests did not arrive" in page
    assert "requests-refused" in page


def test_what_was_asked_again_since_is_no_longer_pointed_at(alice, cast):
    refuse(ask(cast))
    settle(ask(cast), "sent")

    assert "requests-refused" not in alice.get("/requests/").text
    assert "refused" not in row(alice.get("/peering/potential").text, cast)


def test_neither_a_withdrawn_nor_a_test_counts_as_refused(alice, cast):
    request_withdrawal.withdraw(cast.actor("alice", cast.alpha), ask(cast), now=NOON)
    refuse(ask(cast, is_test=True, keeps_date=False, keeps_note=False))

    assert "requests-refused" not in alice.get("/requests/").text
    assert request_volume.list_refusals(NOON - DAY) == []


def test_nobody_else_reads_of_the_refusal(app, cast):
    refuse(ask(cast))

    for name in ("mallory", "bob"):
        client = cast.log_in(app.test_client(), name)
        assert "requests-refused" not in client.get("/requests/").text


@pytest.mark.parametrize(("days", "shown"), [(29, True), (31, False)])
def test_the_start_page_of_the_exchange_names_it_with_the_answer(app, cast, days, shown):
    refuse(ask(cast, now=NOON - days * DAY))

    page = cast.log_in(app.test_client(), "carol").get("/attention/").text

    assert (f"peering@mall.example: {SAID}" in page) is shown
    assert ("No peering request was refused" in page) is not shown
