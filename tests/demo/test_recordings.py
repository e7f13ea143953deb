"""What the switches of the demo sent: what a month of it tells of the pairs on its LANs."""

import json
from datetime import timedelta
from itertools import combinations

import pytest

from app.demo.exchange import LANS, ROUTE_SERVER_ASN
from app.demo.export import member_export
from app.demo.networks import NETWORKS, YOU
from app.demo.peerings import IDLE_CLIENT
from app.demo.recording import NEWEST, SPANS, datagrams
from app.domain.directory import Directory, Entry
from app.domain.evidence import Grade, Tracker
from app.domain.intake import Intake
from app.domain.ixf.parse import parse
from tests.conftest import NOON

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


class Told:
    """What is known of each pair after a number of recordings, by the ASNs of its ends."""

    def __init__(self):
        networks = parse(json.dumps(member_export(NOON)).encode()).networks
        places = [
            (network.asn, connection.lan[1], address.text)
            for network in networks
            for connection in network.connections
            for address in connection.addresses
        ]
        self.asns = {number: asn for number, (asn, _, _) in enumerate(places)}
        self.directory = Directory(
            Entry(number, text, lan, None) for number, (_, lan, text) in enumerate(places)
        )
        self.tracker = Tracker(300)
        self.intake = Intake(self.directory, self.tracker.see)

    def hear(self, span, now):
        for at, datagram in datagrams(span, now):
            self.intake.take(at, datagram)

    @property
    def pairs(self):
        return [
            (self.asns[place.low_id], self.asns[place.high_id], place, change.evidence)
            for place, change in self.tracker.changes()
        ]

    def of(self, asn):
        return [(place, e) for low, high, place, e in self.pairs if asn in (low, high)]


@pytest.fixture(scope="module")
def told():
    told = Told()
    for span in SPANS:
        told.hear(span, NOON)
    return told


def ago(moment):
    return NOON.timestamp() - moment


def test_every_sample_is_used(told):
    tally = told.intake.tally

    assert tally.bgp.total() == tally.flow_samples > 5000
    assert not tally.skipped
    assert not tally.unplaced


def test_the_newest_sample_is_from_now_and_none_is_from_later(told):
    assert min(ago(e.last_sample_at) for *_, e in told.pairs) == pytest.approx(0, abs=0.001)
    assert all(e.last_sample_at <= NOON.timestamp() for *_, e in told.pairs)


def test_the_demo_member_has_sessions_of_every_age(told):
    confirmed = [e for _, e in told.of(YOU) if e.grade is Grade.CONFIRMED]
    ages = [(ago(e.first_seen), ago(e.last_seen), e.last_attempt_at) for e in confirmed]

    assert any(first > 28 * DAY and last < 20 * MINUTE for first, last, _ in ages)
    assert any(first < 7 * HOUR for first, _, _ in ages)
    assert any(7 * DAY < last < 28 * DAY and not tried for _, last, tried in ages), "silent"
    assert any(last > 28 * DAY for _, last, _ in ages), "gone"
    assert any(tried and ago(tried) < DAY < last < 28 * DAY for _, last, tried in ages), "fell"


def test_it_tries_and_is_tried_and_something_is_only_possible(told):
    own = told.of(YOU)
    tried_by_me = {
        told.asns[place.low_id if e.attempt_from_low else place.high_id] == YOU
        for place, e in own
        if e.grade is Grade.ATTEMPT
    }

    assert tried_by_me == {True, False}
    assert [ago(e.last_seen) < DAY for _, e in own if e.grade is Grade.POSSIBLE] == [True, True]


@pytest.mark.parametrize("lan", LANS, ids=lambda lan: lan.name)
def test_about_a_third_of_the_pairs_on_a_lan_peer(told, lan):
    there = {n.asn for n in NETWORKS if n.routers(lan.id)}
    could = set(map(frozenset, combinations(there, 2)))
    peer = {
        frozenset((low, high))
        for low, high, place, e in told.pairs
        if place.vlan_id == lan.id and e.grade is Grade.CONFIRMED
    }

    assert 0.25 < len(peer & could) / len(could) < 0.42


def test_every_route_server_client_but_one_has_a_session_with_them(told):
    clients = {n.asn for n in NETWORKS for r in n.ports.values() for p in r if "r" in p}
    served = {low + high - ROUTE_SERVER_ASN for low, high, *_ in told.pairs
              if ROUTE_SERVER_ASN in (low, high)}  # fmt: skip
    unused = {n.asn for n in NETWORKS for r in n.ports.values() for p in r if "x" in p}

    assert clients - served == {IDLE_CLIENT, *unused}


def test_the_newest_one_heard_again_days_later_makes_nothing_surer(told):
    again = Told()
    for span in SPANS:
        again.hear(span, NOON)
    for days in range(1, 9):
        again.hear(NEWEST, NOON + timedelta(days=days))

    before = {place: e.grade for *_, place, e in told.pairs}
    assert {place: e.grade for *_, place, e in again.pairs} == before
    assert again.intake.tally.bgp.total() > told.intake.tally.bgp.total()


def test_the_same_is_sent_for_the_same_moment_and_something_else_for_another():
    sent = list(datagrams(NEWEST, NOON))

    assert list(datagrams(NEWEST, NOON)) == sent
    assert list(datagrams(NEWEST, NOON + timedelta(seconds=1))) != sent
