"""`flask outbox send` in test mode: nothing that was meant for other members leaves."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.config import TestMode
from app.extensions import db
from app.services import outbox
from tests.letters import MAIL
from tests.mail_server import Script, mail_server
from tests.mails import queued

MODE = TestMode(on=True, email="test@x.example")


@pytest.mark.parametrize(
    ("purpose", "leaves"),
    [
        ("request", False),
        ("sample", False),
        ("stop", False),
        ("test", True),
        ("notice", True),
        ("invitation", True),
    ],
)
@pytest.mark.parametrize("mode", [MODE, TestMode()], ids=["test mode", "as ever"])
def test_what_was_queued_for_members_waits_until_test_mode_ends(
    make_app, app, purpose, leaves, mode
):
    mail_id = outbox.enqueue(replace(MAIL, purpose=purpose), now=datetime.now(UTC))
    script = Script()
    with mail_server(script) as settings:
        portal = make_app(mail=settings, test_mode=mode)
        with portal.app_context():
            result = portal.test_cli_runner().invoke(args=["outbox", "send"])
            db.session.remove()
    db.session.rollback()

    assert result.exit_code == 0, result.output
    gone = leaves or not mode.on
    assert len(script.taken) == (1 if gone else 0)
    assert [(one.id, one.state) for one in queued()] == [(mail_id, "sent" if gone else "queued")]
