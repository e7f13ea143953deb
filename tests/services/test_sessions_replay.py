"""What a replay stores, and how batches are put together."""

import pytest
from sqlalchemy import select

from app.domain.directory import Unplaced
from app.domain.evidence import Grade, Kind
from app.domain.member import MemberType
from app.domain.session_kind import SessionKind
from app.domain.sflow.encode import ACK, SYN, counter_sample
from app.extensions import db, transaction
from app.models import Member, ObservedSession
from tests.factories import make_interface, make_member, make_vlan
from tests.services.replays import HIGH, LOW, UPDATE, at, datagram, make_lan, only_row, replay

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def lan():
    return make_lan()


def last_clean():
    return db.session.scalar(select(ObservedSession.last_clean))


def test_a_confirmed_session_is_stored_with_its_times(lan):
    replay((0, datagram()), (300, datagram()))

    row = only_row()
    assert (row.grade, row.first_seen, row.last_seen) == (Grade.CONFIRMED, at(0), at(300))
    assert (row.a_address, row.b_address, row.a_asn, row.b_asn) == (LOW, HIGH, 64501, 64502)
    assert (row.vlan, row.tag, row.protocol) == (lan.name, 100, 4)


def test_two_samples_of_one_connection_in_two_recordings_confirm(lan):
    replay((0, datagram()))
    assert only_row().grade is Grade.POSSIBLE

    replay((300, datagram()))

    row = only_row()
    assert (row.grade, row.first_seen, row.last_seen) == (Grade.CONFIRMED, at(0), at(300))
    assert row.samples == 2


def test_of_pairs_that_a_recording_does_not_hold_nothing_is_read(lan, statements):
    replay((0, datagram()))

    with statements() as asked:
        replay((300, datagram()))

    reads = [one for one in asked if one.startswith("SELECT") and "observed_session" in one]
    assert len(reads) == 1
    assert "JOIN observed_session" in reads[0], "of the pairs that are asked for"


def test_positions_that_do_not_fit_keep_two_recordings_apart(lan):
    replay((0, datagram()))
    replay((300, datagram(sequence=2**30)))

    assert only_row().grade is Grade.POSSIBLE


def test_an_attempt_in_a_recording_between_breaks_the_proof(lan):
    replay((0, datagram()))
    replay((10, datagram(flags=SYN)))
    replay((300, datagram()))

    row = only_row()
    assert (row.grade, row.samples, row.attempts) == (Grade.POSSIBLE, 2, 1)


def test_a_confirmed_connection_goes_on_in_the_next_recording(lan):
    replay((0, datagram(payload=UPDATE)))
    replay((50, datagram()))

    assert only_row().last_seen == at(50)


def test_an_earlier_recording_replayed_later_moves_the_beginning_only(lan):
    replay((5000, datagram(payload=UPDATE)))
    replay((0, datagram(payload=UPDATE)), (10, datagram()))

    row = only_row()
    assert (row.first_seen, row.last_seen, row.samples) == (at(0), at(5000), 3)


def test_an_earlier_recording_does_not_hide_the_newest_connection(lan):
    replay((5000, datagram()))
    replay((0, datagram(sequence=2**30)))
    replay((5300, datagram()))

    assert (only_row().grade, only_row().first_seen) == (Grade.CONFIRMED, at(5000))


def test_an_earlier_possible_connection_is_no_part_of_a_confirmed_session(lan):
    replay((5000, datagram(payload=UPDATE)))
    replay((0, datagram()))

    assert (only_row().first_seen, only_row().samples) == (at(5000), 2)


def test_a_possible_pair_takes_the_times_of_an_earlier_confirmed_connection(lan):
    replay((5000, datagram()))
    replay((0, datagram(payload=UPDATE)))

    row = only_row()
    assert (row.grade, row.first_seen, row.last_seen) == (Grade.CONFIRMED, at(0), at(0))


def test_the_last_clean_sample_of_any_recording_is_stored(lan):
    replay((0, datagram(payload=UPDATE)))
    assert last_clean() == at(0)

    replay((9000, datagram(sequence=2**30)), (9001, datagram(flags=SYN)))
    assert (only_row().last_seen, last_clean()) == (at(0), at(9000))

    replay((5000, datagram()))
    assert last_clean() == at(9000)


def test_without_a_clean_sample_there_is_no_last_one(lan):
    replay((0, datagram(flags=SYN)))

    assert last_clean() is None


def test_an_attempt_is_stored_without_the_times_of_a_session(lan):
    replay((0, datagram(flags=SYN)))

    row = only_row()
    assert (row.grade, row.first_seen, row.attempts) == (Grade.ATTEMPT, None, 1)


@pytest.mark.parametrize(("source", "side"), [(LOW, "low"), (HIGH, "high")])
def test_who_tries_is_stored(lan, source, side):
    replay((0, datagram(flags=SYN, source=source, destination=HIGH if source == LOW else LOW)))

    assert db.session.scalar(select(ObservedSession.attempt_from)) == side


def test_the_tally_names_everything_that_was_read(lan):
    tally = replay(
        (0, datagram(counter_sample())),
        (1, datagram(payload=UPDATE, flags=ACK)),
        (2, datagram(destination="192.0.2.77")),
        (3, b"\x00\x00\x00\x04" + bytes(24)),
        (4, datagram()[:-1]),
    ).tally

    assert (tally.datagrams, tally.flow_samples, tally.counter_samples) == (5, 3, 1)
    assert tally.bgp == {Kind.SEGMENT: 2, Kind.UPDATE: 1}
    assert tally.unplaced == {Unplaced.UNKNOWN: 1}
    assert tally.skipped == {"not sFlow version 5": 1, "truncated": 1}


def test_an_address_of_two_vlans_needs_the_tag(lan):
    other = make_vlan("LAN 2", tag=200)
    for asn, address in ((64503, LOW), (64504, HIGH)):
        make_interface(make_member(asn), other, v4=address)

    tally = replay((0, datagram()), (1, datagram(tags=(200,)))).tally

    assert (only_row().a_asn, tally.unplaced) == (64503, {Unplaced.AMBIGUOUS: 1})


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"type": MemberType.PEERING}, SessionKind.BILATERAL),
        ({"type": MemberType.ROUTE_SERVER}, SessionKind.ROUTE_SERVER),
        ({"type": MemberType.INTERNAL}, SessionKind.INTERNAL),
        ({"asn": 64501}, SessionKind.INTERNAL),
    ],
)
def test_the_kind_follows_what_the_members_are_now(lan, change, kind):
    replay((0, datagram()))
    with transaction() as session:
        session.query(Member).filter_by(asn=64502).update(change)

    assert only_row().kind is kind


def test_a_session_within_one_member_is_internal(lan):
    make_interface(make_member(64503), lan, v4="192.0.2.1")
    member = make_member(64504)
    for address in ("192.0.2.20", "192.0.2.21"):
        make_interface(member, lan, v4=address)

    replay((0, datagram(source="192.0.2.20", destination="192.0.2.21")))

    assert only_row().kind is SessionKind.INTERNAL
