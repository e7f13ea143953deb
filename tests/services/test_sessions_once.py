"""A recording counts once, whole or not at all."""

from datetime import timedelta

import pytest

from app.domain.errors import Invalid
from app.services import sessions
from tests.conftest import NOON
from tests.factories import make_interface, make_member
from tests.services.replays import START, datagram, make_lan, only_row, replay

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def lan():
    return make_lan()


def test_a_recording_replayed_before_changes_nothing(lan):
    replay((0, datagram()), digest="same")

    again = replay((300, datagram()), digest="same")

    assert (again.earlier, again.tally.datagrams) == (NOON, 0)
    assert only_row().samples == 1


def test_a_recording_that_fails_in_the_middle_stores_nothing(lan):
    def failing():
        yield START.timestamp(), datagram()
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        sessions.replay(failing(), digest="x", name="x", now=NOON, confirm=timedelta(seconds=300))

    assert (sessions.list_sessions(), sessions.find_replay("x")) == ([], None)


def test_a_recording_of_strangers_can_be_replayed_once_they_are_members(lan):
    stranger = "192.0.2.77"
    replay((0, datagram(destination=stranger)), digest="same")
    make_interface(make_member(64503), lan, v4=stranger)

    replay((0, datagram(destination=stranger)), digest="same")

    assert only_row().b_asn == 64503


def test_without_any_address_a_replay_is_refused():
    with pytest.raises(Invalid, match="import the members first"):
        replay((0, datagram()))


def test_of_two_replays_at_once_only_one_counts(lan):
    def overtaken():
        yield START.timestamp(), datagram()
        replay((0, datagram()), digest="same")

    slower = sessions.replay(
        overtaken(), digest="same", name="x", now=NOON, confirm=timedelta(seconds=300)
    )

    assert (slower.earlier, only_row().samples) == (NOON, 1)
