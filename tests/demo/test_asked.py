"""The requests of the demo: every fate, for those they concern, and no mail that would leave."""

from datetime import timedelta

import pytest

from app.demo import load as demo
from app.demo.networks import GRANITE, STUDIOS, YOU
from app.services import members, request_list
from tests.conftest import NOON
from tests.mail_server import Script, mail_server
from tests.mails import queued
from tests.workers.test_outbox_sender import send


@pytest.fixture(autouse=True)
def _loaded(app):
    demo.load(now=NOON, confirm=timedelta(seconds=300))


def lines(asn):
    return request_list.list_requests(members.get_by_asn(asn).id)


def test_the_demo_member_has_requests_of_every_fate_and_one_that_it_received():
    own = members.get_by_asn(YOU).id

    found = {(line.state.value, line.member_id == own, line.is_test) for line in lines(YOU)}

    assert found == {
        ("sent", True, False), ("sent", True, True), ("sent", False, False),
        ("marked", True, False), ("refused", True, False), ("withdrawn", True, False),
    }  # fmt: skip
    assert max(line.at for line in lines(YOU)) == NOON - timedelta(days=1)
    assert [line.peer for line in lines(GRANITE)] == ["Hollin Networks"]
    assert lines(STUDIOS) == []


def test_a_sender_finds_nothing_of_it_to_send():
    script = Script()
    with mail_server(script) as settings:
        send(settings, now=NOON + timedelta(days=3))

    assert script.taken == []
    assert {one.state for one in queued()} == {"sent", "cancelled"}
