"""Test mode: one address gets it, and reads whom it was meant for."""

from app.domain import test_mode
from app.domain.mail import Mail, Recipient
from app.markdown import render_mail

MEANT = (
    Recipient("ask@b.example", "B", "to"),
    Recipient("noc_b@b.example", "", "to"),
    Recipient("own@a.example", "", "cc"),
    Recipient("alice@a.example", "", "bcc"),
)
MAIL = Mail("request", Recipient("ix@x.example"), MEANT, "s", "t", "<p>t</p>", ("own@a.example",))


def test_a_mail_goes_to_the_test_address_alone_and_answers_to_nobody():
    redirected = test_mode.redirect(MAIL, "test@x.example")

    assert redirected.recipients == (Recipient("test@x.example"),)
    assert (redirected.reply_to, redirected.purpose) == ((), "test")
    assert (redirected.subject, redirected.text, redirected.html) == ("s", "t", "<p>t</p>")


def test_it_says_whom_it_was_meant_for():
    note = render_mail(test_mode.note(MEANT)).unescape()

    assert "To: ask@b.example, noc_b@b.example; CC: own@a.example; BCC: alice@a.example." in note


def test_an_empty_role_is_not_named():
    assert test_mode.meant_for(MEANT[:1]) == "To: ask@b.example"
