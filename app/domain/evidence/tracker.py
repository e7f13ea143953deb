"""The evidence about all pairs, through one batch of samples."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

from app.domain.evidence.pair import Evidence, Sighting

Pair = TypeVar("Pair", bound=Hashable)

# Samples of one moment arrive in any order; what is older than stored evidence by more than this
# comes from an earlier recording.
OVERLAP = 5.0


class Change(NamedTuple):
    """What a batch adds to a pair: its evidence now, and how many samples of it are new."""

    evidence: Evidence
    samples: int
    attempts: int


class Tracker(Generic[Pair]):
    """Grades pairs; continues from `stored`, whose values it takes over and changes.

    A batch from before the stored evidence of a pair is graded by itself: what it says and what
    is stored are then put together by whoever stores it (greater grade, earliest first).
    """

    def __init__(self, confirm: float, stored: Mapping[Pair, Evidence] | None = None) -> None:
        self._confirm = confirm
        self._stored = stored or {}
        self._evidence: dict[Pair, Evidence] = {}
        self._counted: dict[Pair, tuple[int, int]] = {}

    def see(self, pair: Pair, sighting: Sighting) -> None:
        """Take in one sample of a pair."""
        evidence = self._evidence.get(pair)
        if evidence is None:
            evidence = self._evidence[pair] = self._begin(pair, sighting.at)
        evidence.see(sighting, self._confirm)

    def changes(self) -> Iterator[tuple[Pair, Change]]:
        """Every pair of which something was seen."""
        for pair, evidence in self._evidence.items():
            samples, attempts = self._counted[pair]
            added = Change(evidence, evidence.samples - samples, evidence.attempts - attempts)
            if added.samples or added.attempts:
                yield pair, added

    def _begin(self, pair: Pair, at: float) -> Evidence:
        stored = self._stored.get(pair)
        if stored is None or at < stored.last_sample_at - OVERLAP:
            stored = Evidence()
        self._counted[pair] = (stored.samples, stored.attempts)
        return stored
