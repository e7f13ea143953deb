"""What changed: new, quiet, tries in vain, clients without a session; each member its own."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.extensions import db, transaction
from app.models import ObservedSession, SessionPeriod
from tests.agents import make_agent, make_port
from tests.cast import make_session
from tests.factories import NOON, make_interface, make_route_server

DAY = timedelta(days=1)


@pytest.fixture
def page(alice):
    return lambda: alice.get("/peering/changes").text


def change(**values):
    with transaction() as session:
        row = session.scalar(select(ObservedSession))
        for name, value in values.items():
            setattr(row, name, value)


def try_from(cast, side, *, attempts=9, at=NOON - DAY):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    change(grade=1, first_seen=None, last_seen=None, last_clean=None, attempts=attempts,
           last_attempt_at=at, attempt_from=side)  # fmt: skip


def day(moment):
    return f"{moment:%Y-%m-%d}"


def section(text, id):
    start = text.index(f'id="{id}"')
    return text[start : text.index("</section>", start)]


def test_a_session_that_began_this_week_is_new(cast, page):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    change(period_start=NOON - 2 * DAY)

    assert "Mall" in section(page(), "ch-new")

    change(period_start=NOON - 8 * DAY)
    assert "Mall" not in page()


def test_a_session_that_is_seen_no_more_went_quiet(cast, page):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON - 30 * DAY)

    assert "Mall" in section(page(), "ch-quiet")
    assert ">Went quiet in the last 56 days</h2>" in page()
    assert "somebody tries since" not in page()

    change(last_attempt_at=NOON - DAY)
    assert "somebody tries since" in section(page(), "ch-quiet")


def shown(text, id):
    """The days and ages that a section shows."""
    return re.findall(r"<time[^>]*>([^<]*)</time>", section(text, id))


def test_the_days_stand_beside_how_long_ago_they_were(cast, page):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON - DAY)
    change(period_start=NOON - 3 * DAY)
    new = section(page(), "ch-new")

    assert shown(page(), "ch-new") == [day(NOON - 3 * DAY), day(NOON - DAY)]
    assert ("3 days ago" in new, "24 h ago" in new, "Seen since" in new) == (True, True, True)

    change(period_start=NOON - 60 * DAY, last_seen=NOON - 30 * DAY)
    quiet = section(page(), "ch-quiet")

    assert shown(page(), "ch-quiet") == [day(NOON - 60 * DAY), day(NOON - 30 * DAY)]
    assert ("60 days ago" in quiet, "30 days ago" in quiet, "Quiet since" in quiet) == (True,) * 3


def test_who_went_quiet_last_stands_first(cast, page):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON - 40 * DAY)
    change(period_start=NOON - 50 * DAY)
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON - 30 * DAY)
    with transaction() as session:
        newer = session.scalars(select(ObservedSession).order_by(ObservedSession.id)).all()[-1]
        newer.period_start = NOON - 60 * DAY

    quiet = [NOON - days * DAY for days in (60, 30, 50, 40)]
    assert shown(page(), "ch-quiet") == [day(moment) for moment in quiet]


def test_staleness_at_its_own_rate_makes_it_quiet_before_the_look_back_does(cast, page):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON - 5 * DAY)
    change(stale_at=NOON - 3 * DAY)
    assert "Mall" not in section(page(), "ch-quiet")

    make_agent(cast.lan, hours=24 * 20)

    assert "Mall" in section(page(), "ch-quiet")


def test_a_try_of_the_other_side_is_a_hint_with_the_address(cast, alice, page):
    try_from(cast, "high")
    sentence = "AS64498 tries to reach you at 192.0.2.1 and is not answered with a session"

    assert sentence in section(page(), "ch-tries")
    assert sentence in alice.get(f"/peering/potential/{cast.mall.id}").text


def test_a_try_of_ones_own_says_so(cast, page):
    try_from(cast, "low")

    assert "You try to reach AS64498 at 192.0.2.3 from 192.0.2.1" in section(page(), "ch-tries")


@pytest.mark.parametrize("fields", [{"attempts": 2}, {"at": NOON - 8 * DAY}])
def test_few_or_old_tries_are_no_hint(cast, page, fields):
    try_from(cast, "high", **fields)

    assert "tries to reach" not in page()


def test_tries_before_a_clean_sample_are_no_hint(cast, alice, page):
    try_from(cast, "high", attempts=900)
    change(last_clean=NOON - DAY / 2)

    assert "tries to reach" not in page()
    assert "tries to reach" not in alice.get(f"/peering/potential/{cast.mall.id}").text

    change(last_attempt_at=NOON - DAY / 4)
    assert "tries to reach" in page()
    assert "tries to reach" in alice.get(f"/peering/potential/{cast.mall.id}").text


def test_nobody_reads_what_changed_between_others(cast, page):
    make_session(cast.lan, cast.beta_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    change(period_start=NOON - DAY, attempts=9, last_attempt_at=NOON, attempt_from="low")

    assert "Mall" not in page()
    assert "AS64498" not in page()


def test_a_registered_client_without_a_session_is_told_once_one_would_have_shown(cast, page):
    server = make_interface(make_route_server(), cast.lan, "192.0.2.250")
    agent_id = make_agent(cast.lan, hours=24 * 20)
    make_port(agent_id, 1, cast.alpha_ends.v4)
    make_port(agent_id, 2, server.v4)
    sentence = "192.0.2.1 is registered as a route-server client; no session to the route servers"

    assert f"{sentence} seen, though one would have shown within 3.1 days." in page()

    make_session(cast.lan, cast.alpha_ends.v4, server.v4, last_seen=NOON)
    assert sentence not in page()


def test_a_client_that_was_not_watched_long_enough_is_told_nothing(cast, page):
    make_interface(make_route_server(), cast.lan, "192.0.2.250")
    make_agent(cast.lan, hours=24)

    assert "192.0.2.1 is registered" not in page()


def test_the_drawer_shows_ninety_days_of_a_pair(cast, alice):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    with transaction() as session:
        session.add(
            SessionPeriod(session_id=session.scalar(select(ObservedSession.id)), grade=3,
                          started_at=NOON - 9 * DAY, ended_at=NOON, samples=7)
        )  # fmt: skip

    drawer = alice.get(f"/peering/peers/{cast.mall.id}").text

    assert 'aria-label="192.0.2.1 to 192.0.2.3: seen on 10 days of the last 90' in drawer
    assert db.session.scalar(select(SessionPeriod.samples)) == 7
