"""Why a member is on a tab, in sentences."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.classify import TABS_FOR_LINK, Cell, Link, Tab
from app.domain.why import Clients, Reason, grouped, reasons

NAMES = {1: "LAN 1", 2: "LAN 2"}
SILENT = "no session seen in the last 28 days"


def cell(link, confirmed=0, pairs=1, possible=False, route_server=False, where=(1, 4)):
    return Cell(*where, route_server, confirmed, pairs, possible, link)


def why(one, own=False, peer=False, own_refuses=False, peer_refuses=False):
    found = reasons([one], NAMES, {(1, 4): Clients(own, peer, own_refuses, peer_refuses)}, 28)
    return {reason for said in found.values() for reason in said}


@pytest.mark.parametrize(
    ("one", "clients", "sentence"),
    [
        (
            cell(Link.NONE),
            (False, False),
            f"{SILENT}; neither of you is a route-server client",
        ),
        (
            cell(Link.NONE),
            (True, False),
            f"{SILENT}; they are not a route-server client",
        ),
        (
            cell(Link.NONE),
            (False, True),
            f"{SILENT}; you are not a route-server client",
        ),
        (
            cell(Link.NONE),
            (True, True, True),
            f"{SILENT}; both of you are route-server clients, but you take no routes from "
            "route servers",
        ),
        (
            cell(Link.NONE),
            (True, True, False, True),
            f"{SILENT}; both of you are route-server clients, but they take no routes from "
            "route servers",
        ),
        (
            cell(Link.NONE),
            (True, True, True, True),
            f"{SILENT}; both of you are route-server clients, but neither of you takes routes "
            "from route servers",
        ),
        (
            cell(Link.POSSIBLE, possible=True),
            (False, False),
            "a session is possible, not proven; neither of you is a route-server client",
        ),
        (
            cell(Link.ROUTE_SERVER, route_server=True),
            (True, True),
            f"routes travel through the route servers; between you {SILENT}",
        ),
        (cell(Link.BILATERAL, 1), (False, False), "a session of your own is seen"),
        (
            cell(Link.BILATERAL, 2, 4),
            (False, False),
            "a session of your own is seen on 2 of 4 pairs",
        ),
        (
            cell(Link.BOTH, 1, route_server=True),
            (True, True),
            "a session of your own is seen; both of you are route-server clients as well",
        ),
    ],
)
def test_a_cell_says_why(one, clients, sentence):
    assert why(one, *clients) == {("LAN 1 IPv4", sentence)}


@given(st.lists(st.sampled_from(list(Link)), max_size=4))
def test_every_tab_gets_exactly_the_cells_that_lead_to_it(links):
    wheres = [(1, 4), (1, 6), (2, 4), (2, 6)]
    cells = [cell(link, where=where) for link, where in zip(links, wheres, strict=False)]

    found = reasons(cells, NAMES, {where: Clients(True, True) for where in wheres}, 28)

    assert {tab: len(said) for tab, said in found.items()} == {
        tab: many for tab in Tab if (many := sum(tab in TABS_FOR_LINK[link] for link in links))
    }


def test_tabs_with_the_same_reasons_stand_together():
    one, other = [Reason("LAN 1 IPv4", "a")], [Reason("LAN 1 IPv6", "b")]
    found = {Tab.POTENTIAL: other, Tab.POTENTIAL_BILATERAL: one, Tab.PEERS: list(one)}

    assert grouped(found) == [
        ([Tab.POTENTIAL], other),
        ([Tab.POTENTIAL_BILATERAL, Tab.PEERS], one),
    ]


def test_a_session_that_went_quiet_is_not_denied():
    cell = Cell(1, 4, False, 0, 1, False, Link.NONE)
    clients = {(1, 4): Clients(False, False)}

    found = reasons([cell], {1: "LAN 1"}, clients, 28, {(1, 4): date(2026, 11, 12)})

    assert found[Tab.POTENTIAL][0].why.startswith(
        "a session was seen until 2026-11-12, silent since and counts no more"
    )


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (6.26, "no session seen (watched 6.3 of the last 28 days)"),
        (5.0, "no session seen (watched 5 of the last 28 days)"),
        (27.9, SILENT),
    ],
)
def test_a_vlan_that_was_watched_for_less_says_for_how_long(days, said):
    found = reasons(
        [cell(Link.NONE)], NAMES, {(1, 4): Clients(False, False)}, 28, watched={1: days}
    )

    assert found[Tab.POTENTIAL][0].why.partition(";")[0] == said
