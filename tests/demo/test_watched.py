"""How long the demo was watched, and what its silence therefore says."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.demo import load as demo
from app.demo.networks import YOU
from app.demo.recording import HOUR, NEWEST
from app.demo.switches import FAR, NEAR
from app.domain.classify import Tab
from app.domain.confidence import Sureness
from app.extensions import db
from app.models import Calibration, WatchDay, WatchHour
from app.services import detection, members, peering, retention, silence
from tests.conftest import NOON

CONFIRM = timedelta(seconds=300)
SPAN = timedelta(seconds=NEWEST.begins)
LATER = NOON + timedelta(days=60, hours=7)
SO_FAR = 6 * 24 + 6  # hours of the last 28 days


@pytest.fixture(autouse=True)
def _loaded(app):
    demo.load(now=NOON, confirm=CONFIRM)


def look(now=NOON):
    """What silence says of every cell of the demo member without a session, by member."""
    board = peering.dashboard(members.get_by_asn(YOU).id, now=now, lookback=demo.LOOKBACK)
    peers = board.on(Tab.POTENTIAL)
    coverage = silence.read_coverage(
        [board.member_id, *(peer.id for peer in peers)],
        board.watches,
        now=now,
        lookback=demo.LOOKBACK,
        confirm=CONFIRM,
    )
    cells = [
        (peer, cell)
        for peer in peers
        for column in board.columns
        for cell in peer.cells_on(column.vlan_id) or ()
        if cell and not (cell.confirmed or cell.possible)
    ]
    return [
        (peer.name, coverage.in_cell(board.member_id, peer.id, (cell.vlan_id, cell.protocol)))
        for peer, cell in cells
    ]


def count(found):
    return Counter(absence.sureness for _, absence in found)


def watched(now=NOON):
    return {
        (line.vlan, line.agent): round(line.seconds / HOUR, 1)
        for line in detection.get_detection(now=now).watching
    }


def hours():
    return dict(iter(db.session.execute(
        select(WatchHour.hour, func.max(WatchHour.seconds)).group_by(WatchHour.hour)
    )))  # fmt: skip


def test_both_switches_reported_as_long_as_the_demo_was_watched():
    far, near = FAR.address, NEAR.address

    assert watched() == {("LAN 1", near): SO_FAR, ("LAN 2", near): SO_FAR, ("LAN 2", far): SO_FAR}


def test_for_most_pairs_a_session_would_have_shown_and_for_some_it_is_too_early():
    found = count(look())

    assert set(found) == {Sureness.SURE, Sureness.EARLY, Sureness.BLIND}
    assert found[Sureness.SURE] > 2 * found[Sureness.EARLY] > 0


def test_behind_one_port_are_the_demo_member_and_one_other_network():
    blind = {name for name, absence in look() if absence.sureness is Sureness.BLIND}

    assert blind == {"Quarry Voice"}


def test_right_after_the_start_only_a_collector_is_missed():
    found = detection.get_detection(now=NOON)

    assert [trouble.what for trouble in found.troubles] == ["No collector runs"]
    assert {agent.lost for agent in found.agents} == {0}
    assert not found.unproven + found.faults + found.strays
    assert sum(line.samples for line in found.hours[-7:]) > 0


def test_what_a_collector_measures_of_the_demo_changes_no_figure():
    before = look()
    retention.prune(NOON, timedelta(days=400))

    assert db.session.scalars(select(Calibration.packets)).all()
    assert look() == before


def test_started_again_within_hours_nothing_is_counted_twice():
    before = hours(), watched()

    assert not demo.refresh(now=NOON + SPAN, confirm=CONFIRM)
    assert (hours(), watched(NOON + SPAN)) == before


def test_on_a_later_day_watching_has_moved_along_and_only_the_last_hours_came_to_it():
    before, looked = watched(), count(look())

    assert demo.refresh(now=LATER, confirm=CONFIRM)
    assert not demo.refresh(now=LATER, confirm=CONFIRM)

    assert watched(LATER) == {place: hours + 6 for place, hours in before.items()}
    assert max(hours().values()) == HOUR
    assert count(look(LATER)) == looked


def test_days_of_watching_are_the_sums_of_their_hours_after_the_move():
    demo.refresh(now=LATER, confirm=CONFIRM)

    day, hour = WatchDay.seconds, WatchHour.seconds
    assert db.session.scalar(select(func.sum(day))) == db.session.scalar(select(func.sum(hour)))
