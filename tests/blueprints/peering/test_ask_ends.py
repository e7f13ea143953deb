"""Send, Send to me, Mark as sent: what is mailed, stored and said, in and out of test mode."""

import itertools
import re

import pytest
from sqlalchemy import func, select

from app.config import MailSettings, TestMode
from app.extensions import db
from app.models import Note, OutboxRecipient, PeeringRequest
from app.services import last_asked
from tests.blueprints.peering.test_ask import fields
from tests.conftest import HTMX
from tests.letters import make_contact
from tests.mails import MAILING, queued

RELAY = {"mail": MailSettings(server="127.0.0.1"), **MAILING}


@pytest.fixture
def contacts(cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)


@pytest.fixture
def path(cast):
    return f"/peering/potential/{cast.mall.id}/ask"


@pytest.fixture
def browser(make_app, cast, contacts):
    return cast.log_in(make_app(**RELAY).test_client(), "alice")


def recipients():
    rows = db.session.execute(
        select(OutboxRecipient.kind, OutboxRecipient.address).order_by(OutboxRecipient.id)
    )
    return [tuple(row) for row in rows]


def stored(table):
    return db.session.scalar(select(func.count()).select_from(table))


def press(browser, cast, path, how, **changes):
    sent = fields(cast, browser.get(path).text) | changes
    return browser.post(f"{path}/{how}", data=sent)


def toast_in(page):
    return re.search(r'class="tst"><span>(.*?)</span>', page).group(1)


def toast_of(browser):
    return toast_in(browser.get("/peering/").text)


def test_send_says_to_whom_and_leads_to_the_drawer(browser, cast, path):
    response = press(browser, cast, path, "send")

    assert (response.status_code, response.location) == (303, path.removesuffix("/ask"))
    assert recipients() == [
        ("to", "peering@mall.example"),
        ("cc", "peering@alpha.example"),
        ("bcc", "alice@example.net"),
    ]
    assert toast_of(browser) == "Queued for Mall (peering@mall.example): 1 session."
    drawer = browser.get(path.removesuffix("/ask")).text
    assert "Alice: <a" in drawer
    assert "peering request, 1 session: IPv4 on LAN 1" in drawer
    assert "queued just now by Alice, not sent yet" in re.sub(r"\s+", " ", drawer)
    assert "Ask again" in browser.get("/peering/potential").text


def test_a_swap_is_sent_on_to_the_drawer(browser, cast, path):
    sent = fields(cast, browser.get(path).text)

    response = browser.post(f"{path}/send", data=sent, headers=HTMX)

    assert response.headers["HX-Redirect"] == path.removesuffix("/ask")


def test_a_sample_goes_to_oneself_and_records_nothing(browser, cast, path):
    answer = press(browser, cast, path, "sample", message="My own words.")

    assert recipients() == [("to", "alice@example.net")]
    assert (stored(PeeringRequest), stored(Note)) == (0, 0)
    assert "A sample goes to you, alice@example.net, and to nobody else." in answer.text
    assert "My own words.</textarea>" in answer.text  # the draft is still to be sent


def test_marking_mails_nothing_and_records(browser, cast, path):
    press(browser, cast, path, "mark")

    assert queued() == []
    assert (stored(PeeringRequest), stored(Note)) == (1, 1)
    assert toast_of(browser) == "Recorded as sent to Mall: 1 session. No mail was sent."


def test_too_soon_warns_and_passes_once_confirmed(browser, cast, path):
    press(browser, cast, path, "send")

    warned = press(browser, cast, path, "send")
    assert warned.status_code == 429
    assert "You asked Mall just now" in re.sub(r"<[^>]+>", "", warned.text)
    last = last_asked.find_last(cast.alpha.id, cast.mall.id).id
    assert f'name="after" value="{last}"' in warned.text
    assert stored(PeeringRequest) == 1

    assert press(browser, cast, path, "send", after=last).status_code == 303
    assert press(browser, cast, path, "send", after=last).status_code == 429
    assert stored(PeeringRequest) == 2


MODES = [
    TestMode(on=on, email="test@ix.example", note=note, date=date)
    for on, note, date in [(False, False, False), *itertools.product([True], *[[False, True]] * 2)]
]
# how: to whom it is mailed without and with test mode, and what is recorded at all
WAYS = {
    "send": (
        [("to", "peering@mall.example"), ("cc", "peering@alpha.example"),
         ("bcc", "alice@example.net")],
        [("to", "test@ix.example")],
        True,
    ),
    "sample": ([("to", "alice@example.net")], [("to", "test@ix.example")], False),
    "mark": ([], [], True),
}  # fmt: skip


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("mode", MODES, ids=lambda m: f"on={m.on} note={m.note} date={m.date}")
def test_every_way_in_every_mode_mails_and_stores_what_is_said(
    make_app, cast, contacts, path, how, mode
):
    browser = cast.log_in(make_app(test_mode=mode, **RELAY).test_client(), "alice")
    answer = press(browser, cast, path, how)
    real, test, records = WAYS[how]

    assert recipients() == (test if mode.on else real)
    counts = records and (mode.date or not mode.on)
    noted = records and (mode.note or not mode.on)
    assert (last_asked.find_last(cast.alpha.id, cast.mall.id) is not None) is counts
    assert stored(Note) == int(noted)
    said = toast_in(answer.text) if how == "sample" else toast_of(browser)
    if mode.on:
        assert said.startswith("Test mode")
        assert ("date and counter" in said) is bool(counts)
        assert (" note" in said) is bool(noted)
        assert bool(re.search("Nothing is recorded|Neither the date", said)) is not (
            counts or noted
        )
        for mail in queued():
            assert "It was meant for To: " in mail.text
            assert (mail.purpose, mail.reply_to) == ("test", None)
    else:
        assert "Test mode" not in said


def test_in_test_mode_the_form_shows_what_the_mail_will_say(make_app, cast, contacts, path):
    mode = TestMode(on=True, email="test@ix.example")
    browser = cast.log_in(make_app(test_mode=mode, **RELAY).test_client(), "alice")

    page = browser.get(path).text

    assert "Peering requests go to test@ix.example only" in page
    assert "It was meant for To: peering@mall.example" in page


def test_to_needs_an_address_of_theirs(browser, cast, path):
    answer = press(browser, cast, path, "send", to="peering@alpha.example")

    assert answer.status_code == 422
    assert "Nobody at Mall is in To." in answer.text
    assert queued() == []


def test_a_code_fence_left_open_does_not_swallow_the_footer(browser, cast, path):
    press(browser, cast, path, "send", message="```\nshow bgp summary")

    (mail,) = queued()
    footer = mail.html.partition("</pre>")[2]
    assert re.search(r'<a [^>]*href="http[^"]+/requests/stop/', footer)
    assert f"{mail.text.rstrip()[-20:]}" not in mail.html.partition("</pre>")[0]


def test_a_pair_that_is_named_three_times_is_one(browser, cast, path):
    sent = fields(cast, browser.get(path).text)
    pair = sent["pair"] if isinstance(sent["pair"], list) else [sent["pair"]]

    page = browser.post(f"{path}/preview", data=sent | {"pair": pair * 3}).text

    assert "1 of 1 ticked" in page


def test_without_a_tick_the_error_gets_the_focus(browser, cast, path):
    page = press(browser, cast, path, "send", pair=[]).text

    assert re.search(r'id="ask-pair-error" role="alert" tabindex="-1" autofocus', page)


def test_the_fields_say_which_addresses_they_take(browser, make_app, cast, path):
    page = browser.get(path).text
    assert "Only addresses the exchange knows" in page
    assert page.count('aria-describedby="ask-known"') == 3


def test_a_warning_asks_for_no_tick_where_nobody_is_mailed(browser, cast, path):
    press(browser, cast, path, "mark")
    page = browser.get(path).text
    assert "<b>You asked Mall just now</b>" in page
    assert re.search(r"You can ask again without this warning from \d{4}-\d\d-\d\d\.", page)
    assert 'name="after"' in page
    assert "although you asked on" in page

    cast.mall.takes_requests = "none"
    db.session.add(cast.mall)
    db.session.commit()

    assert 'name="after"' not in browser.get(path).text
    assert press(browser, cast, path, "mark").status_code == 303
    assert stored(PeeringRequest) == 2
