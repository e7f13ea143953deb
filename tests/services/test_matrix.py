"""The matrix agrees with the tabs, and leaves out who asked for it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Link
from app.domain.errors import Forbidden, NotFound
from app.domain.evidence import Grade
from app.extensions import db, transaction
from app.models import AuditEntry, FieldOrigin, Member, ObservedSession, Vlan
from app.services import matrix, matrix_density, matrix_pair, peering
from tests.cast import make_session
from tests.factories import NOON, make_interface, make_member

MONTH = timedelta(days=28)
WINDOW = {"now": NOON, "lookback": MONTH}


@pytest.fixture(autouse=True)
def flagged(cast):
    with transaction() as session:
        session.execute(update(Vlan).values(peering_matrix=True))


def cell_of_tab(cast, one, other, protocol):
    board = peering.dashboard(one.id, **WINDOW)
    pair = board.find(other.id).cells_on(cast.lan.id)
    return pair[0 if protocol == 4 else 1].link


@pytest.mark.parametrize("clients", [True, False])
@pytest.mark.parametrize("never", [True, False])
@pytest.mark.parametrize("grade", [None, Grade.ATTEMPT, Grade.POSSIBLE, Grade.CONFIRMED])
@pytest.mark.parametrize("days", [1, 27, 28, 29])
def test_a_pair_has_one_link_in_the_matrix_and_on_the_tabs_of_both(
    cast, clients, never, grade, days
):
    other = cast.beta if clients else cast.mall
    ends = cast.beta_ends if clients else cast.mall_ends
    with transaction() as session:
        session.execute(
            update(Member).where(Member.id == other.id).values(never_via_route_servers=never)
        )
    if grade is not None:
        seen = NOON - timedelta(days=days)
        make_session(cast.lan, cast.alpha_ends.v4, ends.v4, grade=grade, last_seen=seen)
        if clients:  # the other one has no IPv6; a day less, so that the protocols differ
            more = {"grade": grade, "last_seen": seen - timedelta(days=1), "protocol": 6}
            make_session(cast.lan, cast.alpha_ends.v6, ends.v6, **more)

    for protocol in (4, 6) if clients else (4,):
        shown = matrix.get_matrix(None, cast.lan.id, protocol, **WINDOW)
        one, two = shown.place(cast.alpha.id), shown.place(other.id)
        ids = cast.alpha.id, other.id

        assert shown.link(one, two) == shown.link(two, one)
        assert shown.link(one, two) == cell_of_tab(cast, cast.alpha, other, protocol)
        assert shown.link(one, two) == cell_of_tab(cast, other, cast.alpha, protocol)
        pair = matrix_pair.get_pair(None, cast.lan.id, protocol, ids, **WINDOW)
        assert shown.link(one, two) == pair.link


def test_every_kind_of_link_is_among_those_compared(cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    gamma = make_member(64499, "Gamma")
    ends = make_interface(gamma, cast.lan, "192.0.2.4", rs_client=True)
    make_session(cast.lan, cast.mall_ends.v4, ends.v4, grade=Grade.POSSIBLE, last_seen=NOON)
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)

    totals = matrix.get_matrix(None, cast.lan.id, 4, **WINDOW).totals()

    assert totals == {
        Link.BOTH: 1, Link.BILATERAL: 1, Link.ROUTE_SERVER: 2, Link.POSSIBLE: 1, Link.NONE: 1
    }  # fmt: skip


def test_two_entries_of_one_network_are_no_pair(cast):
    twin = make_member(64496, "Alpha again")
    make_interface(twin, cast.lan, "192.0.2.9", rs_client=True)

    shown = matrix.get_matrix(None, cast.lan.id, 4, **WINDOW)

    assert shown.link(shown.place(twin.id), shown.place(cast.alpha.id)) is None
    assert sum(shown.totals().values()) == 5


def test_the_matrix_takes_three_statements(cast, statements):
    lan_id = cast.lan.id
    with statements() as asked:
        matrix.get_matrix(None, lan_id, 4, **WINDOW)

    assert len([one for one in asked if one.startswith("SELECT")]) == 3


def test_the_matrix_is_read_once_while_nothing_changes_and_anew_after_a_change(cast, statements):
    lan_id, ends, now = cast.lan.id, (cast.alpha_ends.v4, cast.mall_ends.v4), NOON

    def look():
        with statements() as asked:
            found = matrix.get_matrix(None, lan_id, 4, now=now, lookback=MONTH)
        db.session.rollback()
        return found.totals()[Link.BILATERAL], sum("observed_session" in one for one in asked)

    assert look() == (0, 1)
    # PostgreSQL tells of other databases' commits, too, and other tests are at work.
    assert any(look() == (0, 0) for _ in range(200))

    now = NOON + timedelta(seconds=30)
    make_session(cast.lan, *ends, first_seen=now, last_seen=now)
    assert look() == (1, 1), "what was seen within this minute counts"
    now += MONTH - timedelta(minutes=1)
    assert look()[0] == 1
    now += timedelta(minutes=2)
    assert look()[0] == 0, "nothing changed but the time"


def test_only_a_confirmed_session_says_when_a_pair_was_first_and_last_seen(cast):
    """The possible session of another router pair, and clean packets after it, do not."""
    days = [NOON - timedelta(days=n) for n in range(20)]
    two = make_interface(cast.alpha, cast.lan, "192.0.2.8")
    make_session(
        cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, first_seen=days[9], last_seen=days[5]
    )
    make_session(
        cast.lan, two.v4, cast.mall_ends.v4,
        grade=Grade.POSSIBLE, first_seen=days[19], last_seen=days[2],
    )  # fmt: skip
    make_session(
        cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4,
        grade=Grade.POSSIBLE, first_seen=days[9], last_seen=days[2],
    )  # fmt: skip
    with transaction() as session:
        session.execute(update(ObservedSession).values(last_clean=days[1]))

    sure, possible = (
        matrix_pair.get_pair(None, cast.lan.id, 4, (cast.alpha.id, other.id), **WINDOW)
        for other in (cast.mall, cast.beta)
    )

    assert (sure.link, sure.first_seen, sure.last_seen) == (Link.BILATERAL, days[9], days[5])
    assert (possible.link, possible.first_seen, possible.last_seen) == (
        Link.ROUTE_SERVER, None, None
    )  # fmt: skip


def test_a_pair_is_the_same_from_both_sides_and_costs_few_statements(cast, statements):
    make_session(cast.lan, cast.alpha_ends.v6, cast.beta_ends.v6, protocol=6, last_seen=NOON)
    lan_id, ids = cast.lan.id, (cast.alpha.id, cast.beta.id)
    with statements() as asked:
        one = matrix_pair.get_pair(None, lan_id, 6, ids, **WINDOW)
    other = matrix_pair.get_pair(None, lan_id, 6, ids[::-1], **WINDOW)

    assert len([one for one in asked if one.startswith("SELECT")]) == 3
    assert one.link is other.link is Link.BOTH
    assert (one.one, one.other) == (other.other, other.one)
    twin = make_member(64496, "Alpha again")
    make_interface(twin, cast.lan, v6="2001:db8::9")
    with pytest.raises(NotFound):
        matrix_pair.get_pair(None, lan_id, 6, (twin.id, cast.alpha.id), **WINDOW)


def alice(cast, **more):
    acting = Acting(cast.alpha.id, "Alpha", 64496, Role.ADMIN)
    return Actor(cast.users["alice"], "alice", "Alice", False, acting, **more)


def test_who_left_is_read_for_superusers_as_themselves_only_and_when_they_ask(cast):
    matrix.set_opt_out(alice(cast), True, now=NOON)
    carol = Actor(cast.users["carol"], "carol", "Carol", True)
    viewing = Actor(carol.user_id, "carol", "Carol", True, alice(cast).member, viewing=True)

    seen = [
        matrix.get_matrix(actor, cast.lan.id, 4, everybody=ask, **WINDOW).place(cast.alpha.id)
        for actor in (None, alice(cast), viewing, carol)
        for ask in (False, True)
    ]

    assert seen == [None] * 7 + [0]


def test_leaving_is_recorded_with_who_said_it(cast):
    matrix.set_opt_out(alice(cast), True, now=NOON)
    matrix.set_opt_out(alice(cast), True, now=NOON)

    entries = db.session.scalars(select(AuditEntry)).all()
    assert [(e.action, e.member_id, e.changes) for e in entries] == [
        ("matrix changed", cast.alpha.id, [["matrix_opt_out", "no", "yes"]])
    ]
    assert db.session.scalars(select(FieldOrigin.source)).all() == ["member"]


def test_a_login_without_a_member_cannot_leave(cast):
    with pytest.raises(Forbidden, match="acts for none"):
        matrix.set_opt_out(Actor(1, "carol", "Carol", True), True, now=NOON)


def test_density_is_stored_once_a_week_and_without_who_left(cast):
    matrix_density.record(**WINDOW)
    matrix.set_opt_out(alice(cast), True, now=NOON)
    matrix_density.record(**WINDOW)
    matrix_density.record(now=NOON + timedelta(days=7), lookback=MONTH)

    weeks = matrix_density.list_weeks(cast.lan.id, 4)

    assert [(str(week.week), week.pairs, week.linked) for week in weeks] == [
        ("2026-01-12", 1, 0.0),
        ("2026-01-19", 1, 0.0),
    ]


def test_the_density_is_counted_before_anybody_has_to_wait_for_it(cast, statements):
    with statements() as asked:
        matrix_density.record(**WINDOW)

    words = [one.split()[0].upper() for one in asked]
    first = words.index("INSERT")
    assert words[first - 1 :].count("SELECT") == 1  # which VLANs are still there
    assert words[:first].count("SELECT") >= 5


def test_the_first_vlan_is_the_default_and_private_ones_are_none(cast):
    with transaction() as session:
        home = cast.lan.infrastructure_id
        session.add(Vlan(infrastructure_id=home, name="LAN 0", tag=5, peering_matrix=True))
        session.add(
            Vlan(infrastructure_id=home, name="P", tag=6, peering_matrix=True, private=True)
        )

    assert [v.name for v in matrix.list_vlans()] == ["LAN 0", "LAN 1"]
    assert [v.name for v in matrix.list_vlans("LAN 1")] == ["LAN 1", "LAN 0"]
