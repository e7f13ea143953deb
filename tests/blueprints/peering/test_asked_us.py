"""A request that was received is told where its sender is looked at, for thirty days."""

import re
from datetime import timedelta

import pytest

from app.extensions import db
from app.models import OutboxMessage
from app.services import last_asked, peering_requests
from tests.factories import NOON
from tests.letters import MAIL, RULES, order, window

DAY = timedelta(days=1)


def ask(cast, now=NOON, **changes):
    """Alpha asks Mall, and the mail arrives."""
    done = peering_requests.send(
        cast.actor("alice", cast.alpha),
        cast.mall.id,
        order(cast, now=now),
        MAIL,
        rules=RULES._replace(**changes),
        window=window(now),
    )
    settle("sent")
    return done.request_id


def settle(state):
    db.session.query(OutboxMessage).update({"state": state, "finished_at": NOON})
    db.session.commit()


@pytest.fixture
def mallory(app, cast):
    return cast.log_in(app.test_client(), "mallory")


@pytest.fixture
def read(cast, mallory):
    """What Mall reads about Alpha: in the row, in the drawer, in the form of a request."""
    base, alpha = "/peering/potential", cast.alpha.id

    def look():
        row = re.search(rf'<tr id="peer-{alpha}".*?</tr>', mallory.get(base).text, re.DOTALL)
        pages = row.group(), *(mallory.get(f"{base}/{alpha}{end}").text for end in ("", "/ask"))
        return [set(re.findall(r'href="/requests/(\d+)">They asked you', page)) for page in pages]

    return look


def test_row_drawer_and_form_lead_to_what_they_asked(cast, read):
    request_id = ask(cast, NOON - DAY)

    assert read() == [{str(request_id)}] * 3


def test_it_says_when(cast, mallory):
    ask(cast, NOON - DAY)

    page = mallory.get(f"/peering/potential/{cast.alpha.id}/ask").text

    assert "They asked you 24 h ago – see it" in page


@pytest.mark.parametrize("state", ["queued", "sending", "failed", "doubtful", "cancelled"])
def test_what_did_not_arrive_is_told_to_nobody(cast, read, state):
    ask(cast)
    settle(state)

    assert read() == [set()] * 3


def test_a_test_is_told_to_nobody(cast, read):
    ask(cast, is_test=True)

    assert read() == [set()] * 3


def test_after_thirty_days_it_is_told_no_more(cast, read):
    ask(cast, NOON - 30 * DAY)

    assert read() == [set()] * 3


def test_who_asked_reads_of_their_own_request_alone(cast, alice):
    ask(cast)

    page = alice.get(f"/peering/potential/{cast.mall.id}").text

    assert "They asked you" not in page
    assert "asked just now by Alice" in re.sub(r"\s+", " ", page)


def test_both_may_have_asked(cast, app):
    theirs = ask(cast, NOON - 2 * DAY)
    mallory = cast.actor("mallory", cast.mall)
    wanted = order(cast)
    swapped = tuple("-".join(reversed(key.split("-"))) for key in wanted.keys)
    ours = peering_requests.send(
        mallory, cast.alpha.id, wanted._replace(keys=swapped), MAIL, rules=RULES, window=window()
    ).request_id

    found = last_asked.find_history(cast.mall.id, cast.alpha.id)

    assert (found.last.id, found.last.many, found.received.id) == (ours, 1, theirs)
    assert last_asked.list_history(cast.mall.id) == {cast.alpha.id: found}
    assert last_asked.find_history(cast.mall.id, cast.beta.id) is last_asked.NEVER
