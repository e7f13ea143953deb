"""An open page asks whether a session changed: mostly nothing, else the list as it is now."""

import re
from datetime import timedelta

from app.extensions import transaction
from app.models import LoginSession
from tests.cast import make_session
from tests.conftest import HTMX
from tests.factories import NOON


def asked(page):
    return re.search(r'id="peering-watch" hidden hx-get="([^"]+)"', page)[1].replace("&amp;", "&")


def test_while_nothing_changed_the_answer_is_empty(cast, alice):
    address = asked(alice.get("/peering/potential").text)

    answer = alice.get(address, headers=HTMX)

    assert (answer.status_code, answer.data) == (204, b"")


def test_a_new_session_brings_the_list_and_the_counts(cast, alice):
    address = asked(alice.get("/peering/potential").text)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    answer = alice.get(address, headers=HTMX)

    assert answer.text.lstrip().startswith('<section class="list-part" id="peering-list"')
    assert 'id="peering-tabs"' in answer.text
    assert "HX-Push-Url" not in answer.headers
    assert alice.get(asked(answer.text), headers=HTMX).status_code == 204


def test_a_session_of_others_changes_nothing(cast, alice):
    address = asked(alice.get("/peering/potential").text)
    make_session(cast.lan, cast.beta_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    assert alice.get(address, headers=HTMX).status_code == 204


def test_asking_is_cheap(cast, alice, statements):
    address = asked(alice.get("/peering/potential").text)

    with statements() as sent:
        alice.get(address, headers=HTMX)

    assert len([one for one in sent if one.startswith("SELECT")]) <= 5


def test_asking_keeps_no_login_alive(cast, app, alice):
    address = asked(alice.get("/peering/potential").text)
    app.extensions["clock"] = lambda: NOON + timedelta(hours=1)

    alice.get(address, headers=HTMX)

    with transaction() as session:
        assert session.query(LoginSession).one().seen_at == NOON


def test_a_page_without_scripts_goes_back_to_the_list(cast, alice):
    assert alice.get("/peering/potential/changed?q=al").location == "/peering/potential?q=al"


def test_more_rows_take_the_question_along(cast, alice):
    answer = alice.get("/peering/potential/rows?from=50", headers=HTMX)

    assert "show=100" in asked(answer.text)
