"""From whom a request is, and to whom answers go: as the form shows it, and as it leaves."""

import re
from html import unescape

import pytest

from app.config import MailSettings
from app.extensions import transaction
from app.models import Contact, Member
from tests.blueprints.peering.test_ask import fields
from tests.conftest import HTMX
from tests.letters import make_contact
from tests.mails import MAILING, queued


@pytest.fixture
def path(cast):
    return f"/peering/potential/{cast.mall.id}/ask"


@pytest.fixture
def browser(make_app, cast):
    for member in (cast.alpha, cast.mall):
        make_contact(member)
    app = make_app(mail=MailSettings(server="127.0.0.1"), **MAILING)
    return cast.log_in(app.test_client(), "alice")


REPLY_TO = re.compile(r"<dt>Reply-To</dt><dd>([^<]*)</dd>")


def test_with_nothing_ticked_the_answers_go_where_they_went_and_the_error_is_in_its_box(
    browser, cast, path
):
    sent = fields(cast, browser.get(path).text, pair=[])

    for end in ("preview", "send"):
        page = browser.post(f"{path}/{end}", data=sent, headers=HTMX).text
        assert REPLY_TO.search(page).group(1) == "peering@alpha.example"
    assert "Tick at least one session to ask for." in page
    assert re.search(r'<div class="in[^"]*"><p [^>]*id="ask-pair-error"', page)


def test_without_a_contact_of_ones_own_it_says_where_answers_go(browser, path):
    with transaction() as session:
        session.query(Contact).filter_by(email="peering@alpha.example").delete()

    told = REPLY_TO.search(browser.get(path).text).group(1)

    assert told == "none: answers go to the address in From"


FROM = re.compile(r"<dt>From</dt><dd>([^<]*)</dd>")


@pytest.mark.parametrize("how", ["send", "sample"])
@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Alpha", "Alpha via IXP <ixp@example.com>"),
        ('Größe, "Inc."', '"Größe, \\"Inc.\\" via IXP" <ixp@example.com>'),
        ("a\r\nBcc: evil@x.example", '"a Bcc: evil@x.example via IXP" <ixp@example.com>'),
    ],
)
def test_the_name_in_from_tells_who_asks_and_the_preview_says_so(
    browser, cast, path, name, header, how
):
    with transaction() as session:
        session.get_one(Member, cast.alpha.id).name = name

    page = browser.get(path).text
    browser.post(f"{path}/{how}", data=fields(cast, page))

    assert unescape(FROM.search(page).group(1)) == header
    mail = queued()[0]
    assert mail.sender == header
    assert mail.reply_to == "peering@alpha.example"


def test_other_mails_are_from_the_exchange_alone(browser, cast):
    person = {"name": "Nora", "email": "nora@new.example", "role": "1"}
    browser.post("/team/invite", data={"member": cast.alpha.id} | person)

    assert [mail.sender for mail in queued()] == ["IXP <ixp@example.com>"]
