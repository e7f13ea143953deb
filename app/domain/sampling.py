"""How many packets there are for each sample, and what share of the datagrams arrives."""

from typing import NamedTuple

# Sequence numbers: so many samples tell the sampling of a port by themselves.
ENOUGH = 100


class Moved(NamedTuple):
    """How far the sequence number and the pool of packets moved in a time."""

    sequences: int = 0
    pool: int = 0


def measured(lately: Moved, before: Moved) -> float | None:
    """Packets per sample as the numbers tell it: of two times the worse one, together where none
    is long enough; none where nothing moved."""
    whole = Moved(lately.sequences + before.sequences, lately.pool + before.pool)
    parts = [part for part in (lately, before) if part.sequences >= ENOUGH] or [whole]
    rates = [float(pool) / float(sequences) for sequences, pool in parts if sequences and pool]
    return max(rates, default=None)


def taken(rate: float, lately: Moved, before: Moved) -> float | None:
    """Packets per sample that the switch takes: measured; as configured while nothing is, and none
    where that is 0, which sFlow allows."""
    return measured(lately, before) or float(rate) or None


def wary(rate: float, lately: Moved, before: Moved) -> float | None:
    """The same for who must not promise too much: measured or configured, whichever is worse."""
    found = max(measured(lately, before) or 0.0, float(rate))
    return max(1.0, found) if found else None


def arrived(heard: int, lost: int) -> float:
    """The share of an agent's datagrams that came; all of them while none is known of."""
    return float(heard) / float(heard + lost) if heard else 1.0
