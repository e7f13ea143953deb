"""Two samples of one connection: when they prove a session, and what breaks the proof."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.evidence import ATTEMPTS, PROOFS, Evidence, Grade, Kind
from app.domain.evidence.pair import WARY_ATTEMPTS
from tests.domain.evidence import CONFIRM, PORT, graded, seen

LATER = CONFIRM
OTHER = (PORT + 1, 179)


def test_two_clean_samples_a_confirm_time_apart_confirm():
    assert graded(seen(0), seen(LATER)).grade is Grade.CONFIRMED


def test_two_clean_samples_closer_together_do_not():
    assert graded(seen(0), seen(LATER - 0.001)).grade is Grade.POSSIBLE


def test_samples_of_both_senders_count_together():
    assert graded(seen(0), seen(LATER, from_low=False)).grade is Grade.CONFIRMED


def test_both_ports_may_be_179():
    both = (179, 179)

    assert graded(seen(0, ports=both), seen(LATER, ports=both)).grade is Grade.CONFIRMED


@pytest.mark.parametrize("ports", [OTHER, (PORT, 180), (179, PORT)])
def test_samples_of_two_connections_do_not_confirm(ports):
    assert graded(seen(0), seen(LATER, ports=ports)).grade is Grade.POSSIBLE


@pytest.mark.parametrize("ports", [(PORT, 179), OTHER])
@pytest.mark.parametrize("kind", sorted(ATTEMPTS))
def test_an_attempt_between_them_breaks_the_proof(kind, ports):
    evidence = graded(seen(0), seen(10, kind, ports=ports), seen(LATER))

    assert evidence.grade is Grade.POSSIBLE


def test_a_clean_sample_of_another_connection_between_them_breaks_the_proof():
    assert graded(seen(0), seen(10, ports=OTHER), seen(LATER)).grade is Grade.POSSIBLE


def test_after_a_break_two_further_samples_confirm():
    evidence = graded(seen(0), seen(10, Kind.RST), seen(20), seen(20 + LATER))

    assert (evidence.grade, evidence.first_seen) == (Grade.CONFIRMED, 20)


@pytest.mark.parametrize(
    ("moved", "grade"),
    [
        (0, Grade.CONFIRMED),
        (2**28 - 1, Grade.CONFIRMED),
        (2**28, Grade.POSSIBLE),
        (-(2**16) + 1, Grade.CONFIRMED),
        (-(2**16), Grade.POSSIBLE),
        (2**31, Grade.POSSIBLE),
    ],
)
@pytest.mark.parametrize("stream", [0, 1])
@pytest.mark.parametrize("from_low", [True, False])
@pytest.mark.parametrize("start", [0, 2**32 - 100])
def test_both_streams_must_have_moved_on(moved, grade, stream, from_low, start):
    after = [start, start]
    after[stream] = (start + moved) % 2**32

    evidence = graded(
        seen(0, positions=(start, start)), seen(LATER, from_low=from_low, positions=after)
    )

    assert evidence.grade is grade


def test_what_one_side_acknowledges_is_compared_with_what_the_other_sends():
    far_apart = {"positions": (100, 2**30)}
    samples = seen(0, **far_apart), seen(LATER, from_low=False, **far_apart)

    assert graded(*samples).grade is Grade.CONFIRMED


def test_where_positions_are_not_shown_the_ports_decide():
    samples = (seen(at)._replace(sequence=None, acknowledged=None) for at in (0, LATER))

    assert graded(*samples).grade is Grade.CONFIRMED


def test_a_sample_without_positions_does_not_hide_a_jump():
    blind = seen(10)._replace(sequence=None, acknowledged=None)

    assert graded(seen(0), blind, seen(LATER, moved=2**30)).grade is Grade.POSSIBLE


def failing(tries):
    """So many attempts, each on another port."""
    return graded(*(seen(at, Kind.SYN, ports=(PORT + at, 179)) for at in range(tries)))


def test_a_pair_that_keeps_failing_has_to_show_three_samples():
    evidence = failing(WARY_ATTEMPTS)
    graded(seen(1000), seen(1000 + LATER), evidence=evidence)
    assert evidence.grade is Grade.POSSIBLE

    graded(seen(1000 + 2 * LATER), evidence=evidence)

    assert (evidence.grade, evidence.first_seen) == (Grade.CONFIRMED, 1000)


def test_the_third_sample_must_be_a_confirm_time_after_the_second():
    evidence = failing(WARY_ATTEMPTS)
    graded(seen(1000), seen(1000 + LATER), seen(999 + 2 * LATER), evidence=evidence)

    assert evidence.grade is Grade.POSSIBLE


def test_a_few_attempts_are_part_of_coming_up():
    evidence = failing(WARY_ATTEMPTS - 1)
    graded(seen(1000), seen(1000 + LATER), evidence=evidence)

    assert evidence.grade is Grade.CONFIRMED


def test_what_failed_before_the_last_confirmed_connection_is_forgotten():
    evidence = failing(WARY_ATTEMPTS)
    graded(seen(1000, Kind.UPDATE), evidence=evidence)
    graded(seen(2000, ports=OTHER), seen(2000 + LATER, ports=OTHER), evidence=evidence)

    assert evidence.last_seen == 2000 + LATER


def test_an_update_is_proof_however_often_a_pair_failed():
    evidence = graded(seen(1000, Kind.UPDATE), evidence=failing(WARY_ATTEMPTS))

    assert evidence.grade is Grade.CONFIRMED


sightings = st.builds(
    seen,
    st.integers(0, 1000),
    st.sampled_from(sorted(set(Kind) - PROOFS)),
    from_low=st.booleans(),
    ports=st.sampled_from([(PORT, 179), OTHER, (179, 179)]),
    moved=st.sampled_from([0, 19, 2**29]),
)


@given(st.lists(sightings, max_size=30))
def test_no_order_of_samples_raises_or_counts_one_twice(samples):
    evidence = graded(*samples)

    counted = [sample for sample in samples if sample.kind is not Kind.WITHOUT_ACK]
    assert evidence.samples + evidence.attempts == len(counted)


@given(st.lists(sightings, max_size=30))
def test_within_less_than_the_confirm_time_nothing_is_confirmed_without_proof(samples):
    hurried = [sample._replace(at=sample.at * 0.299) for sample in samples]

    assert graded(*hurried, evidence=Evidence()).grade < Grade.CONFIRMED
