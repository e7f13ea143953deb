"""A time in which a pair was seen again and again, without a silence that is too long."""

from dataclasses import dataclass

from app.domain.evidence.grade import Grade
from app.domain.staleness import LEAST_PATIENCE, patience

MINUTE = 60.0
LONGEST = 28 * 86400.0  # a silence that ends a period, however seldom the pair is seen
AGES = 400 * 86400.0  # longer than any look-back: of a pair whose rate is not known


@dataclass(slots=True)
class Period:
    """From the first to the last sample, in seconds since 1970.

    `samples` are the minutes in which there were any: a full table is thousands of packets within
    one, and what they tell of the pace of keepalives is nothing.
    """

    start: float
    end: float
    grade: Grade
    samples: int = 0

    @property
    def patience(self) -> float:
        """The silence after which the pair is stale: unlikely at its own rate."""
        return min(patience(self.samples, self.end - self.start) or AGES, AGES)

    def goes_on(self, since: float, grade: Grade) -> bool:
        """Whether a sample from `since` on belongs to this period."""
        silence = since - self.end
        # Nearly every sample: what anybody's patience is at least need not be worked out.
        return grade == self.grade and (
            silence <= LEAST_PATIENCE or silence <= min(self.patience, LONGEST)
        )

    def move(self, until: float) -> None:
        if not self.samples or until // MINUTE > self.end // MINUTE:
            self.samples += 1
        self.end = max(self.end, until)
