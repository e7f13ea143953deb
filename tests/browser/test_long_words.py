"""Names and addresses without a blank break where they must: no page scrolls sideways."""

from datetime import UTC, datetime

import pytest

from app.extensions import transaction
from app.models import (
    AuditEntry,
    Contact,
    Infrastructure,
    Member,
    OutboxMessage,
    OutboxRecipient,
    User,
    Vlan,
)
from app.services import one_time
from tests.browser.conftest import log_in
from tests.browser.test_axe_rooms import addresses

pytestmark = pytest.mark.xdist_group("browser")

NAME = "W" * 100
MAIL = f"{'m' * 60}@{'d' * 60}.example"
WIDTHS = (360, 768, 1280)
WIDEST = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.cloneNode().outerHTML.slice(0, 80)).slice(-4)"""


@pytest.fixture
def wordy(portal):
    """The cast with names of a hundred letters, and a mail and a log that name them."""
    cast, now = portal.cast, datetime.now(UTC)
    with transaction() as session:
        for member in (cast.alpha, cast.beta):
            row = session.get_one(Member, member.id)
            row.name, row.policy, row.as_set_4 = f"{row.name}{NAME}", "P" * 60, f"AS-{'S' * 200}"
            row.website, row.noc_phone = f"https://{'w' * 60}.example/{'x' * 90}", "1" * 60
            row.organisation = f"{row.name}-org"
        for vlan in session.query(Vlan):
            vlan.name = f"{vlan.name}-{NAME}"
        for home in session.query(Infrastructure):
            home.name = f"{home.name}-{NAME}"
        for user in session.query(User).filter(User.username != "carol"):
            user.name, user.email = f"{user.name}{NAME}", f"{user.username}{MAIL}"
        session.add(Contact(member_id=cast.alpha.id, kind="peering", email=MAIL, source="member"))
        session.add(
            AuditEntry(
                at=now, member_id=cast.alpha.id, action="details changed", subject=NAME,
                changes=[[NAME, NAME, NAME]], user_id=cast.users["alice"],
            )
        )  # fmt: skip
        mail = OutboxMessage(
            message_id=f"<{MAIL}>", purpose="notice", state="failed", sender=f"{NAME} <{MAIL}>",
            reply_to=MAIL, subject=NAME, text=NAME, created_at=now, next_attempt_at=now,
            last_error=NAME, finished_at=now, user_id=cast.users["alice"],
        )  # fmt: skip
        session.add(mail)
        session.flush()
        session.add(
            OutboxRecipient(
                outbox_id=mail.id, kind="to", name=NAME, address=MAIL, state="refused", answer=NAME
            )
        )
    return mail.id


def too_wide(page, paths):
    """By path and width: the elements that reach beyond the window."""
    found = {}
    for path in paths:
        if "html" not in page.request.get(path).headers.get("content-type", ""):
            continue
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found[f"{path} at {width}"] = page.evaluate(WIDEST)
    return found


def test_long_words_never_make_a_page_of_an_operator_scroll_sideways(open_page, portal, wordy):
    page = log_in(open_page(), "carol", "/attention/")
    cast = portal.cast
    lan, ends = cast.lan.id, cast.alpha_ends.interface_id
    inner = [
        f"/vlans/{lan}", f"/vlans/{lan}/delete", f"/vlans/{lan}/interfaces",
        f"/vlans/{lan}/interfaces/new", f"/vlans/{lan}/interfaces/{ends}",
        f"/members/{cast.alpha.id}", f"/members/{cast.alpha.id}/edit",
        f"/users/{cast.users['alice']}", f"/outbox/{wordy}",
        f"/members/?q={'q' * 90}", f"/users/?q={'q' * 90}", f"/outbox/?q={'q' * 90}",
    ]  # fmt: skip

    assert too_wide(page, [*addresses(portal), *inner]) == {}


def test_long_words_never_make_a_page_of_a_member_scroll_sideways(open_page, portal, wordy):
    page = log_in(open_page())
    beta = portal.cast.beta.id
    inner = [
        f"/peering/potential-bilateral/{beta}", f"/peering/potential-bilateral/{beta}/ask",
        f"/peering/potential-bilateral/{beta}/notes/new",
        f"/details/?q={'q' * 90}",
    ]  # fmt: skip

    assert too_wide(page, [*addresses(portal), *inner]) == {}


def test_long_words_never_make_a_page_of_a_stranger_scroll_sideways(open_page, portal, wordy):
    token = one_time.issue(portal.cast.users["alice"], "reset", now=datetime.now(UTC))
    inner = [f"/login/link/{token}", f"/login/link/{'t' * 90}", f"/{'n' * 90}"]

    assert too_wide(open_page(), [*addresses(portal), *inner]) == {}
