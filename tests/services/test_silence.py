"""What silence between two members means, from how they are watched."""

import re
from datetime import timedelta

import pytest

from app.domain.confidence import Sureness
from app.extensions import transaction
from app.models import Calibration, WatchHour
from app.services import peers, silence, watching
from tests.agents import make_agent, make_port, store_hours
from tests.cast import make_session
from tests.factories import NOON

MONTH = timedelta(days=28)
CONFIRM = timedelta(seconds=300)


def judge(cast, protocol=4, one="alpha", other="beta", now=NOON):
    watches = watching.list_watches([cast.lan.id], now - MONTH, now)
    members = [getattr(cast, name).id for name in (one, other)]
    coverage = silence.read_coverage(members, watches, now=now, lookback=MONTH, confirm=CONFIRM)
    return coverage.in_cell(*members, (cast.lan.id, protocol))


def test_without_any_switch_nothing_can_be_said(cast):
    assert judge(cast).sureness is Sureness.UNWATCHED


def test_silence_is_surer_the_longer_the_switch_reports(cast):
    agent_id = make_agent(cast.lan, hours=48)
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, cast.beta_ends.v4)
    early = judge(cast)

    make_agent(cast.lan, hours=24 * 10, address="198.51.100.2")
    make_port(2, 1, cast.alpha_ends.v4, samples=9)
    make_port(2, 2, cast.beta_ends.v4, samples=9)

    assert early.sureness is Sureness.EARLY
    assert judge(cast).sureness is Sureness.SURE


def test_an_address_that_was_never_sampled_counts_as_badly_watched_as_any_on_the_vlan(cast):
    good = make_agent(cast.lan, hours=24 * 20)
    make_port(good, 1, cast.alpha_ends.v4)
    make_port(good, 2, cast.beta_ends.v4)
    known = judge(cast)
    make_agent(cast.lan, hours=24, rate=50_000.0, address="198.51.100.2")

    assert judge(cast, protocol=6).probability < known.probability
    assert judge(cast, protocol=6).sureness is not Sureness.SURE


def test_the_drawer_says_for_how_long_the_vlan_was_watched_at_all(cast):
    def why():
        found = peers.get_peer(cast.alpha.id, cast.mall.id, now=NOON, lookback=MONTH)
        return [reason.why.partition(";")[0] for _, said in found.why for reason in said]

    unknown = why()
    make_agent(cast.lan, hours=150)
    make_agent(cast.lan, hours=24, address="198.51.100.2")
    short = why()
    make_agent(cast.lan, hours=24 * 28, address="198.51.100.3")

    assert unknown == why() == ["no session seen in the last 28 days"]
    assert short == ["no session seen (watched 6.2 of the last 28 days)"]


def lose(agent_id, since, heard=20, lost=80):
    """From then on so many of a hundred datagrams are lost."""
    with transaction() as session:
        query = session.query(WatchHour).filter_by(agent_id=agent_id)
        hours = query.filter(WatchHour.hour >= since).all()
        for hour in hours:
            hour.heard, hour.lost = heard, lost
        store_hours(session, hours)


def test_what_is_lost_on_the_way_is_not_watched(cast):
    whole = make_agent(cast.lan, hours=48)
    make_port(whole, 1, cast.alpha_ends.v4)
    make_port(whole, 2, cast.beta_ends.v4)
    before = judge(cast)
    lose(whole, NOON - MONTH, 50, 50)

    assert judge(cast).needed == pytest.approx(2 * (before.needed - 300) + 300)


def test_a_switch_that_loses_since_lately_is_judged_by_the_days_it_did(cast):
    """Clean for a year, and then 80 % lost: the days before count whole."""
    switch = make_agent(cast.lan, hours=24 * 60)
    make_port(switch, 1, cast.alpha_ends.v4)
    make_port(switch, 2, cast.beta_ends.v4)
    clean = judge(cast)
    lose(switch, NOON - timedelta(days=5.5))
    [watch] = watching.list_watches([cast.lan.id], NOON - MONTH, NOON)
    floor = watching.windows_of([watch], now=NOON, lookback=MONTH).on(cast.lan.id).floor

    assert watch.arrived == pytest.approx((22.5 + 5.5 * 0.2) * 86400)
    assert watch.arrives == pytest.approx(0.2)
    assert judge(cast).needed == pytest.approx(5 * (clean.needed - 300) + 300)
    assert watch.rate == pytest.approx(5000.0)
    assert floor < NOON - timedelta(days=20), "4.3 days of silence are likely five times as long"


def test_a_switch_that_went_silent_tells_nothing_more(cast):
    agent_id = make_agent(cast.lan, hours=24, until=NOON - timedelta(days=2))
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, cast.beta_ends.v4)

    assert judge(cast).sureness is Sureness.BLIND


def test_two_behind_one_port_cannot_be_observed_unless_it_is_an_uplink(cast):
    agent_id = make_agent(cast.lan, hours=24 * 20)
    make_port(agent_id, 1, cast.alpha_ends.v4, cast.beta_ends.v4, cast.mall_ends.v4)
    assert judge(cast).sureness is Sureness.BLIND

    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    assert judge(cast).sureness is Sureness.SURE


def test_what_the_exchanges_own_sessions_send_shortens_the_time(cast):
    agent_id = make_agent(cast.lan, hours=24)
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, cast.beta_ends.v4)
    before = judge(cast)
    with transaction() as session:
        session.add(Calibration(vlan_id=cast.lan.id, packets=2 / 80, sessions=30, measured_at=NOON))

    assert judge(cast).needed == pytest.approx((before.needed - 300) / 2 + 300)


def test_rows_and_drawer_say_what_silence_means(cast, alice):
    agent_id = make_agent(cast.lan, hours=24 * 20)
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, cast.mall_ends.v4)

    listed = alice.get("/peering/potential").text
    drawer = alice.get(f"/peering/potential/{cast.mall.id}").text

    assert re.search("would have shown: 99.\\d\u00a0%", listed)  # on one line
    assert "nothing seen; an existing session would have been confirmed by now with 99." in drawer


def test_an_uplink_that_samples_an_address_too_makes_nothing_surer(cast):
    own, uplink = make_agent(cast.lan, hours=48), make_agent(cast.lan, hours=48, address="::1")
    make_port(own, 1, cast.alpha_ends.v4, samples=100)
    make_port(own, 2, cast.beta_ends.v4, samples=100)
    before = judge(cast)

    make_port(uplink, 1, cast.alpha_ends.v4, cast.beta_ends.v4, rate=100, samples=7)

    assert judge(cast) == before


def test_after_a_member_moved_to_another_port_the_new_one_counts(cast):
    old, new = make_agent(cast.lan, hours=48), make_agent(cast.lan, hours=48, address="::1")
    make_port(old, 2, cast.beta_ends.v4)
    make_port(old, 1, cast.alpha_ends.v4, samples=999, last_at=NOON - timedelta(days=3), rate=10)
    make_port(new, 1, cast.alpha_ends.v4, rate=1000)

    assert judge(cast).needed == pytest.approx(6.638 * 1000 * 80 / 2 + 300, rel=0.01)


def test_a_port_that_sampled_before_the_look_back_is_forgotten(cast):
    agent_id = make_agent(cast.lan, hours=48, rate=1000.0)
    make_port(agent_id, 2, cast.beta_ends.v4)
    make_port(agent_id, 1, cast.alpha_ends.v4, rate=1, last_at=NOON - timedelta(days=29))

    assert judge(cast).needed > 6.638 * 1000 * 80 / 2


@pytest.mark.parametrize("counts", [{}, {"pool": 4_000, "sequences": 2_000}])
def test_a_switch_that_says_nothing_of_its_sampling_is_not_taken_for_one_that_samples_all(
    cast, counts
):
    """Rate 0 and no pool are allowed by sFlow; a pool that moves less than the rate is a fault."""
    agent_id = make_agent(cast.lan, hours=48, rate=1000.0)
    make_port(agent_id, 1, cast.alpha_ends.v4, rate=1000 if counts else 0, **counts)
    make_port(agent_id, 2, cast.beta_ends.v4, pool=10_000_000, sequences=10_000)

    assert judge(cast).needed == pytest.approx(6.638 * 1000 * 80 / 2 + 300, rel=0.01)


def test_where_no_switch_says_how_it_samples_nothing_can_be_said(cast):
    agent_id = make_agent(cast.lan, hours=48, rate=None)
    make_port(agent_id, 1, cast.alpha_ends.v4, rate=0)
    make_port(agent_id, 2, cast.beta_ends.v4, rate=0)

    assert judge(cast).sureness is Sureness.BLIND
    watches = watching.list_watches([cast.lan.id], NOON - MONTH, NOON)
    windows = watching.windows_of(watches, now=NOON, lookback=MONTH)
    assert windows.on(cast.lan.id).floor == NOON - MONTH
