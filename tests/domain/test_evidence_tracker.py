"""Evidence that continues from one batch to the next."""

from app.domain.evidence import Grade, Kind, Tracker
from tests.domain.evidence import CONFIRM, graded, seen


def changes(tracker):
    return dict(tracker.changes())


def test_a_later_batch_continues_the_connection_of_an_earlier_one():
    tracker = Tracker(CONFIRM, {"pair": graded(seen(0))})
    tracker.see("pair", seen(CONFIRM))

    assert changes(tracker)["pair"].evidence.grade is Grade.CONFIRMED


def test_only_what_is_new_is_counted():
    tracker = Tracker(CONFIRM, {"pair": graded(seen(0), seen(1, Kind.SYN))})
    tracker.see("pair", seen(2))

    change = changes(tracker)["pair"]
    assert (change.samples, change.attempts, change.evidence.samples) == (1, 0, 2)


def test_pairs_without_new_samples_are_no_change():
    tracker = Tracker(CONFIRM, {"quiet": graded(seen(0))})
    tracker.see("pair", seen(2))

    assert list(changes(tracker)) == ["pair"]


def test_a_batch_from_before_the_stored_evidence_stands_by_itself():
    tracker = Tracker(CONFIRM, {"pair": graded(seen(1000))})
    tracker.see("pair", seen(500))

    change = changes(tracker)["pair"]
    assert (change.evidence.grade, change.evidence.first_seen) == (Grade.POSSIBLE, 500)


def test_pairs_do_not_mix():
    tracker = Tracker(CONFIRM)
    tracker.see("one", seen(0))
    tracker.see("other", seen(CONFIRM))

    assert {change.evidence.grade for change in changes(tracker).values()} == {Grade.POSSIBLE}
