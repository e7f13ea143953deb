"""The three grades, and the times that go with them."""

import pytest

from app.domain.evidence import ATTEMPTS, PROOFS, Grade, Kind
from tests.domain.evidence import CONFIRM, PORT, graded, seen


@pytest.mark.parametrize("kind", sorted(ATTEMPTS))
def test_a_try_is_an_attempt_and_has_no_time_of_a_session(kind):
    evidence = graded(seen(10, kind))

    assert (evidence.grade, evidence.first_seen, evidence.last_seen) == (Grade.ATTEMPT, None, None)
    assert (evidence.attempts, evidence.samples, evidence.last_attempt_at) == (1, 0, 10)


@pytest.mark.parametrize("kind", [Kind.SEGMENT, Kind.KEEPALIVE])
def test_a_clean_sample_is_possible(kind):
    assert graded(seen(10, kind)).grade is Grade.POSSIBLE


@pytest.mark.parametrize("kind", sorted(PROOFS))
def test_a_message_of_an_established_session_confirms_at_once(kind):
    evidence = graded(seen(10, kind))

    assert (evidence.grade, evidence.first_seen, evidence.last_seen) == (Grade.CONFIRMED, 10, 10)


def test_a_segment_without_ack_is_nothing():
    evidence = graded(seen(10, Kind.WITHOUT_ACK))

    assert (evidence.samples, evidence.attempts) == (0, 0)


def test_keepalives_of_one_moment_confirm_nothing():
    assert graded(*(seen(at, Kind.KEEPALIVE) for at in range(5))).grade is Grade.POSSIBLE


def test_a_session_begins_with_its_connection_not_with_failed_tries():
    evidence = graded(
        seen(0, ports=(39999, 179)), seen(1, Kind.RST, ports=(39999, 179)),
        seen(60), seen(60 + CONFIRM),
    )  # fmt: skip

    assert (evidence.first_seen, evidence.last_seen) == (60, 60 + CONFIRM)


def test_a_message_dates_the_session_back_to_the_first_sample_of_its_connection():
    assert graded(seen(10), seen(20), seen(30, Kind.UPDATE)).first_seen == 10


def test_a_confirmed_connection_moves_last_seen():
    evidence = graded(seen(0, Kind.UPDATE), seen(50), seen(90, Kind.KEEPALIVE, from_low=False))

    assert (evidence.last_seen, evidence.last_confirmed) == (90, 90)


def test_other_clean_samples_do_not_move_last_seen_of_a_confirmed_pair():
    evidence = graded(seen(0, Kind.UPDATE), seen(50, ports=(PORT + 1, 179)))

    assert (evidence.grade, evidence.last_seen, evidence.samples) == (Grade.CONFIRMED, 0, 2)


@pytest.mark.parametrize("kind", sorted(ATTEMPTS))
def test_the_last_clean_sample_is_known_whatever_the_grade_and_what_followed(kind):
    evidence = graded(seen(0, Kind.UPDATE), seen(50, ports=(PORT + 1, 179)), seen(60, kind))

    assert (evidence.last_seen, evidence.last_clean) == (0, 50)


def test_what_follows_a_reset_does_not_move_last_seen():
    evidence = graded(seen(0, Kind.UPDATE), seen(50, Kind.RST), seen(51))

    assert (evidence.grade, evidence.last_seen) == (Grade.CONFIRMED, 0)


def test_a_session_that_comes_back_keeps_its_first_time():
    evidence = graded(
        seen(0, Kind.UPDATE), seen(50, Kind.FIN), seen(5000, Kind.UPDATE, ports=(PORT + 1, 179))
    )

    assert (evidence.first_seen, evidence.last_seen) == (0, 5000)


@pytest.mark.parametrize(
    ("sighting", "from_low"),
    [
        (seen(0, Kind.SYN, ports=(PORT, 179)), True),
        (seen(0, Kind.SYN_ACK, ports=(PORT, 179), from_low=False), True),
        (seen(0, Kind.RST, ports=(179, PORT)), False),
        (seen(0, Kind.SYN, ports=(179, 179), from_low=False), False),
        (seen(0, Kind.SYN_ACK, ports=(179, 179), from_low=False), True),
        (seen(0, Kind.RST, ports=(179, 179)), None),
    ],
)
def test_who_tries_is_the_side_that_opens_the_connection(sighting, from_low):
    assert graded(sighting).attempt_from_low is from_low


def test_grades_have_words():
    assert [grade.label for grade in Grade] == ["attempt", "possible", "confirmed"]
