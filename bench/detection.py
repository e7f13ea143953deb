"""How often sessions are found, and pairs that only try are mistaken: `python -m bench.detection`.

Beyond the lab: 28 days, ports that come back, three sampling rates. `--write` puts the tables into
docs/detection.md. The tracker is the real one. What is left out is only what cannot change its
mind: a sample on another port than the one before begins anew, so of all tries only those matter
that follow a try on the same port, and these are drawn directly.
"""

import sys
from collections.abc import Iterable, Iterator
from math import log
from random import Random

from tabulate import tabulate

from app.domain.evidence import ATTEMPTS, Evidence, Grade, Kind, Sighting
from bench.document import put
from bench.failures import FAILURES, Failure, Step

DAY = 86400.0
WINDOW = 28 * DAY
CONFIRM = 300.0
PORTS = 14_000  # from which BIRD and FRR on Linux draw
RATES = (1, 50, 1024)
# Linux counts 64 ns for its initial sequence numbers. On one set of ports both sides add the same
# time to a constant, so both streams of a later connection are shifted by the same number: the
# worst case for the comparison of positions, and the usual one.
TICKS = 1e9 / 64

Try = list[tuple[float, Step]]  # the packets that are sampled, with their times


def mistaken(
    failure: Failure,
    rate: int,
    random: Random,
    *,
    payload: bool,
    pairs: int = 1000,
    ports: int = PORTS,
    window: float = WINDOW,
    remembering: bool = True,
) -> int:
    """How many of `pairs` that fail like this are ever confirmed.

    Without `remembering` a pair that keeps failing gets no closer look.
    """
    return sum(
        any(
            grades_as_session(run, failure, rate, payload=payload, remembering=remembering)
            for run in returns(failure, rate, random, ports, window)
        )
        for _ in range(pairs)
    )


def returns(
    failure: Failure, rate: int, random: Random, ports: int, window: float
) -> Iterator[list[Try]]:
    """The runs of sampled tries on one port, two or more in a row, within the window."""
    sampled = 1 - (1 - 1 / rate) ** len(failure.steps)
    number = 0.0  # of the try, counted from the first
    while True:
        number += _sum_of_geometric(geometric(1 / ports, random), sampled, random)
        if number * failure.interval > window:
            return
        run = [_sampled_try(failure, number, rate, random)]
        while len(run) < 2 or random.random() < 1 / ports:
            number += geometric(sampled, random)
            run.append(_sampled_try(failure, number, rate, random))
        yield run


def grades_as_session(
    run: Iterable[Try], failure: Failure, rate: int, *, payload: bool, remembering: bool
) -> bool:
    """Whether the samples of these tries confirm the pair."""
    evidence = Evidence()
    for packets in run:
        if remembering and not evidence.last_sample_at:
            _remember(evidence, failure, rate, packets[0][0], payload)
        for at, step in packets:
            evidence.see(sighting(at, step, payload), CONFIRM)
    return evidence.grade is Grade.CONFIRMED


def _remember(evidence: Evidence, failure: Failure, rate: int, now: float, payload: bool) -> None:
    """The attempts of all the tries before, of which one in `rate` was sampled."""
    tries = now / failure.interval
    telling = sum(step.seen_as(payload) in ATTEMPTS for step in failure.steps)
    evidence.attempts = int(tries * telling / rate)
    evidence.last_attempt_at = now


def _sampled_try(failure: Failure, number: float, rate: int, random: Random) -> Try:
    """A try of which at least one packet is sampled."""
    start = (number + random.uniform(-0.1, 0.1)) * failure.interval
    while True:
        packets = [
            (start + s.at, s) for s in failure.steps if rate == 1 or random.random() < 1 / rate
        ]
        if packets:
            return packets


def sighting(at: float, step: Step, payload: bool, port: int = 40000) -> Sighting:
    start = int((at - step.at) * TICKS)
    positions = ((start + step.opener) % 2**32, (start + step.listener) % 2**32)
    sequence, acknowledged = positions if step.by_opener else reversed(positions)
    return Sighting(at, step.by_opener, port, 179, step.seen_as(payload), sequence, acknowledged)


def geometric(p: float, random: Random) -> int:
    """How many draws until the first success, that one included."""
    return 1 if p >= 1 else 1 + int(log(1 - random.random()) / log(1 - p))


def _sum_of_geometric(count: int, p: float, random: Random) -> float:
    """The sum of `count` such numbers; by the normal distribution where they are many."""
    if count < 50:
        return sum(geometric(p, random) for _ in range(count))
    return max(count, round(random.gauss(count / p, (count * (1 - p)) ** 0.5 / p)))


# -- Established sessions --------------------------------------------------------------------

KEEPALIVE = 80.0  # seconds; the longest that is usual (a hold time of 240)
HORIZONS = {"1 h": 1 / 24, "6 h": 0.25, "1 d": 1, "3 d": 3, "7 d": 7, "14 d": 14, "28 d": 28}


def confirmed_after(rate: int, random: Random, *, failed_before: int = 0) -> float:
    """Seconds until an idle session that is already up is confirmed; at most the window.

    Each side sends a keepalive every 80 s and acknowledges the other's: nothing else.
    """
    evidence = Evidence(attempts=failed_before, last_attempt_at=0.0 if failed_before else None)
    packet = -1
    while True:
        packet += geometric(1 / rate, random)
        beat, is_answer = divmod(packet, 2)
        at = beat * KEEPALIVE / 2 + 0.001 * is_answer
        if at > WINDOW:
            return WINDOW + 1
        moved = 19 * (beat // 2)
        from_low = (beat + is_answer) % 2 == 0
        evidence.see(
            Sighting(at, from_low, 40000, 179, Kind.SEGMENT, 1000 + moved, 1000 + moved), CONFIRM
        )
        if evidence.grade is Grade.CONFIRMED:
            return at


# -- Tables ----------------------------------------------------------------------------------


def table_of_mistakes() -> str:
    rows = []
    for failure in FAILURES:
        for payload in (True, False):
            rows.append(
                [failure.name, "yes" if payload else "no"]
                + [
                    mistaken(failure, rate, Random(rate), payload=payload, remembering=remembering)
                    for remembering in (True, False)
                    for rate in RATES
                ]
            )
    headers = ["Of 1,000 pairs", "payload", *(f"1:{rate:,}" for rate in RATES)]
    headers += [f"two samples only, 1:{rate:,}" for rate in RATES]
    return tabulate(rows, headers, tablefmt="github")


def table_of_sessions(count: int = 1000) -> str:
    rows = []
    for rate in (*RATES, 4096):
        for name, failed_before in (("no", 0), ("yes", 1000)):
            random = Random(rate)
            times = [
                confirmed_after(rate, random, failed_before=failed_before) for _ in range(count)
            ]
            shares = [sum(t <= days * DAY for t in times) / count for days in HORIZONS.values()]
            rows.append([f"1:{rate:,}", name, *(f"{share:.1%}" for share in shares)])
    return tabulate(rows, ["Sampling", "kept failing before", *HORIZONS], tablefmt="github")


def main() -> None:
    write = "--write" in sys.argv
    put("mistakes", table_of_mistakes(), document="detection.md", write=write)
    put("sessions", table_of_sessions(), document="detection.md", write=write)


if __name__ == "__main__":
    main()
