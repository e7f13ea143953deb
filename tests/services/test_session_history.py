"""History in the tables: periods, and when a pair counts as gone."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.classify import Link
from app.domain.directory import Place
from app.domain.grid import grade_now
from app.extensions import db, transaction
from app.models import Agent, Member, ObservedSession, SessionPeriod, Vlan, WatchHour
from app.services import peering, seen, session_store, watching
from app.services.peers import _seen
from tests.agents import store_hours
from tests.services.replays import UPDATE, at, datagram, make_lan, replay

pytestmark = pytest.mark.usefixtures("app")
MONTH = timedelta(days=28)
HOUR, DAY = 3600, 86400


@pytest.fixture
def lan():
    return make_lan()


def hourly(first, last):
    return [(second, datagram(payload=UPDATE)) for second in range(first, last + 1, HOUR)]


def periods():
    rows = db.session.scalars(select(SessionPeriod).order_by(SessionPeriod.started_at))
    return [(row.started_at, row.ended_at) for row in rows]


def watch(lan, start, hours, rate=100.0):
    """A switch that reported for these hours."""
    with transaction() as session:
        agent = Agent(
            address=f"198.51.100.{start // HOUR % 200}", first_at=at(start), last_at=at(start)
        )
        session.add(agent)
        session.flush()
        store_hours(session, [
            WatchHour(vlan_id=lan.id, agent_id=agent.id, hour=at(start + hour * HOUR),
                      seconds=3600.0, effective_rate=rate)
            for hour in range(hours)
        ])  # fmt: skip


def link(moment):
    member_id = db.session.scalar(select(Member.id).filter_by(asn=64501))
    board = peering.dashboard(member_id, now=moment, lookback=MONTH)
    return {peer.asn: peer.standing.cells[0].link for peer in board.peers}[64502]


def test_a_period_grows_from_batch_to_batch_and_another_begins_after_long_silence(lan):
    replay(*hourly(0, DAY))
    replay(*hourly(DAY + HOUR, 2 * DAY))
    replay(*hourly(5 * DAY, 6 * DAY), *hourly(9 * DAY, 9 * DAY + HOUR))

    assert periods() == [
        (at(0), at(2 * DAY)),
        (at(5 * DAY), at(6 * DAY)),
        (at(9 * DAY), at(9 * DAY + HOUR)),
    ]


def test_batches_in_the_wrong_order_lose_no_period(lan):
    replay(*hourly(5 * DAY, 6 * DAY))
    replay(*hourly(0, DAY))

    assert periods() == [(at(0), at(DAY)), (at(5 * DAY), at(6 * DAY))]
    row = db.session.scalar(select(ObservedSession))
    assert (row.period_start, row.last_seen) == (at(5 * DAY), at(6 * DAY))


def test_evidence_is_read_back_with_its_period(lan):
    replay(*hourly(0, DAY))

    row = db.session.scalar(select(ObservedSession))
    place = Place(row.low_address_id, row.high_address_id, row.vlan_id, row.protocol)
    with transaction() as session:
        (evidence,) = session_store.Locked(session, [place]).evidence.values()

    assert (evidence.period.start, evidence.period.samples) == (at(0).timestamp(), 25)
    assert evidence.period.end == at(DAY).timestamp()


def test_a_pair_seen_hourly_is_gone_after_a_day_of_silence_that_somebody_heard(lan):
    replay(*hourly(0, 5 * DAY))
    watch(lan, 0, 24 * 8)

    assert link(at(5 * DAY + 6 * HOUR)) is Link.BILATERAL
    assert link(at(6 * DAY)) is Link.NONE


def test_silence_does_not_count_while_nobody_listens(lan):
    replay(*hourly(0, 5 * DAY))
    assert link(at(6 * DAY)) is Link.BILATERAL  # nobody ever said that they listen

    watch(lan, 0, 24 * 5)  # the switch went silent together with the session

    assert link(at(8 * DAY)) is Link.BILATERAL
    assert link(at(34 * DAY)) is Link.NONE  # the look-back holds in any case


def test_one_switch_that_missed_hours_makes_everybody_patient(lan):
    replay(*hourly(0, 5 * DAY))
    watch(lan, 0, 24 * 6)
    watch(lan, HOUR, 24 * 4)

    assert link(at(6 * DAY)) is Link.BILATERAL


def test_the_window_says_what_the_lists_say(lan):
    """The rule in Python and in SQL are one: for each moment the same grade."""
    replay(*hourly(0, 5 * DAY))
    watch(lan, 0, 24 * 8)
    vlan_id = db.session.scalar(select(Vlan.id))
    row = db.session.scalar(select(ObservedSession))
    for hours in range(0, 24 * 40, 5):
        now = at(5 * DAY + hours * HOUR)
        window = watching.read_windows([vlan_id], now=now, lookback=MONTH).on(vlan_id)
        listed = seen.list_on_vlan(vlan_id, 4, now=now, window=window)
        assert [grade for _, grade, _ in listed] == [
            g for g in [grade_now(_seen(row), window)] if g
        ]


def test_a_rate_from_a_dense_recording_does_not_judge_what_thin_sampling_sees(lan):
    """Seen every minute in a recording; since then a switch samples 1 in 1,000."""
    replay(*[(second, datagram(payload=UPDATE)) for second in range(0, HOUR, 60)])
    watch(lan, HOUR, 24 * 20, rate=1000.0)

    assert link(at(3 * DAY)) is Link.BILATERAL
    assert link(at(6 * DAY)) is Link.NONE


def test_a_switch_that_samples_less_than_before_makes_nobody_stale_at_the_old_rate(lan):
    replay(*hourly(0, 5 * DAY))
    watch(lan, 0, 24 * 8)
    with transaction() as session:
        changed = session.query(WatchHour).filter(WatchHour.hour >= at(5 * DAY)).all()
        for row in changed:
            row.effective_rate = 2000.0
        store_hours(session, changed)

    assert link(at(7 * DAY)) is Link.BILATERAL
