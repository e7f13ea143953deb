"""Replayed lab recordings against what the routers themselves said."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest

from app.domain.evidence import Grade
from app.domain.session_kind import SessionKind
from app.services import sessions
from tests.lab import RECORDINGS, make_lab, replay, truth

pytestmark = pytest.mark.usefixtures("app")

LAG = timedelta(seconds=3)
BGP_MARKER = b"\xff" * 16
ONE_SIDED = {
    frozenset(("192.0.2.13", "192.0.2.14")): Grade.POSSIBLE,  # towards a router that listens
    frozenset(("192.0.2.13", "192.0.2.16")): Grade.ATTEMPT,  # towards one that does not
}


def bilateral(grade):
    return {
        frozenset((row.a_address, row.b_address)): row
        for row in sessions.list_sessions()
        if row.kind is SessionKind.BILATERAL and row.grade is grade
    }


def without_messages(datagram):
    """The datagram as if no payload had been sampled: no message can be told from it."""
    return datagram.replace(BGP_MARKER, bytes(16))


def thinned():
    """A change that loses four datagrams of five."""
    random = Random(5)
    return lambda datagram: datagram if random.random() < 0.2 else b""


@pytest.fixture(params=RECORDINGS)
def recording(request):
    make_lab()
    return request.param


@pytest.mark.parametrize("change", [bytes, without_messages], ids=["payload", "no payload"])
def test_the_confirmed_bilateral_sessions_are_those_the_routers_had(recording, change):
    replay(recording, change)

    assert set(bilateral(Grade.CONFIRMED)) == set(truth())
    assert len(truth()) == 11


def test_they_are_the_same_where_most_of_the_samples_are_lost(recording):
    thin = thinned()

    replay(recording, lambda datagram: without_messages(thin(datagram)))

    assert set(bilateral(Grade.CONFIRMED)) == set(truth())


@pytest.mark.parametrize("change", [bytes, without_messages], ids=["payload", "no payload"])
def test_their_times_are_those_of_the_routers(recording, change):
    replay(recording, change)

    found = bilateral(Grade.CONFIRMED)
    late = {
        pair: (found[pair].first_seen - span.first, found[pair].last_seen - span.last)
        for pair, span in truth().items()
        if abs(found[pair].first_seen - span.first) > LAG
        or abs(found[pair].last_seen - span.last) > LAG
    }
    assert late == {}


def test_sessions_configured_on_one_side_are_never_confirmed(recording):
    replay(recording)

    grades = {pair: grade for grade in Grade for pair in bilateral(grade) if pair in ONE_SIDED}
    assert grades == ONE_SIDED


def test_route_server_sessions_are_told_apart(recording):
    replay(recording)

    kinds = Counter((row.kind, row.grade) for row in sessions.list_sessions())
    assert kinds[SessionKind.ROUTE_SERVER, Grade.CONFIRMED] == 8


def test_a_later_shutdown_shows_as_attempts_of_the_side_that_goes_on(recording):
    replay(recording)

    row = bilateral(Grade.CONFIRMED)[frozenset(("2001:db8:0:1::b", "2001:db8:0:1::c"))]
    assert row.attempts > 0
