"""How dense a matrix was week by week, and the bands of a chart of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from app.domain.classify import Link

WIDTH, HEIGHT = 260, 80  # of the chart, in units of its view box
KINDS = (Link.BOTH, Link.BILATERAL, Link.ROUTE_SERVER)  # from the bottom of the chart


class Week(NamedTuple):
    """The pairs of a VLAN and protocol in a week, and how many had which link."""

    week: date  # its Monday
    pairs: int
    route_server: int
    bilateral: int
    both: int

    @property
    def linked(self) -> float:
        """Percent of the pairs with any link."""
        return sum(self.shares.values())

    @property
    def shares(self) -> dict[Link, float]:
        """Percent of the pairs, by kind of link."""
        many = {
            Link.BOTH: self.both,
            Link.BILATERAL: self.bilateral,
            Link.ROUTE_SERVER: self.route_server,
        }
        return {kind: 100 * many[kind] / self.pairs if self.pairs else 0.0 for kind in KINDS}


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def bands(weeks: Sequence[Week]) -> dict[Link, str]:
    """The points of one SVG polygon for each kind, each standing on the one before it.

    A week has its place by its date, so that one that was missed leaves its room; a single week
    fills the chart.
    """
    if not weeks:
        return {}
    days = (weeks[-1].week - weeks[0].week).days
    places = [WIDTH * (week.week - weeks[0].week).days / days if days else 0.0 for week in weeks]
    shares = [week.shares for week in weeks]
    if not days:
        places, shares = [0.0, WIDTH], [*shares, *shares]
    floor, found = [0.0] * len(places), {}
    for kind in KINDS:
        top = [below + share[kind] for below, share in zip(floor, shares, strict=True)]
        there = [_point(x, y) for x, y in zip(places, top, strict=True)]
        back = [_point(x, y) for x, y in zip(places, floor, strict=True)]
        found[kind] = " ".join([*there, *reversed(back)])
        floor = top
    return found


def _point(x: float, percent: float) -> str:
    return f"{x:.0f},{HEIGHT * (1 - percent / 100):.1f}"
