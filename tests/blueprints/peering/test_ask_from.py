"""From whom a request is, and to whom answers go: as the form shows it, and as it leaves."""

import re

import pytest

from app.config import MailSettings
from app.extensions import transaction
from app.models import Contact
from tests.blueprints.peering.test_ask import fields
from tests.conftest import HTMX
from tests.letters import make_contact
from tests.mails import MAILING


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
