"""Recordings and collectors that write the same pairs at once wait for each other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations
from random import Random

import pytest
from sqlalchemy import func, select

from app.domain.directory import Place
from app.domain.evidence import Kind, Sighting
from app.domain.feed.batch import Batch, Totals
from app.domain.sflow.encode import flow_datagram, flow_sample, tcp_frame
from app.extensions import db
from app.models import InterfaceAddress, ObservedSession
from app.services import collecting, sessions
from tests.factories import NOON, make_interface, make_member, make_vlan

MEMBERS, ROUNDS = 14, 4
CONFIRM = timedelta(seconds=300)


@pytest.fixture
def lan(app):
    """The id of the LAN, and the ids of its addresses by what they are."""
    vlan = make_vlan(tag=100)
    for number in range(1, MEMBERS + 1):
        make_interface(make_member(64500 + number), vlan, v4=f"192.0.2.{number}")
    db.session.commit()
    rows = db.session.execute(select(InterfaceAddress.address, InterfaceAddress.id)).all()
    found = vlan.id, dict(map(tuple, rows))
    db.session.rollback()
    return found


def some_pairs(addresses, seed):
    """Two thirds of all pairs, in an order of their own."""
    pairs = list(combinations(sorted(addresses), 2))
    return Random(seed).sample(pairs, len(pairs) * 2 // 3)


def replay(addresses, seed):
    datagrams = [
        (NOON.timestamp() - 9000 + number, flow_datagram("198.51.100.1", [flow_sample(frame)]))
        for number, ends in enumerate(some_pairs(addresses, seed))
        for frame in [tcp_frame(*ends, 40000, 179)]
    ]
    found = sessions.replay(
        datagrams, digest=str(seed), name=f"{seed}.pcap", now=NOON, confirm=CONFIRM
    )
    return sum(found.pairs.values())


def collect(lan, seed):
    vlan_id, addresses = lan
    sightings = [
        (
            Place(*sorted((addresses[one], addresses[other])), vlan_id, 4),
            Sighting(NOON.timestamp() + number, True, 40000, 179, Kind.SEGMENT, number, 1),
        )
        for number, (one, other) in enumerate(some_pairs(addresses, seed))
    ]
    process = collecting.Process(f"host {seed}", "[::]:6343", NOON, 5, 0)
    written = collecting.write(
        Batch(sightings),
        process=process,
        totals=Totals(),
        kernel_drops=0,
        confirm=CONFIRM,
        now=NOON,
    )
    return written.pairs


def test_no_sample_is_lost_and_nobody_is_refused(app, lan):
    def work(seed):
        with app.app_context():
            try:
                return replay(lan[1], seed) if seed % 2 else collect(lan, seed)
            finally:
                db.session.remove()

    for turn in range(ROUNDS):
        with ThreadPoolExecutor(6) as pool:
            done = list(pool.map(work, range(6 * turn, 6 * turn + 6)))
        assert done == [MEMBERS * (MEMBERS - 1) // 2 * 2 // 3] * 6

    stored = select(func.sum(ObservedSession.samples))
    assert db.session.scalar(stored) == 6 * ROUNDS * (MEMBERS * (MEMBERS - 1) // 2 * 2 // 3)
