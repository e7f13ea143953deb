"""Marks with a reason and a last day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark, Tab
from app.domain.errors import Invalid
from app.domain.mark import Decision
from app.extensions import db
from app.models import PeerRelation
from app.services import marks, peering
from tests.conftest import NOON

MONTH = timedelta(days=28)
FRIDAY = date(2026, 1, 16)


@pytest.fixture
def mark(cast):
    own = Acting(cast.alpha.id, "Alpha", 64496, Role.ADMIN)
    actor = Actor(cast.users["alice"], "alice", "Alice", is_superuser=False, member=own)

    def mark(wanted, now=NOON, **said):
        return marks.set_mark(actor, cast.mall.id, wanted, now=now, **said)

    return mark


def tabs(cast, now):
    board = peering.dashboard(cast.alpha.id, now=now, lookback=MONTH)
    return set(board.find(cast.mall.id).standing.tabs)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, Tab.REJECTED), (1, Tab.REJECTED), (2, Tab.POTENTIAL)]
)
def test_a_mark_that_runs_out_returns_the_member_to_what_is_observed(cast, mark, days, expected):
    mark(Mark.REJECTED, until=FRIDAY)

    assert tabs(cast, NOON + timedelta(days=days)) == {expected}


def test_what_stood_before_comes_back_with_reason_and_day(mark):
    first = mark(Mark.REJECTED, reason="new router", until=FRIDAY)

    assert first == Decision(None)
    assert mark(Mark.PEERED) == Decision(Mark.REJECTED, "new router", FRIDAY)
    assert mark(None) == Decision(Mark.PEERED)


def test_a_mark_that_ran_out_did_not_stand(mark, cast):
    mark(Mark.REJECTED, until=FRIDAY)

    assert mark(Mark.PEERED, now=NOON + timedelta(days=9)) == Decision(None)
    assert marks.find_decision(cast.alpha.id, cast.mall.id) == Decision(Mark.PEERED)


@pytest.mark.parametrize("said", [{"until": date(2026, 1, 14)}, {"reason": "x" * 201}])
def test_what_makes_no_sense_stores_nothing(mark, said):
    with pytest.raises(Invalid):
        mark(Mark.REJECTED, **said)

    assert db.session.scalars(select(PeerRelation)).all() == []
