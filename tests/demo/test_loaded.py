"""The demo in the database: what each of its members finds on its tabs."""

from datetime import timedelta

import pytest

from app.demo import load as demo
from app.demo.networks import GRANITE, STUDIOS, YOU
from app.domain.classify import Tab
from app.services import members, peering
from tests.conftest import NOON


@pytest.fixture(autouse=True)
def _loaded(app):
    demo.load(now=NOON, confirm=timedelta(seconds=300))


def board_of(asn):
    member_id = members.get_by_asn(asn).id
    return peering.dashboard(member_id, now=NOON, lookback=timedelta(days=28))


def test_the_tabs_of_the_demo_member_are_well_filled():
    board = board_of(YOU)
    linked = [peer.standing.linked for peer in board.on(Tab.POTENTIAL)]

    assert 12 <= len(linked) <= 15
    assert min(linked.count(False), linked.count(True)) >= 5
    assert 6 <= board.counts()[Tab.POTENTIAL_BILATERAL] <= 10
    assert 15 <= board.counts()[Tab.PEERS] <= 20
    assert 2 <= board.counts()[Tab.REJECTED] <= 3


def test_no_tab_of_the_other_demo_members_is_empty():
    for asn in (STUDIOS, GRANITE):
        assert min(board_of(asn).counts().values()) >= 1


def test_who_peers_with_nobody_is_a_member_and_on_no_tab():
    hidden = {"Beacon Measurement Lab", "Inglenook Cable", "Lantern IX route servers"}

    assert hidden <= {line.name for line in members.list_members()}
    assert not hidden & {peer.name for peer in board_of(YOU).peers}
