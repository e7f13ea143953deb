"""From whom a mail is, as a real server takes it: names of any letters in plain ASCII headers."""

from dataclasses import replace

import pytest

from app.domain.mail import Recipient
from app.services import outbox
from tests.factories import NOON
from tests.mail_server import Script, mail_server
from tests.workers.test_outbox_sender import MAIL, message, send


@pytest.mark.parametrize("utf8", [True, False], ids=["takes UTF-8", "plain"])
@pytest.mark.parametrize(
    "name", ["Größe via Lantern IX", "=?utf-8?q?a=0d=0aBcc=3A_evil?= via Lantern IX"]
)
def test_a_name_never_keeps_a_mail_from_leaving_and_asks_no_server_for_utf8(app, utf8, name):
    named = Recipient("ix@x.example", name)
    to = (Recipient("ana@a.example", name, "to"),)
    queued = outbox.enqueue(replace(MAIL, sender=named, recipients=to), now=NOON)
    script = Script()
    with mail_server(script, enable_SMTPUTF8=utf8) as settings:
        send(settings)

    assert message(queued).state == "sent"
    assert script.raw[0].isascii()
    taken = script.taken[0][1]
    assert taken["Bcc"] is None
    assert taken["From"].addresses[0].display_name == name.replace("=?", "= ?")
    assert taken["From"].addresses[0].addr_spec == "ix@x.example"


def test_an_address_in_other_letters_still_gets_its_mail_where_a_server_takes_it(app):
    to = (Recipient("jörg@a.example", "", "to"), Recipient("ana@a.example", "", "to"))
    queued = outbox.enqueue(replace(MAIL, recipients=to), now=NOON)
    script = Script()
    with mail_server(script, enable_SMTPUTF8=True) as settings:
        send(settings)

    assert message(queued).state == "sent"
    assert sorted(script.addresses) == ["ana@a.example", "jörg@a.example"]
