"""After the brake: what waited leaves by and by, oldest first, and only what that brake held."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.mail import Recipient
from app.extensions import db
from app.models import AuditEntry
from app.services import outbox, request_brake
from app.services.request_brake import PER_MINUTE
from tests.factories import NOON
from tests.letters import MAIL
from tests.mail_server import Script, mail_server
from tests.mails import queued
from tests.workers.test_outbox_sender import send

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def carol(cast):
    return cast.actor("carol", cast.alpha)


def queue(member, number, *, purpose="request", at=NOON - HOUR):
    to = (Recipient(f"a{number}@mall.example"),)
    mail = replace(MAIL, purpose=purpose, recipients=to)
    return outbox.enqueue(mail, now=at, member_id=member.id)


def pause(carol, member=None):
    request_brake.pause(carol, member.id if member else None, "Mail loop", now=NOON)
    return request_brake.list_pauses()[-1].id


def minutes(ids):
    return [
        (one.next_attempt_at - NOON) // MINUTE if one.next_attempt_at >= NOON else -1
        for one in queued()
        if one.id in ids
    ]


def test_what_waited_leaves_twenty_a_minute_oldest_first(cast, carol):
    ids = [queue(cast.alpha, number) for number in range(2 * PER_MINUTE + 1)]

    assert request_brake.resume(carol, pause(carol), now=NOON) == len(ids)

    assert minutes(ids) == [0] * PER_MINUTE + [1] * PER_MINUTE + [2]
    for late, many in ((0, PER_MINUTE), (1, 2 * PER_MINUTE), (2, len(ids))):
        script = Script()
        with mail_server(script) as settings:
            send(settings, now=NOON + late * MINUTE)
        assert sum(one.state == "sent" for one in queued()) == many


def test_only_due_requests_of_that_member_get_a_new_time(cast, carol):
    own = [queue(cast.alpha, 1)]
    others = [
        queue(cast.beta, 2),
        queue(cast.alpha, 3, purpose="notice"),
    ]
    tomorrow = queue(cast.alpha, 4, at=NOON + HOUR)

    assert request_brake.resume(carol, pause(carol, cast.alpha), now=NOON) == 1

    assert (minutes(own), minutes(others), minutes([tomorrow])) == ([0], [-1, -1], [60])


def test_a_brake_that_ended_already_moves_nothing(cast, carol):
    first = pause(carol)
    request_brake.resume(carol, first, now=NOON)
    ids = [queue(cast.alpha, 1)]

    assert request_brake.resume(carol, first, now=NOON) == 0
    assert minutes(ids) == [-1]


def test_of_operators_who_release_at_once_one_does(app, cast, carol):
    first = pause(carol)
    queue(cast.alpha, 1)

    def resume(_):
        with app.app_context():
            try:
                return request_brake.resume(carol, first, now=NOON)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(resume, range(8)))

    db.session.rollback()
    assert sorted(held) == [0] * 7 + [1]
    assert db.session.query(AuditEntry).filter_by(action="requests resumed").count() == 1
