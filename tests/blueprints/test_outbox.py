"""The page of mails: read and decided about by the exchange only."""

import pytest

from app.extensions import db, transaction
from app.models import AuditEntry, OutboxMessage
from app.services import outbox
from tests.cli.test_outbox import MAIL, become, state
from tests.factories import NOON


@pytest.fixture
def carol(app, cast):
    return cast.log_in(app.test_client(), "carol")


@pytest.fixture
def queued(app):
    return outbox.enqueue(MAIL, now=NOON)


def version(message_id):
    db.session.expire_all()
    return {"version": db.session.get(OutboxMessage, message_id).version}


def test_mails_are_listed_by_state_and_found_by_word(carol, queued):
    assert "ana@a.example" in carol.get("/outbox/?state=queued&q=hello").text
    assert "No mail is sent." in carol.get("/outbox/?state=sent").text
    assert "No subject and no address has “zzz”" in carol.get("/outbox/?q=zzz").text
    assert carol.get("/outbox/?state=lost").status_code == 404


def test_one_mail_shows_its_text_and_what_can_be_done(carol, queued):
    page = carol.get(f"/outbox/{queued}").text

    for word in ("Text of it", "ana@a.example", "Try now", "Cancel"):
        assert word in page


def test_a_mail_is_cancelled_and_sent_again_under_the_operators_name(carol, cast, queued):
    assert carol.post(f"/outbox/{queued}/cancel", data=version(queued)).status_code == 303
    assert state(queued) == "cancelled"
    assert carol.post(f"/outbox/{queued}/retry", data=version(queued)).status_code == 303

    assert state(queued) == "queued"
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    assert [(one.action, one.user_id) for one in entries] == [
        ("mail cancelled", cast.users["carol"]),
        ("mail sent again", cast.users["carol"]),
    ]


def test_a_doubt_is_ended_by_hand(carol, queued):
    become(queued, "doubtful")

    unsure = carol.post(f"/outbox/{queued}/retry", data=version(queued))
    assert (unsure.status_code, state(queued)) == (422, "doubtful")
    assert 'aria-invalid="true"' in unsure.text

    assert carol.post(f"/outbox/{queued}/arrived", data=version(queued)).status_code == 303
    assert state(queued) == "sent"


def test_who_decides_on_an_old_page_is_told(carol, queued):
    old = version(queued)
    with transaction() as session:
        session.get(OutboxMessage, queued).state = "sending"

    response = carol.post(f"/outbox/{queued}/cancel", data=old)

    assert (response.status_code, state(queued)) == (409, "sending")
    assert "This mail is sending by now. Nothing was done" in response.text


@pytest.mark.parametrize("what", ["retry", "cancel", "arrived"])
def test_a_form_without_its_version_and_a_mail_that_is_not_there_are_refused(carol, queued, what):
    assert carol.post(f"/outbox/{queued}/{what}").status_code == 422
    assert carol.post("/outbox/4711/" + what, data={"version": 1}).status_code == 404
    assert state(queued) == "queued"


@pytest.mark.parametrize("who", ["alice", "rita", "mallory"])
def test_strangers_read_and_decide_nothing(app, cast, queued, who):
    client = cast.log_in(app.test_client(), who)

    assert client.get("/outbox/").status_code == 403
    assert client.get(f"/outbox/{queued}").status_code == 403
    assert client.post(f"/outbox/{queued}/cancel", data=version(queued)).status_code == 403
    assert state(queued) == "queued"
