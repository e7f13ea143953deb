"""What a flag of a VLAN changes, for whom: told before the switch is pressed, and after."""

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """A member that others are shown, with one protocol of one of its interfaces in the VLAN."""

    member_id: int
    interface_id: int
    protocol: int


class Effect(NamedTuple):
    """The members a flag concerns, their interfaces, and the cells they see of each other."""

    members: int = 0
    interfaces: int = 0
    cells: int = 0


def effect_of(places: Iterable[Place]) -> Effect:
    """Everybody counts once; a cell is one member as another sees it, for one protocol."""
    members: dict[int, set[int]] = {}
    interfaces: set[int] = set()
    for place in places:
        members.setdefault(place.protocol, set()).add(place.member_id)
        interfaces.add(place.interface_id)
    return Effect(
        len(set().union(*members.values())),
        len(interfaces),
        sum(len(some) * (len(some) - 1) for some in members.values()),
    )
