"""The rules of the tabs over single addresses, as an exchange has them: plain, and slow."""

from typing import NamedTuple

from app.domain import classify as rules
from app.domain.classify import Pair, Side, Sighting


class Port(NamedTuple):
    """One address of a member."""

    vlan_id: int
    protocol: int
    address_id: int
    rs_client: bool


def sides(found):
    """What each cell of a member holds, counted."""
    by_cell = {}
    for each in found:
        by_cell.setdefault(each[:2], []).append(each.rs_client)
    return tuple(Side(*cell, len(held), any(held)) for cell, held in by_cell.items())


def classify(mine, theirs, sessions, mark=None, **options):
    """The rules over addresses, as they are met in an exchange."""
    seen = tuple(
        Sighting(*own[:2], sessions[pair])
        for own in mine
        for other in theirs
        if own[:2] == other[:2] and (pair := Pair.of(own.address_id, other.address_id)) in sessions
    )
    return rules.classify(sides(mine), sides(theirs), seen, mark, **options)
