"""Which members of the exchange's own list are looked for, and in which order.

Words that make no sense are left out, so that an old or mistyped address still shows a list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from app.domain.finding import AS_APART, MOST_WORDS, fold
from app.domain.member import MemberStatus, MemberType

CURRENT = "current"  # everybody who has not left
STATUSES = (CURRENT, *(status.value for status in MemberStatus), "all")
TYPES = ("", *(kind.value for kind in MemberType))
# What a member can be without, and whether only peering members are expected to have it.
LACKS = ("interfaces", "lans", "contact", "users")
SORTS = ("name", "asn", "type", "status", "interfaces", "users", "joined")


class Line(NamedTuple):
    """One member as the exchange sees it. `interfaces` are connected ones, `lans` those of them
    in the peering manager, `contacts` its peering contacts, `users` those who may log in."""

    id: int
    asn: int
    name: str
    organisation: str | None
    type: str
    status: str
    joined_at: date | None
    interfaces: int
    lans: int
    contacts: int
    users: int

    def lacks(self, what: str) -> bool:
        """Whether this member is without something that it needs."""
        if what == "contact":
            return not self.contacts
        return not getattr(self, what)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. Empty fields ask for nothing."""

    words: str = ""
    type: str = ""
    status: str = CURRENT
    lacks: str = ""
    sort: str = "name"
    descending: bool = False

    @property
    def arguments(self) -> dict[str, Any]:
        """The address of this list, without what goes without saying."""
        order = f"-{self.sort}" if self.descending else self.sort
        said = {
            "q": self.words,
            "type": self.type,
            "status": "" if self.status == CURRENT else self.status,
            "without": self.lacks,
            "sort": "" if order == "name" else order,
        }
        return {name: value for name, value in said.items() if value}

    def by(self, sort: str) -> dict[str, Any]:
        """The address of the list by this column; by the same again, the other way round."""
        return replace(
            self, sort=sort, descending=sort == self.sort and not self.descending
        ).arguments


def read(args: Mapping[str, str]) -> Sought:
    """What an address asks for."""
    order = args.get("sort", "name")
    return Sought(
        args.get("q", "").strip()[:MOST_WORDS],
        _one_of(TYPES, args.get("type", "")),
        _one_of(STATUSES, args.get("status", "")),
        _one_of(("", *LACKS), args.get("without", "")),
        _one_of(SORTS, order.removeprefix("-")),
        order.startswith("-"),
    )


def _one_of(known: Sequence[str], word: str) -> str:
    return word if word in known else known[0]


def find(lines: Sequence[Line], sought: Sought) -> list[Line]:
    """The members that are looked for, in order."""
    found = [line for line in lines if _matches(line, sought)]
    found.sort(key=lambda line: (fold(line.name), line.asn, line.id))
    if sought.sort != "name":
        found.sort(key=lambda line: _key(line, sought.sort), reverse=sought.descending)
    elif sought.descending:
        found.reverse()
    return found


def _matches(line: Line, sought: Sought) -> bool:
    if sought.status == CURRENT and line.status == MemberStatus.LEFT:
        return False
    if sought.status not in (CURRENT, "all", line.status):
        return False
    if sought.type and line.type != sought.type:
        return False
    if sought.lacks and not line.lacks(sought.lacks):
        return False
    return not sought.words or _has_words(line, sought.words)


def _has_words(line: Line, words: str) -> bool:
    names = f"{fold(line.name)} {fold(line.organisation or '')}"
    asn = str(line.asn)
    return all(
        word in names or asn.startswith(word.removeprefix("as") or "-")
        for word in AS_APART.sub(r"\1", fold(words)).split()
    )


def _key(line: Line, sort: str) -> Any:
    if sort == "joined":
        return line.joined_at or date.min
    return getattr(line, sort)
