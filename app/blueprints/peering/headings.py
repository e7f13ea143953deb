"""What stands above a list: its columns, and the order in which policies are offered."""

from typing import NamedTuple

from app.domain import finding
from app.domain.finding import UNSTATED
from app.services.peering_rows import Column

USUAL = ("open", "selective", "case by case", "restrictive", "closed", "no")


class Header(NamedTuple):
    """A column: its name in addresses, its title, its class, what a pointer is told."""

    key: str
    label: str
    look: str = ""
    hint: str = ""


ASKED = Header("asked", "Last asked", "c-ask")
MOVED = Header("moved", "Moved", "c-ask")  # in its place where one looks at what one put away


def policy_place(key: str) -> tuple[int, str]:
    """The usual ones from the most to the least open, then others by name, none stated last."""
    if key == UNSTATED:
        return len(USUAL) + 1, key
    return USUAL.index(key) if key in USUAL else len(USUAL), key


def header_of(column: Column, many: bool) -> Header:
    """The column of a VLAN; with `many` infrastructures it says on which one it is."""
    place = f"{column.infrastructure}, tag {column.tag}" if column.tag else column.infrastructure
    label = f"{column.name} · {column.infrastructure}" if many else column.name
    return Header(f"{finding.VLAN}{column.vlan_id}", label, hint=place)
