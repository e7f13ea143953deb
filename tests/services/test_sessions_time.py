"""What a replay keeps waiting, and what long silence does to a confirmed session."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.classify import Link
from app.domain.intake import AHEAD
from app.extensions import db
from app.models import FeedFault, Member, VlanInterface
from app.services import peering, seen, sessions, watching
from tests.agents import make_agent
from tests.factories import NOON
from tests.services.replays import START, UPDATE, at, datagram, make_lan, only_row, replay

pytestmark = pytest.mark.usefixtures("app")
MONTH = timedelta(days=28)
DAY = 86400


@pytest.fixture
def lan():
    return make_lan()


def test_no_reader_is_kept_waiting_while_a_recording_is_read(lan):
    def watched():
        reading.append(db.session().in_transaction())
        yield at(0).timestamp(), datagram(payload=UPDATE)

    reading = []
    sessions.replay(watched(), digest="d", name="n", now=at(0), confirm=timedelta(seconds=300))

    assert reading == [False]
    assert only_row().b_asn == 64502


def test_a_clean_sample_long_after_a_confirmed_session_is_possible_again(lan):
    replay((0, datagram(payload=UPDATE)))
    replay((40 * DAY, datagram(sequence=2**30)))
    member_id = db.session.scalar(select(Member.id).filter_by(asn=64501))

    def link(moment):
        board = peering.dashboard(member_id, now=moment, lookback=MONTH)
        return {peer.asn: peer.standing.cells[0].link for peer in board.peers}[64502]

    assert link(at(DAY)) is Link.BILATERAL
    assert link(at(40 * DAY)) is Link.POSSIBLE
    assert link(at(70 * DAY)) is Link.NONE
    assert db.session.query(VlanInterface).count() == 2


@pytest.mark.parametrize(("sampling", "hours"), [(64, 6), (1024, 104)])
def test_a_full_table_is_a_session_for_as_long_as_the_slowest_may_be_silent(lan, sampling, hours):
    """Two minutes of many samples, then nothing but keepalives, which are seldom sampled."""
    replay(*((second, datagram(payload=UPDATE)) for second in (0, 1, 2, 3, 61, 119, 121)))
    member_id = db.session.scalar(select(Member.id).filter_by(asn=64501))

    def counted(now):
        windows = watching.read_windows([lan.id], now=now, lookback=MONTH)
        return seen.list_seen(member_id, [lan.id], now=now, windows=windows)

    make_agent(lan, hours=hours + 48, until=at(3600 * hours), rate=float(sampling))
    assert counted(at(3600 * hours))


def test_a_recording_from_the_future_is_left_out_and_named_as_a_trouble(lan):
    ahead = (NOON - START).total_seconds() + 301
    result = replay(
        (0, datagram(payload=UPDATE)), (ahead, datagram()), (ahead + 9, datagram()), now=NOON
    )

    assert result.tally.skipped == {AHEAD: 2}
    assert only_row().samples == 1
    assert [(row.kind, row.datagrams) for row in db.session.query(FeedFault)] == [(AHEAD, 2)]
