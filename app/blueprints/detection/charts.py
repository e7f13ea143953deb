"""A line drawn on the server, with the same figures as a table."""

from collections.abc import Sequence
from typing import NamedTuple

LEFT, RIGHT, TOP, BOTTOM = 46, 600, 20, 130


class Chart(NamedTuple):
    """What the template draws; `rows` are (when, how many)."""

    title: str
    points: str
    top: int  # the value at the upper line
    words: str
    rows: tuple[tuple[str, int], ...]
    start: str
    end: str


def make_chart(title: str, rows: Sequence[tuple[str, int]], start: str, end: str) -> Chart:
    values = [value for _, value in rows]
    top = _round_up(max(values, default=0))
    step = (RIGHT - LEFT) / max(1, len(values) - 1)
    points = " ".join(
        f"{LEFT + place * step:.0f},{BOTTOM - (BOTTOM - TOP) * value / top:.1f}"
        for place, value in enumerate(values)
    )
    words = (
        f"{title}: {values[0]:,} {start}, {values[-1]:,} {end}, between {min(values):,} and "
        f"{max(values):,}"
        if values
        else f"{title}: nothing yet"
    )
    return Chart(title, points, top, words, tuple(rows), start, end)


def _round_up(value: int) -> int:
    """The next 1, 2 or 5 with zeros: a line that is easy to read."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size >= max(value, 1):
                return factor * size
        size *= 10
