"""The evidence about one pair of addresses, and the rules by which it is graded.

Two samples of one TCP connection, far enough apart, tell an established session from tries that
fail: those last seconds and take another port each. Ports come back, though, so the positions in
both streams must fit as well, and a pair that fails again and again has to show more.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.bgp import PORT
from app.domain.evidence.grade import Grade
from app.domain.evidence.kinds import ATTEMPTS, PROOFS, Kind
from app.domain.evidence.period import Period

MOST_FORWARD = 1 << 28
MOST_BACK = 1 << 16
# So many attempts without a confirmed connection since: the pair keeps failing. A session that
# comes up shows fewer, even when two switches sample both ends of a collision.
WARY_ATTEMPTS = 20


class Sighting(NamedTuple):
    """One sample of a pair. `low` is the numerically lower address."""

    at: float  # arrival, seconds since 1970
    from_low: bool
    low_port: int
    high_port: int
    kind: Kind
    sequence: int | None = None  # none where a feed does not tell
    acknowledged: int | None = None
    # Before it time was told by another clock: it goes on with no connection that began earlier.
    since: float = 0.0


@dataclass(slots=True)
class Connection:
    """Unbroken clean samples of one TCP connection: both addresses and both ports."""

    low_port: int
    high_port: int
    first: float
    last: float
    middle: float | None = None  # the first that was one confirm time after `first`
    low_position: int | None = None  # how far what `low` sends has come, modulo 2^32
    high_position: int | None = None
    confirmed: bool = False

    def is_continued_by(self, sighting: Sighting) -> bool:
        """Whether `sighting` can belong to this very connection."""
        low, high = _positions(sighting)
        return (
            self.first >= sighting.since
            and sighting.low_port == self.low_port
            and sighting.high_port == self.high_port
            and _moved_on(self.low_position, low)
            and _moved_on(self.high_position, high)
        )

    def move(self, sighting: Sighting, confirm: float) -> None:
        """Take in a sighting that continues this connection."""
        self.last = max(self.last, sighting.at)
        if self.middle is None and self.last - self.first >= confirm:
            self.middle = self.last
        low, high = _positions(sighting)
        self.low_position = self.low_position if low is None else low
        self.high_position = self.high_position if high is None else high


@dataclass(slots=True)
class Evidence:
    """All that is known of a pair; kept from batch to batch.

    For a confirmed pair `first_seen` and `last_seen` are those of confirmed connections, for a
    possible one those of clean samples; a pair with nothing but attempts has neither.
    `last_clean` is the newest clean sample whatever the grade: a pair that was confirmed long ago
    keeps its grade, and by this is possible again.
    """

    grade: Grade = Grade.ATTEMPT
    first_seen: float | None = None
    last_seen: float | None = None
    last_confirmed: float | None = None
    last_clean: float | None = None
    samples: int = 0  # clean ones
    attempts: int = 0
    last_attempt_at: float | None = None
    attempt_from_low: bool | None = None  # who tries; none while that cannot be told
    last_sample_at: float = 0.0  # of any kind
    connection: Connection | None = None
    period: Period | None = None  # in which it is seen; ends at `last_seen` so far
    ended: list[Period] = field(default_factory=list)  # earlier ones, of this batch

    def see(self, sighting: Sighting, confirm: float) -> None:
        """Take in one sample; `confirm` is the confirm time in seconds."""
        if sighting.kind is Kind.WITHOUT_ACK:
            return
        self.last_sample_at = max(self.last_sample_at, sighting.at)
        if sighting.kind in ATTEMPTS:
            self._see_attempt(sighting)
        else:
            self._see_clean(sighting, confirm)

    def _see_attempt(self, sighting: Sighting) -> None:
        self.connection = None
        self.attempts += 1
        self.last_attempt_at = _latest(self.last_attempt_at, sighting.at)
        from_low = _tried_by_low(sighting)
        if from_low is not None:
            self.attempt_from_low = from_low

    def _see_clean(self, sighting: Sighting, confirm: float) -> None:
        self.samples += 1
        self.last_clean = _latest(self.last_clean, sighting.at)
        connection = self.connection
        if connection is not None and connection.is_continued_by(sighting):
            connection.move(sighting, confirm)
        else:
            connection = self.connection = _start(sighting)
        if connection.confirmed or sighting.kind in PROOFS or self._is_proof(connection, confirm):
            self._confirm(connection)
        elif self.grade < Grade.CONFIRMED:
            self.grade = Grade.POSSIBLE
            self.first_seen = sighting.at if self.first_seen is None else self.first_seen
            self.last_seen = _latest(self.last_seen, sighting.at)
            self._note(sighting.at, sighting.at)

    def _is_proof(self, connection: Connection, confirm: float) -> bool:
        """Two samples a confirm time apart; three where the pair keeps failing.

        By then a port that comes back is no longer unlikely, two returns in a row are.
        """
        if connection.middle is None:
            return False
        return not self._keeps_failing() or connection.last - connection.middle >= confirm

    def _keeps_failing(self) -> bool:
        if self.attempts < WARY_ATTEMPTS or self.last_attempt_at is None:
            return False
        return self.last_confirmed is None or self.last_attempt_at > self.last_confirmed

    def _confirm(self, connection: Connection) -> None:
        """Earlier failed tries are no part of the session: it began with this connection."""
        since = connection.last if connection.confirmed else connection.first
        connection.confirmed = True
        if self.grade < Grade.CONFIRMED:
            self.grade = Grade.CONFIRMED
            self.first_seen = connection.first
        self.last_seen = self.last_confirmed = _latest(self.last_confirmed, connection.last)
        self._note(since, connection.last)

    def _note(self, since: float, until: float) -> None:
        """Go on with the period, or end it and begin another: after a silence that is too long,
        and when the pair becomes confirmed."""
        period = self.period
        if period is None or not period.goes_on(since, self.grade):
            if period is not None and period.start < since:
                period.end = min(period.end, since)
                self.ended.append(period)
            period = self.period = Period(since, since, self.grade)
        period.move(until)


def _latest(one: float | None, other: float) -> float:
    return other if one is None else max(one, other)


def _start(sighting: Sighting) -> Connection:
    low, high = _positions(sighting)
    return Connection(
        sighting.low_port,
        sighting.high_port,
        sighting.at,
        sighting.at,
        low_position=low,
        high_position=high,
    )


def _positions(sighting: Sighting) -> tuple[int | None, int | None]:
    """The positions in the streams of low and high.

    What one side acknowledges is a position in the stream of the other, so every sample tells
    both, whichever side sent it.
    """
    if sighting.from_low:
        return sighting.sequence, sighting.acknowledged
    return sighting.acknowledged, sighting.sequence


def _moved_on(before: int | None, now: int | None) -> bool:
    """Forward, or a little back (samples overtake each other), modulo 2^32."""
    if before is None or now is None:
        return True
    forward = (now - before) % (1 << 32)
    return forward < MOST_FORWARD or forward > (1 << 32) - MOST_BACK


def _tried_by_low(sighting: Sighting) -> bool | None:
    """Who opened the connection: the side whose port is not 179, or who sent the SYN."""
    if sighting.low_port != sighting.high_port:
        return sighting.high_port == PORT
    if sighting.kind is Kind.SYN:
        return sighting.from_low
    if sighting.kind is Kind.SYN_ACK:
        return not sighting.from_low
    return None
