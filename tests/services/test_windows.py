"""A VLAN is judged by the switches that watch it, and by no others."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.classify import Link
from app.extensions import transaction
from app.models import ObservedSession
from app.services import changes, matrix, peering, peers
from tests.agents import make_agent
from tests.cast import make_session
from tests.factories import NOON, make_interface, make_vlan

MONTH, CONFIRM = timedelta(days=28), timedelta(seconds=300)
TERMS = {"now": NOON, "lookback": MONTH}


@pytest.fixture
def links(cast):
    """Whether Alpha and Beta have a session on a VLAN, as the tab, the drawer, the matrix and the
    list of changes say; on each of LAN 1 and LAN 2 there is one that is stale for ten days."""
    other = make_vlan("LAN 2", tag=20)
    ends = [make_interface(one, other, address) for one, address in (
        (cast.alpha, "198.51.100.1"), (cast.beta, "198.51.100.2"))]  # fmt: skip
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)
    make_session(other, ends[0].v4, ends[1].v4, last_seen=NOON)
    with transaction() as session:
        for lan in (cast.lan, other):
            session.merge(lan).peering_matrix = True
        last = {"last_seen": NOON - 11 * timedelta(days=1)}
        stale = {"stale_at": NOON - 10 * timedelta(days=1)}
        session.execute(update(ObservedSession).values(last | stale))
    lans = {"LAN 1": cast.lan, "LAN 2": other}
    alpha, beta = cast.alpha.id, cast.beta.id

    def read(name):
        vlan_id = lans[name].id
        board = peering.dashboard(alpha, **TERMS).find(beta)
        tab = next(
            cell.link for cell in board.standing.cells
            if (cell.vlan_id, cell.protocol) == (vlan_id, 4)
        )  # fmt: skip
        grids = peers.get_peer(alpha, beta, **TERMS).grids
        drawer = next(grid for grid in grids if grid.vlan_id == vlan_id).rows[0].meetings[0].link
        drawn = matrix.get_matrix(None, vlan_id, 4, **TERMS).totals()
        told = changes.list_changes(alpha, **TERMS, confirm=CONFIRM)
        return {
            "tab": tab in (Link.BILATERAL, Link.BOTH),
            "drawer": drawer is Link.BILATERAL,
            "matrix": drawn[Link.BILATERAL] + drawn[Link.BOTH] == 1,
            "not told as quiet": name not in {pair.vlan for pair in told.quiet},
        }

    return lans, read


def test_a_vlan_that_only_a_poor_feed_watches_makes_no_other_vlan_patient(links):
    """LAN 1 was heard without a gap; the switch of LAN 2 fell silent 26 days ago."""
    lans, read = links
    make_agent(lans["LAN 1"], hours=24 * 27)
    make_agent(lans["LAN 2"], hours=1, until=NOON - timedelta(days=26), address="198.51.100.9")

    assert set(read("LAN 1").values()) == {False}, read("LAN 1")
    assert set(read("LAN 2").values()) == {True}, read("LAN 2")


def test_where_nobody_watches_a_vlan_the_watching_of_another_ends_no_session(links):
    lans, read = links
    make_agent(lans["LAN 1"], hours=24 * 27)

    assert set(read("LAN 1").values()) == {False}, read("LAN 1")
    assert set(read("LAN 2").values()) == {True}, read("LAN 2")


def test_a_thinly_sampled_vlan_lends_its_patience_to_no_other(links):
    """At 1 in 4,096 the slowest session may be silent for longer than eleven days."""
    lans, read = links
    make_agent(lans["LAN 1"], hours=24 * 27)
    make_agent(lans["LAN 2"], hours=24 * 27, rate=4096.0, address="198.51.100.9")

    assert set(read("LAN 1").values()) == {False}, read("LAN 1")
    assert set(read("LAN 2").values()) == {True}, read("LAN 2")


def test_windows_of_further_vlans_take_no_further_statement(cast, links, statements):
    lans, _ = links
    make_agent(lans["LAN 1"], hours=48)
    alpha = cast.alpha.id

    def count():
        with statements() as asked:
            peering.dashboard(alpha, **TERMS)
        return len(asked)

    before = count()
    make_agent(lans["LAN 2"], hours=48, address="198.51.100.9")

    assert count() == before
