"""Requests on their way: held by the brake, refused by a server, sent with all their parts."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from app.config import MailSettings
from app.domain.errors import Conflict
from app.extensions import db
from app.models import Contact
from app.services import (
    last_asked,
    outbox_sending,
    peering_requests,
    request_brake,
    request_list,
)
from app.services.peering_requests import AskedAlready
from tests.blueprints.peering.test_ask import fields
from tests.factories import NOON
from tests.letters import MAIL, RULES, make_contact, order, window
from tests.mail_server import Script, mail_server
from tests.mails import MAILING
from tests.workers.test_outbox_sender import send


@pytest.fixture
def asked(cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    actor = cast.actor("alice", cast.alpha)
    return peering_requests.send(
        actor, cast.mall.id, order(cast), MAIL, rules=RULES, window=window()
    ).request_id


def state(cast, request_id):
    db.session.expire_all()
    return request_list.get_request(cast.alpha.id, request_id).line.state.value


def test_a_request_that_left_is_sent_and_counts(cast, asked):
    script = Script()
    with mail_server(script) as settings:
        send(settings)

    assert state(cast, asked) == "sent"
    assert script.addresses == [
        "alice@example.net",
        "peering@alpha.example",
        "peering@mall.example",
    ]
    assert "Auto-Submitted" not in script.taken[0][1]


def test_a_refused_address_is_remembered_and_the_request_no_longer_counts(cast, asked):
    script = Script(rcpt={"peering@mall.example": "550 5.1.1 No such user"})
    with mail_server(script) as settings:
        send(settings)

    assert state(cast, asked) == "refused"
    found = request_list.get_request(cast.alpha.id, asked)
    assert [one.answer for one in found.recipients if one.state == "refused"] == [
        "550 5.1.1 No such user"
    ]
    assert last_asked.find_last(cast.alpha.id, cast.mall.id) is None
    bounced = db.session.query(Contact).filter(Contact.bounced_at.is_not(None))
    assert [one.email for one in bounced] == ["peering@mall.example"]


@pytest.mark.parametrize("whose", ["everybody", "alpha", "beta"])
def test_what_is_queued_waits_while_the_exchange_holds_it(cast, asked, whose):
    carol = cast.actor("carol", cast.alpha)
    member_id = None if whose == "everybody" else getattr(cast, whose).id
    request_brake.pause(carol, member_id, "Mail loop", now=NOON)
    script = Script()
    with mail_server(script) as settings:
        send(settings)
        assert state(cast, asked) == ("sent" if whose == "beta" else "queued")
        request_brake.resume(carol, request_brake.list_pauses()[0].id, now=NOON)
        send(settings)

    assert state(cast, asked) == "sent"
    assert len(script.taken) == 1


def test_a_brake_put_on_between_the_look_and_the_claim_holds_the_mail(app, cast, asked):
    carol = cast.actor("carol", cast.alpha)

    def brake():
        with app.app_context():
            request_brake.pause(carol, None, "Mail loop", now=NOON)
            db.session.remove()

    def looked(_conn, _cursor, statement, *_):
        if statement.startswith("SELECT outbox_message.id") and not request_brakes:
            request_brakes.append(statement)
            worker.submit(brake).result(timeout=20)

    request_brakes = []
    with ThreadPoolExecutor(1) as worker:
        event.listen(Engine, "after_cursor_execute", looked)
        try:
            taken = outbox_sending.claim(now=NOON, timeout=timedelta(seconds=5))
        finally:
            event.remove(Engine, "after_cursor_execute", looked)

    assert (len(request_brakes), taken) == (1, None)
    assert state(cast, asked) == "queued"


@pytest.mark.parametrize("whose", ["everybody", "alpha"])
def test_of_operators_who_brake_at_once_one_does_and_the_others_are_told(app, cast, whose):
    carol = cast.actor("carol", cast.alpha)
    member_id = None if whose == "everybody" else cast.alpha.id

    def brake(number):
        with app.app_context():
            try:
                return request_brake.pause(carol, member_id, f"Loop {number}", now=NOON)
            except Conflict as refusal:
                return str(refusal)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(brake, range(8)))

    db.session.rollback()
    assert told.count(None) == 1
    assert sum("are paused already" in one for one in told if one) == 7
    assert len(request_brake.list_pauses()) == 1


def test_real_requests_wait_while_test_mode_is_on(cast, asked):
    script = Script()
    with mail_server(script) as settings:
        send(settings, hold=("request",))

    assert (state(cast, asked), script.taken) == ("queued", [])


def test_a_repeat_answers_the_mail_before_and_names_only_the_ticked_pairs(make_app, cast, asked):
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    script = Script()
    with mail_server(script) as settings:
        send(settings)
        browser = cast.log_in(app.test_client(), "alice")
        path = f"/peering/potential/{cast.mall.id}/ask"
        form = fields(cast, browser.get(path).text, after=asked)
        assert browser.post(f"{path}/send", data=form).status_code == 303
        send(settings)

    first, second = (mail for _, mail in script.taken)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["Reply-To"] == "peering@alpha.example"
    assert second["To"] == "peering@mall.example"
    for kind in ("plain", "html"):
        body = second.get_body((kind,)).get_content()
        assert re.findall(r"\b192\.0\.2\.\d+\b", body) == ["192.0.2.1", "192.0.2.3"]
        assert "2001:db8" not in body
    assert "<table>" in second.get_body(("html",)).get_content()
    with pytest.raises(AskedAlready):
        peering_requests.send(
            cast.actor("alice", cast.alpha), cast.mall.id, order(cast), MAIL, rules=RULES,
            window=window(),
        )  # fmt: skip


def contact(cast):
    db.session.expire_all()
    return db.session.query(Contact).filter_by(member_id=cast.mall.id).one()


def test_a_fault_of_the_whole_mail_is_no_fault_of_an_address(cast, asked):
    with mail_server(Script(data="554 5.7.1 We take no mail from you")) as settings:
        send(settings)

    assert state(cast, asked) == "refused"
    assert contact(cast).bounced_at is None


def test_an_address_that_takes_a_mail_again_is_no_longer_marked(cast, asked):
    contact(cast).bounced_at = NOON
    db.session.commit()

    with mail_server(Script()) as settings:
        send(settings)

    assert contact(cast).bounced_at is None


def test_too_many_at_once_is_worth_another_try(cast, asked):
    script = Script(rcpt={"peering@mall.example": "552 5.5.3 Too many recipients"})
    with mail_server(script) as settings:
        send(settings)

    assert state(cast, asked) == "queued"
    assert contact(cast).bounced_at is None


def test_a_sample_reaches_its_writer_alone_and_is_no_request(make_app, cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    browser = cast.log_in(app.test_client(), "alice")
    path = f"/peering/potential/{cast.mall.id}/ask"
    form = fields(cast, browser.get(path).text, subject="A look first")
    assert browser.post(f"{path}/sample", data=form).status_code == 200

    script = Script()
    with mail_server(script) as settings:
        send(settings)

    ((addresses, mail),) = script.taken
    assert addresses == ["alice@example.net"]
    assert (mail["To"].addresses[0].addr_spec, mail["CC"]) == ("alice@example.net", None)
    assert "A look first" in mail["Subject"]
    assert "192.0.2.3" in mail.get_body(("plain",)).get_content()
    assert request_list.list_requests(cast.alpha.id) == []
