"""Marks set in the drawer: with a reason and a last day."""

import re
from datetime import date

import pytest

from app.domain.classify import Mark
from app.domain.mark import Decision
from app.extensions import transaction
from app.models import PeerRelation
from app.services import marks
from tests.conftest import HTMX

SAID = {"reason": "their new router first", "until": "2026-01-31"}


def post(client, cast, mark="rejected", headers=HTMX, **fields):
    form = {"mark": mark, "member": cast.alpha.id, "drawer": "1"} | fields
    return client.post(f"/peering/potential/{cast.mall.id}/mark?q=m", data=form, headers=headers)


def stored(cast):
    return marks.find_decision(cast.alpha.id, cast.mall.id)


def test_list_and_drawer_come_back_and_the_drawer_stays_open(alice, cast):
    response = post(alice, cast, **SAID)

    assert response.headers["HX-Retarget"] == "#peering-panel"
    assert response.headers["HX-Replace-Url"] == f"/peering/potential/{cast.mall.id}?q=m"
    assert f'data-peer="{cast.mall.id}"' in response.text
    assert "“their new router first”, until 2026-01-31" in response.text
    assert stored(cast) == Decision(Mark.REJECTED, SAID["reason"], date(2026, 1, 31))


def test_without_javascript_it_leads_back_to_the_drawer(alice, cast):
    response = post(alice, cast, headers={}, **SAID)

    assert (response.status_code, response.location) == (
        303,
        f"/peering/potential/{cast.mall.id}?q=m",
    )


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "swap"])
@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until": "2026-01-14"}, "is over. Choose today (2026-01-15) or a later day."),
        ({"until": "tomorrow"}, "“tomorrow” is not a day; write it like 2026-12-31."),
        ({"reason": "x" * 201}, "at most 200 characters; this one has 201."),
    ],
)
def test_what_makes_no_sense_returns_with_what_was_typed(alice, cast, wrong, sentence, headers):
    response = post(alice, cast, headers=headers, **(SAID | wrong))

    assert response.status_code == 422
    assert sentence in response.text
    assert 'aria-invalid="true" aria-describedby="move-problem"' in response.text
    assert f'value="{(SAID | wrong)["reason"]}"' in response.text
    assert stored(cast) == Decision(None)


def test_undo_brings_back_reason_and_day(alice, cast):
    post(alice, cast, **SAID)
    answer = post(alice, cast, "peered").text
    undo = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)">',
            answer[answer.rindex('id="toasts"') :],
        )
    )

    alice.post(f"/peering/potential/{cast.mall.id}/mark", data=undo, headers=HTMX)

    assert undo["undo"] == "1"
    assert stored(cast) == Decision(Mark.REJECTED, SAID["reason"], date(2026, 1, 31))


@pytest.mark.parametrize("name", ["rita", "bob", "mallory", "carol"])
def test_strangers_and_readers_change_nothing(client, cast, name):
    assert post(cast.log_in(client, name), cast, **SAID).status_code in (403, 409)
    assert stored(cast) == Decision(None)


def test_a_move_begins_with_what_stands(alice, cast):
    post(alice, cast, **SAID)

    text = alice.get(f"/peering/rejected/{cast.mall.id}", headers=HTMX).text

    assert 'value="their new router first"' in text
    assert 'value="2026-01-31"' in text
    assert "Save, stay on Rejected / Ignored</button>" in text


def test_a_mark_that_ran_out_is_not_offered_again(alice, cast):
    post(alice, cast, **SAID)
    with transaction() as session:
        session.query(PeerRelation).one().mark_until = date(2026, 1, 10)

    text = alice.get(f"/peering/potential/{cast.mall.id}", headers=HTMX).text

    assert 'value="their new router first"' not in text
    assert "ran out, observed again" in text
