"""One peer in full: the same rules as the list, more of what is behind them."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import event

from app.domain.classify import Link, Mark, Tab
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.mark import Decision
from app.extensions import db, transaction
from app.models import Contact, InterfaceAddress, PeerRelation
from app.services import peering, peers
from tests.cast import make_session
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_route_server, make_vlan

MONTH = timedelta(days=28)


def get(member, peer_id, **options):
    return peers.get_peer(member.id, peer_id, now=NOON, lookback=MONTH, **options)


def test_details_contacts_and_what_to_configure(cast):
    with transaction() as session:
        cast.beta.website, cast.beta.policy_url = "https://beta.example/", "https://beta.example/p"
        session.add(cast.beta)
        for kind, email in (("noc", "noc@beta.example"), ("peering", "peering@beta.example")):
            session.add(Contact(member_id=cast.beta.id, kind=kind, email=email, source="ixf"))
        for row in session.query(InterfaceAddress).filter_by(
            interface_id=cast.beta_ends.interface_id, protocol=4
        ):
            row.as_set, row.max_prefix = "AS-BETA", 1200

    found = get(cast.alpha, cast.beta.id)

    assert found.facts.website == "https://beta.example/"
    assert [contact[:2] for contact in found.facts.contacts] == [
        ("peering", "peering@beta.example"),
        ("noc", "noc@beta.example"),
    ]
    assert found.offers == ((4, ("AS-BETA",), 1200), (6, (), None))


def test_the_grid_holds_every_pair_with_what_was_seen(cast):
    second = make_interface(cast.beta, cast.lan, "192.0.2.12")
    make_session(cast.lan, cast.alpha_ends.v4, second.v4, last_seen=NOON)
    make_session(
        cast.lan, cast.alpha_ends.v6, cast.beta_ends.v6, protocol=6,
        last_seen=NOON - timedelta(days=40),
    )  # fmt: skip

    (grid,) = get(cast.alpha, cast.beta.id).grids
    four, six = grid.rows

    assert [m and m.link for m in four.meetings] == [Link.NONE, Link.BILATERAL]
    assert six.meetings[0].link is Link.NONE
    assert six.meetings[0].seen.last_seen == NOON - timedelta(days=40)
    assert six.meetings[1] is None


def test_vlans_come_in_the_order_of_the_list_and_only_shared_ones(cast):
    for name, tag in (("LAN 0", 5), ("Elsewhere", 7)):
        make_interface(cast.alpha, make_vlan(name, tag=tag), f"198.51.{tag}.1")
    make_interface(cast.beta, db.session.query(type(cast.lan)).filter_by(tag=5).one(), "198.51.5.2")

    found = get(cast.alpha, cast.beta.id)

    assert [column.name for column in found.columns] == ["LAN 0", "LAN 1"]
    assert [grid.vlan_id for grid in found.grids] == [c.vlan_id for c in found.columns]


def test_the_last_mark_says_who_and_whether_it_stands(cast):
    with transaction() as session:
        session.add(
            PeerRelation(member_id=cast.alpha.id, peer_id=cast.beta.id, mark="rejected",
                         mark_reason="later", mark_until=NOON.date() - timedelta(days=1),
                         marked_by=cast.users["alice"], marked_at=NOON - timedelta(days=9))
        )  # fmt: skip

    found = get(cast.alpha, cast.beta.id)

    assert found.last_mark.decision == Decision(
        Mark.REJECTED, "later", NOON.date() - timedelta(days=1)
    )
    assert (found.last_mark.by, found.last_mark.stands) == ("Alice", False)
    assert found.peer.standing.tabs == {Tab.PEERS, Tab.POTENTIAL_BILATERAL}


def test_strangers_are_not_found(cast):
    twin = make_member(64496, "Alpha again")
    make_interface(twin, cast.lan, "192.0.2.77")
    server = make_route_server()
    make_interface(server, cast.lan, "192.0.2.99")
    apart = make_member(64510, "Apart")
    make_interface(apart, make_vlan("LAN 9", tag=9), "198.51.100.9")
    left = make_member(64511, "Left", status="left")

    for number in (cast.alpha.id, twin.id, server.id, apart.id, left.id, 0, 4711, 10**30):
        with pytest.raises(NotFound):
            get(cast.alpha, number)


def _random_exchange(random: Random):
    lans = [make_vlan(f"LAN {n}", tag=n) for n in (1, 2)]
    members = [make_member(64496 + n, f"M{n}") for n in range(8)]
    ends = []
    for number, member in enumerate(members):
        for lan in lans:
            for router in range(random.randint(0, 2)):
                host = f"{lan.tag}.{10 * number + router}"
                ends.append((lan, number, make_interface(
                    member, lan, f"10.0.{host}",
                    f"2001:db8::{lan.tag}:{number}:{router}" if random.random() < 0.7 else None,
                    rs_client=random.random() < 0.5)))  # fmt: skip
    _random_sessions(random, ends)
    return members


def _random_sessions(random: Random, ends):
    for index, (lan, one, a) in enumerate(ends):
        for lan_b, other, b in ends[index + 1 :]:
            if lan is lan_b and one != other and random.random() < 0.4:
                ago = timedelta(days=random.choice([0, 5, 40]))
                grade = random.choice([Grade.CONFIRMED, Grade.POSSIBLE])
                make_session(lan, a.v4, b.v4, grade=grade, last_seen=NOON - ago)


@pytest.mark.parametrize("seed", range(6))
def test_the_drawer_and_the_list_never_disagree(app, seed):
    members = _random_exchange(Random(seed))
    for member in members:
        board = peering.dashboard(member.id, now=NOON, lookback=MONTH)
        for peer in board.peers:
            found = get(member, peer.id)

            assert found.peer == peer
            assert set(found.reasons) == set(peer.standing.tabs)
            for cell in peer.standing.cells:
                grid = next(g for g in found.grids if g.vlan_id == cell.vlan_id)
                links = [
                    m.link
                    for row in grid.rows
                    for m in row.meetings
                    if m and row.end.protocol == cell.protocol
                ]
                assert len(links) == cell.pairs
                assert links.count(Link.BILATERAL) == cell.confirmed


def _statements(work):
    asked = []
    event.listen(db.engine, "before_cursor_execute", note := lambda *a: asked.append(a[2]))
    work()
    event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


def test_a_drawer_takes_as_many_statements_for_many_connections_as_for_one(cast):
    get(cast.alpha, cast.beta.id)  # what a new connection asks first is not counted
    few = _statements(lambda: get(cast.alpha, cast.beta.id))
    for number in range(100):
        owner = cast.beta if number < 30 else make_member(65536 + number)
        make_interface(owner, cast.lan, f"10.9.0.{number}")

    get(cast.alpha, cast.beta.id)

    assert _statements(lambda: get(cast.alpha, cast.beta.id)) == few <= 15


@pytest.mark.parametrize("who", ["alpha", "beta"])
def test_who_refuses_route_servers_is_told_so(cast, who):
    with transaction() as session:
        getattr(cast, who).never_via_route_servers = True
        session.add(getattr(cast, who))

    found = get(cast.alpha, cast.beta.id)

    assert set(found.reasons) == {Tab.POTENTIAL}
    assert "take no routes from route servers" in found.reasons[Tab.POTENTIAL][0].why


def test_a_session_of_ones_own_routers_is_none_with_a_peer(cast):
    second = make_interface(cast.alpha, cast.lan, "192.0.2.88")
    make_session(cast.lan, cast.alpha_ends.v4, second.v4, last_seen=NOON, grade=Grade.CONFIRMED)

    found = get(cast.alpha, cast.mall.id)

    assert all("was seen" not in one.why for one in found.reasons[Tab.POTENTIAL])


def test_a_session_that_went_quiet_is_told_with_its_last_day(cast):
    ends = cast.alpha_ends.v4, cast.mall_ends.v4
    make_session(cast.lan, *ends, last_seen=NOON - timedelta(days=40), grade=Grade.CONFIRMED)

    found = get(cast.alpha, cast.mall.id)

    assert "until 2025-12-06" in found.reasons[Tab.POTENTIAL][0].why
