"""Counting by keys that strangers choose: the number of keys is bounded, the count is not."""

from collections.abc import Hashable
from typing import Generic, NamedTuple, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Count(NamedTuple):
    """How often, and when first and last."""

    number: int
    first_at: float
    last_at: float


class Counts(Generic[Key]):
    """Counts per key, up to `most` keys; what more keys bring is counted together, as `rest`."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._counts: dict[Key, list[float]] = {}
        self.rest = 0

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, key: Key, at: float, many: int = 1) -> bool:
        """Count one more, or some; False when there was no place for the key."""
        count = self._counts.get(key)
        if count is not None:
            count[0] += many
            count[2] = at
        elif len(self._counts) < self._most:
            self._counts[key] = [many, at, at]
        else:
            self.rest += many
            return False
        return True

    def drain(self, keep: int | None = None) -> dict[Key, Count]:
        """What was counted, at most the `keep` greatest of it; begins anew."""
        counts, self._counts, self.rest = self._counts, {}, 0
        chosen = sorted(counts.items(), key=lambda item: item[1][0], reverse=True)[:keep]
        return {key: Count(int(n), first, last) for key, (n, first, last) in chosen}
