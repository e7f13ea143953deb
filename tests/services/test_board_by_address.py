"""What the database packs and counts is what the rules say of every single address."""

from datetime import timedelta
from itertools import combinations
from random import Random

import pytest

from app.domain.classify import Pair
from app.domain.evidence import Grade
from app.extensions import db
from app.models import InterfaceAddress, Vlan, VlanInterface
from app.services import peering
from tests.by_address import Port, classify
from tests.cast import make_session
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan

MONTH = timedelta(days=28)


@pytest.fixture(params=range(6))
def random(request):
    return Random(request.param)


@pytest.fixture
def crowd(app, random):
    """Members with up to three connections to each of two VLANs, some of which are not in use."""
    lans = [make_vlan("LAN 1", tag=1), make_vlan("LAN 2", tag=2)]
    members = [make_member(64496 + number) for number in range(7)]
    for number, member in enumerate(members):
        for place, lan in enumerate(lans):
            for port in range(random.randrange(4)):
                host = f"{number:x}{place}{port}"
                make_interface(
                    member,
                    lan,
                    f"192.0.2.{number * 10 + port}" if random.random() < 0.8 else None,
                    f"2001:db8::{host}" if random.random() < 0.8 else None,
                    rs_client=random.random() < 0.5,
                    status="connected" if random.random() < 0.8 else "suspended",
                    enabled=random.random() < 0.8,
                )
    return members


@pytest.fixture
def sessions(crowd, random):
    """Evidence between any two addresses at all: of one member, of two VLANs, not in use."""
    rows = db.session.query(InterfaceAddress).all()
    seen = {}
    for one, other in combinations(rows, 2):
        if random.random() < 0.4:
            grade = random.choice([Grade.ATTEMPT, Grade.POSSIBLE, Grade.CONFIRMED])
            low, high = random.sample([one.id, other.id], 2)
            lan = db.session.get(Vlan, one.vlan_id)
            make_session(lan, low, high, grade=grade, last_seen=NOON - timedelta(days=1))
            seen[Pair.of(low, high)] = grade
    return seen


def ports(member):
    """The addresses of a member that are in use."""
    rows = (
        db.session.query(InterfaceAddress, VlanInterface)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .filter(VlanInterface.member_id == member.id, VlanInterface.status == "connected")
        .filter(InterfaceAddress.enabled)
        .order_by(InterfaceAddress.vlan_id, InterfaceAddress.protocol)
    )
    return [Port(row.vlan_id, row.protocol, row.id, row.rs_client) for row, _ in rows]


def test_the_board_says_what_the_rules_say_of_every_address(crowd, sessions):
    for me in crowd:
        board = peering.dashboard(me.id, now=NOON, lookback=MONTH)
        expected = {
            other.id: classify(ports(me), ports(other), sessions)
            for other in crowd
            if other is not me
        }

        found = {peer.id: peer.standing for peer in board.peers}
        assert found == {peer: standing for peer, standing in expected.items() if standing.tabs}
