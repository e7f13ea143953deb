"""An address that moved: each sample is credited to whoever held the address when it was taken."""

from datetime import datetime, timedelta

import pytest

from app.domain.directory import Unplaced
from app.domain.evidence import Grade
from app.extensions import transaction
from app.models import InterfaceAddress, Vlan
from app.services import sessions
from tests import lab
from tests.factories import make_interface, make_member
from tests.services.replays import HIGH, UPDATE, at, datagram, make_lan, only_row, replay

pytestmark = pytest.mark.usefixtures("app")


def end(address: str, when: datetime) -> Vlan:
    """Nobody holds the address from now on; the VLAN that it was in."""
    with transaction() as session:
        row = session.query(InterfaceAddress).filter_by(address=address, until_at=None).one()
        row.until_at = when
        return session.get_one(Vlan, row.vlan_id)


def move(address: str, asn: int, when: datetime) -> None:
    """Give an address to a new member."""
    vlan = end(address, when)
    ends = make_interface(make_member(asn), vlan, v4=address)
    with transaction() as session:
        session.get_one(InterfaceAddress, ends.v4).from_at = when


def asns() -> set[int]:
    return {asn for row in sessions.list_sessions() for asn in (row.a_asn, row.b_asn)}


def test_a_recording_from_before_a_move_is_credited_to_who_held_the_address_then():
    lab.make_lab()
    move("192.0.2.11", 64999, datetime.fromisoformat("2026-11-24T12:00Z"))

    lab.replay("lab-a.pcap")

    rows = [
        row for row in sessions.list_sessions() if "192.0.2.11" in (row.a_address, row.b_address)
    ]
    assert rows
    assert 64501 in asns()
    assert 64999 not in asns()


def test_a_recording_over_a_move_is_divided_between_both_holders():
    make_lan()
    move(HIGH, 64999, at(100))

    replay((0, datagram(payload=UPDATE)), (100, datagram()))

    grades = {row.b_asn: row.grade for row in sessions.list_sessions()}
    assert grades == {64502: Grade.CONFIRMED, 64999: Grade.POSSIBLE}


def test_a_recording_from_before_a_member_left_is_still_its_own():
    make_lan()
    end(HIGH, at(100))

    replay((99, datagram()))

    assert only_row().b_asn == 64502


def test_the_address_of_a_member_that_left_is_unknown():
    make_lan()
    end(HIGH, at(100))

    assert replay((100, datagram())).tally.unplaced == {Unplaced.UNKNOWN: 1}


def test_a_member_imported_after_the_recording_had_its_address_then():
    make_lan()
    with transaction() as session:
        session.query(InterfaceAddress).update({"from_at": at(0) + timedelta(days=9)})

    replay((0, datagram()))

    assert only_row().b_asn == 64502
