"""Each trouble is named, graded, and says what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.feed_troubles import (
    Fault,
    Level,
    Listener,
    Stray,
    Switch,
    of_faults,
    of_listeners,
    of_strays,
    of_switches,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AGO = timedelta(hours=1)
RUNS = Listener("ix1 [::]:6343", NOW, None, 0, 0)
GOOD = Switch("198.51.100.1", NOW, 0.0, 1024.0, 1030.0)
FAULT = Fault("203.0.113.9", "truncated", 12, NOW)
STRAY = Stray("192.0.2.77", "unknown", None, "198.51.100.1", 1204, NOW - AGO, NOW)


def test_what_works_is_no_trouble():
    assert list(of_listeners([RUNS], NOW)) == []
    assert list(of_switches([GOOD], NOW)) == []


@pytest.mark.parametrize(
    "listeners", [[], [RUNS._replace(last_at=NOW - AGO)], [RUNS._replace(stopped_at=NOW)]]
)
def test_without_a_running_collector_it_is_critical(listeners):
    (trouble,) = of_listeners(listeners, NOW)

    assert (trouble.level, trouble.what) == (Level.CRITICAL, "No collector runs")
    assert "flask sessions collect" in trouble.do


def test_one_stopped_collector_beside_one_that_runs_is_no_trouble():
    assert list(of_listeners([RUNS, RUNS._replace(stopped_at=NOW)], NOW)) == []


def test_drops_of_the_socket_and_samples_left_out_are_warnings():
    lossy = RUNS._replace(kernel_drops=5, not_kept=7, dropped_at=NOW - AGO, left_out_at=NOW - AGO)
    found = list(of_listeners([lossy], NOW))

    assert [trouble.level for trouble in found] == [Level.WARNING, Level.WARNING]
    assert "dropped 5 datagrams" in found[0].what
    assert "rmem_max" in found[0].do

    over = lossy._replace(dropped_at=NOW - 25 * AGO, left_out_at=NOW - 25 * AGO)
    stopped = lossy._replace(stopped_at=NOW)
    assert list(of_listeners([RUNS, over, stopped], NOW)) == [], "over, or of one that was stopped"


@pytest.mark.parametrize(
    ("switch", "level", "words"),
    [
        (GOOD._replace(last_at=NOW - AGO, lost=0.5), Level.CRITICAL, "sends nothing"),
        (GOOD._replace(lost=0.333), Level.WARNING, "33.3% are lost"),
        (GOOD._replace(taken=6140.0), Level.WARNING, "1 in 6,140, not 1 in 1,024"),
    ],
)
def test_a_switch_that_is_silent_loses_or_samples_less_is_named(switch, level, words):
    (trouble,) = of_switches([switch], NOW)

    assert trouble.level is level
    assert words in trouble.what
    assert "198.51.100.1" in trouble.what


@pytest.mark.parametrize(
    ("listener", "is_named"),
    [
        (RUNS._replace(started_at=NOW - AGO), True),
        (RUNS._replace(started_at=NOW - timedelta(minutes=1)), False),  # it may yet send
        (RUNS._replace(started_at=NOW - 9 * AGO, last_at=NOW - AGO), False),  # nobody listens
        (RUNS._replace(started_at=NOW - 9 * AGO, stopped_at=NOW), True),
    ],
)
def test_a_switch_is_silent_only_as_long_as_somebody_listened(listener, is_named):
    silent = GOOD._replace(last_at=NOW - AGO)

    assert bool(list(of_switches([silent], NOW, [listener]))) is is_named


def test_datagrams_not_read_say_whether_the_sender_must_be_allowed():
    (strange,) = of_faults([FAULT], NOW)
    (refused,) = of_faults([FAULT._replace(kind="sender not allowed")], NOW)

    assert "12 datagrams of 203.0.113.9 were not read: truncated" in strange.what
    assert refused.do == "If this is a switch of yours, allow it in SFLOW_AGENTS."


@pytest.mark.parametrize(
    ("reason", "words"),
    [("unknown", "nobody’s address"), ("ambiguous", "several VLANs"), ("apart", "across VLANs")],
)
def test_an_address_without_a_place_says_why(reason, words):
    (trouble,) = of_strays([STRAY._replace(reason=reason)], NOW)

    assert words in trouble.what
    assert "1,204 BGP samples" in trouble.what


def test_what_is_over_is_no_trouble_any_more():
    old = NOW - timedelta(days=2)

    assert list(of_faults([FAULT._replace(last_at=old)], NOW)) == []
    assert list(of_strays([STRAY._replace(last_at=old), STRAY._replace(samples=3)], NOW)) == []
