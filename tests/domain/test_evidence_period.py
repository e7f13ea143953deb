"""The periods in which a pair is seen: one goes on through usual silence, another begins after."""

from app.domain.evidence import Grade, Kind
from tests.domain.evidence import CONFIRM, graded, seen

DAY = 86400


def spans(evidence):
    return [(p.start, p.end, p.grade) for p in (*evidence.ended, evidence.period)]


def steady(start, end, step=3600):
    return [seen(at, Kind.UPDATE, moved=at) for at in range(start, end + 1, step)]


def test_a_session_that_is_seen_all_the_time_has_one_period():
    evidence = graded(*steady(0, 5 * DAY))

    assert spans(evidence) == [(0, 5 * DAY, Grade.CONFIRMED)]


def test_silence_that_is_too_long_for_its_own_rate_begins_another():
    evidence = graded(*steady(0, 5 * DAY), *steady(7 * DAY, 8 * DAY))

    assert [span[:2] for span in spans(evidence)] == [(0, 5 * DAY), (7 * DAY, 8 * DAY)]


def test_the_same_silence_is_usual_for_a_pair_that_is_seldom_seen():
    evidence = graded(*steady(0, 6 * DAY, 2 * DAY), *steady(8 * DAY, 9 * DAY, DAY))

    assert [span[:2] for span in spans(evidence)] == [(0, 9 * DAY)]


def test_a_silence_of_a_month_ends_the_period_of_any_pair():
    evidence = graded(seen(0, Kind.UPDATE), seen(29 * DAY, Kind.UPDATE))

    assert [span[:2] for span in spans(evidence)] == [(0, 0), (29 * DAY, 29 * DAY)]


def test_what_was_only_possible_becomes_one_confirmed_period_of_its_connection():
    evidence = graded(
        seen(0, ports=(39999, 179)), seen(1, Kind.RST, ports=(39999, 179)),
        seen(60), seen(60 + CONFIRM),
    )  # fmt: skip

    assert spans(evidence) == [(0, 60, Grade.POSSIBLE), (60, 60 + CONFIRM, Grade.CONFIRMED)]


def test_tries_after_a_session_fell_are_no_period():
    evidence = graded(
        seen(0, Kind.UPDATE), seen(10, Kind.FIN), seen(20, Kind.SYN), seen(30, ports=(40001, 179))
    )

    assert spans(evidence) == [(0, 0, Grade.CONFIRMED)]


def test_a_burst_tells_no_rate():
    evidence = graded(*(seen(at, Kind.UPDATE, moved=at) for at in (0, 1, 2, 3)))

    assert evidence.period.samples == 1
    assert evidence.period.patience > 28 * DAY


def test_samples_count_once_a_minute_into_the_rate():
    evidence = graded(*steady(0, 600, step=10))

    assert evidence.period.samples == 11
    assert evidence.samples == 61
