"""Where a member stands: every row of the tables of the rules, then what must hold always."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.classify import Link, Mark, Pair, Tab
from app.domain.evidence import Grade
from tests.by_address import Port, classify

LAN, OTHER_LAN = 1, 2
MINE, THEIRS = 100, 200
CONFIRMED = {Pair.of(MINE, THEIRS): Grade.CONFIRMED}


def ports(*found):
    return found


def port(address_id, vlan=LAN, protocol=4, rs=False):
    return Port(vlan, protocol, address_id, rs)


@pytest.mark.parametrize(
    ("clients", "sessions", "link", "tabs"),
    [
        (False, {}, Link.NONE, {Tab.POTENTIAL}),
        (True, {}, Link.ROUTE_SERVER, {Tab.PEERS, Tab.POTENTIAL_BILATERAL}),
        (False, CONFIRMED, Link.BILATERAL, {Tab.PEERS}),
        (True, CONFIRMED, Link.BOTH, {Tab.PEERS}),
        (False, {Pair.of(MINE, THEIRS): Grade.POSSIBLE}, Link.POSSIBLE, {Tab.POTENTIAL}),
        (False, {Pair.of(MINE, THEIRS): Grade.ATTEMPT}, Link.NONE, {Tab.POTENTIAL}),
        (
            True,
            {Pair.of(MINE, THEIRS): Grade.POSSIBLE},
            Link.ROUTE_SERVER,
            {Tab.PEERS, Tab.POTENTIAL_BILATERAL},
        ),
    ],
)
def test_the_link_of_a_cell_decides_the_tabs(clients, sessions, link, tabs):
    standing = classify(ports(port(MINE, rs=clients)), ports(port(THEIRS, rs=clients)), sessions)

    assert [cell.link for cell in standing.cells] == [link]
    assert standing.tabs == tabs


@pytest.mark.parametrize("clients", [True, False])
@pytest.mark.parametrize("sessions", [{}, CONFIRMED])
@pytest.mark.parametrize(("mark", "tab"), [(Mark.PEERED, Tab.PEERS), (Mark.REJECTED, Tab.REJECTED)])
def test_a_mark_overrides_what_was_observed(clients, sessions, mark, tab):
    standing = classify(
        ports(port(MINE, rs=clients)), ports(port(THEIRS, rs=clients)), sessions, mark
    )

    assert standing.tabs == {tab}
    assert len(standing.cells) == 1


def test_one_side_as_client_is_no_link():
    standing = classify(ports(port(MINE, rs=True)), ports(port(THEIRS)), {})

    assert standing.cells[0].link is Link.NONE


def test_a_refusal_of_route_servers_counts_from_either_side():
    standing = classify(
        ports(port(MINE, rs=True)), ports(port(THEIRS, rs=True)), {}, via_route_servers=False
    )

    assert standing.tabs == {Tab.POTENTIAL}


def test_any_pair_of_interfaces_makes_the_link():
    standing = classify(
        ports(port(1), port(2)), ports(port(3), port(4)), {Pair.of(2, 3): Grade.CONFIRMED}
    )

    assert (standing.cells[0].confirmed, standing.cells[0].pairs) == (1, 4)
    assert standing.tabs == {Tab.PEERS}


def test_any_route_server_client_among_several_interfaces_counts():
    standing = classify(ports(port(1), port(2, rs=True)), ports(port(3, rs=True), port(4)), {})

    assert standing.cells[0].link is Link.ROUTE_SERVER


def test_a_session_of_one_protocol_says_nothing_of_the_other():
    mine = ports(port(1, protocol=4), port(2, protocol=6))
    theirs = ports(port(3, protocol=4), port(4, protocol=6))

    standing = classify(mine, theirs, {Pair.of(2, 4): Grade.CONFIRMED})

    assert {cell.protocol: cell.link for cell in standing.cells} == {
        4: Link.NONE,
        6: Link.BILATERAL,
    }
    assert standing.tabs == {Tab.POTENTIAL, Tab.PEERS}


def test_a_protocol_of_one_side_only_is_no_cell():
    mine = ports(port(1, protocol=4), port(2, protocol=6))

    standing = classify(mine, ports(port(3, protocol=4)), {})

    assert [cell.protocol for cell in standing.cells] == [4]


def test_two_vlans_are_two_cells():
    mine = ports(port(1, LAN, rs=True), port(2, OTHER_LAN))
    theirs = ports(port(3, LAN, rs=True), port(4, OTHER_LAN))

    standing = classify(mine, theirs, {Pair.of(2, 4): Grade.CONFIRMED})

    assert [cell.link for cell in standing.cells] == [Link.ROUTE_SERVER, Link.BILATERAL]
    assert standing.tabs == {Tab.PEERS, Tab.POTENTIAL_BILATERAL}


def test_nothing_shared_is_on_no_tab():
    standing = classify(ports(port(1, LAN)), ports(port(2, OTHER_LAN)), {})

    assert standing.cells == ()
    assert standing.tabs == frozenset()


def test_a_mark_places_a_member_even_without_a_cell():
    assert classify((), (), {}, Mark.REJECTED).tabs == {Tab.REJECTED}


ids = st.integers(1, 12)
some_ports = st.lists(
    st.builds(Port, st.integers(1, 3), st.sampled_from([4, 6]), ids, st.booleans()),
    max_size=6,
    unique_by=lambda port: port.address_id,
)
some_sessions = st.dictionaries(
    st.builds(Pair.of, ids, ids), st.sampled_from([Grade.POSSIBLE, Grade.CONFIRMED]), max_size=20
)
some_mark = st.sampled_from([None, *Mark])


def cells(standing):
    return {(c.vlan_id, c.protocol): (c.link, c.confirmed, c.pairs) for c in standing.cells}


@given(some_ports, some_ports, some_sessions, some_mark, st.randoms())
def test_classification_does_not_depend_on_order(mine, theirs, sessions, mark, random):
    before = classify(ports(*mine), ports(*theirs), sessions, mark)
    random.shuffle(mine)
    random.shuffle(theirs)
    after = classify(ports(*mine), ports(*theirs), dict(reversed(sessions.items())), mark)

    assert (cells(before), before.tabs) == (cells(after), after.tabs)


@given(some_ports, some_ports, some_sessions, some_mark)
def test_both_sides_see_the_same_links(mine, theirs, sessions, mark):
    here = classify(ports(*mine), ports(*theirs), sessions, mark)
    there = classify(ports(*theirs), ports(*mine), sessions, mark)

    assert cells(here) == cells(there)


@given(some_ports, some_ports, some_sessions)
def test_a_member_with_a_cell_is_on_some_tab_and_never_on_rejected_unasked(mine, theirs, sessions):
    standing = classify(ports(*mine), ports(*theirs), sessions)

    assert bool(standing.tabs) is bool(standing.cells)
    assert Tab.REJECTED not in standing.tabs


def test_every_order_of_the_same_three_ports_gives_the_same_tabs():
    found = [port(3), port(4, rs=True), port(5, OTHER_LAN)]
    mine = ports(port(1, rs=True), port(2, OTHER_LAN))

    tabs = {classify(mine, ports(*order), {}).tabs for order in permutations(found)}

    assert tabs == {frozenset({Tab.POTENTIAL, Tab.PEERS, Tab.POTENTIAL_BILATERAL})}
