"""Which members of a list are looked for, and in which order: what the address of a list says.

Words that make no sense are left out, so that an old or mistyped address still shows a list.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

from app.domain.classify import TABS_FOR_LINK, Cell, Link, Standing, Tab

MOST_WORDS = 100  # characters; longer than any name that is searched by hand
AS_APART = re.compile(r"\b(as)n?\s*(?=\d)")  # "AS 64500" and "ASN 64500" are one word
MOST_POLICIES, LONGEST_POLICY = 12, 64  # an address may repeat them; every row repeats the address
MOST_VLANS = 64
UNSTATED = "-"  # stands for "no policy stated"
COLUMNS = ("name", "asn", "policy", "asked", "moved")
VLAN = "vlan-"  # and an id: the column of a VLAN
PROTOCOLS = (4, 6)
STRENGTH = {link: place for place, link in enumerate(Link)}

Args = Mapping[str, Sequence[str]]


class Listed(Protocol):
    """What is asked of a member to find it."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def asn(self) -> int: ...
    @property
    def policy(self) -> str | None: ...
    @property
    def noted(self) -> str: ...
    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def marked_at(self) -> datetime | None: ...
    @property
    def standing(self) -> Standing: ...


Member = TypeVar("Member", bound=Listed)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is looked for. Empty fields ask for nothing; the order is by name unless said."""

    words: str = ""
    policies: frozenset[str] = frozenset()  # as `policy_key` makes them
    vlans: frozenset[int] = frozenset()  # ids: on one of these
    missing: frozenset[int] = frozenset()  # protocols: without a link on one of these
    no_link: bool = False
    sort: str = "name"
    descending: bool = False

    @property
    def asks(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.words or self.policies or self.vlans or self.missing or self.no_link)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of an address that `read` takes back; nothing for what is not asked."""
        order = f"-{self.sort}" if self.descending else self.sort
        said: dict[str, Any] = {
            "q": self.words,
            "policy": sorted(self.policies),
            "vlan": [str(vlan) for vlan in sorted(self.vlans)],
            "missing": [str(protocol) for protocol in sorted(self.missing)],
            "no-link": "1" if self.no_link else "",
            "sort": "" if order == "name" else order,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def filters(self) -> "Finding":
        """What is left to ask of those whom the words have found."""
        return replace(self, words="")

    @property
    def everywhere(self) -> "Finding":
        """What still makes sense on another tab: "no link" would leave most of them empty."""
        return replace(self, no_link=False)

    def continues(self, earlier: "Finding") -> bool:
        """Whether only letters of a search were added or taken away, or nothing changed."""
        if self == earlier:
            return True
        typed = bool(self.words and earlier.words)
        return typed and replace(self, words="") == replace(earlier, words="")

    def sorted_by(self, column: str) -> "Finding":
        """The same in the order of a column; a second time the other way round."""
        return replace(self, sort=column, descending=self.sort == column and not self.descending)


def read(args: Args) -> Finding:
    """What the arguments of an address ask for (`arguments` in reverse)."""
    column, descending = _order((args.get("sort") or [""])[0])
    return Finding(
        words=" ".join((args.get("q") or [""])[0].split())[:MOST_WORDS].strip(),
        policies=frozenset(
            policy_key(policy[:LONGEST_POLICY])
            for policy in (args.get("policy") or ())[:MOST_POLICIES]
            if policy
        ),
        vlans=frozenset(
            int(vlan) for vlan in (args.get("vlan") or ())[:MOST_VLANS] if _is_id(vlan)
        ),
        missing=frozenset(p for p in PROTOCOLS if str(p) in (args.get("missing") or ())),
        no_link="1" in (args.get("no-link") or ()),
        sort=column,
        descending=descending,
    )


def _order(text: str) -> tuple[str, bool]:
    column = text.removeprefix("-")
    if column in COLUMNS or (column.startswith(VLAN) and _is_id(column.removeprefix(VLAN))):
        return column, text.startswith("-")
    return "name", False


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def find(members: Iterable[Member], finding: Finding) -> list[Member]:
    """The members that are looked for, in the order that is asked for; equals by name and ASN."""
    found = matching(members, finding)
    found.sort(key=lambda member: (fold(member.name), member.asn, member.id))
    if finding.sort != "name":
        _sort_by_column(found, finding)
    elif finding.descending:
        found.reverse()
    return found


def matching(members: Iterable[Member], finding: Finding) -> list[Member]:
    """The members that are looked for, as they come."""
    found = list(members)
    for asked in _asked(finding):
        found = list(filter(asked, found))
    return found


def by_group(members: list[Member], tab: Tab) -> list[Member]:
    """On Potential Peers those without any link first, the order kept; else as they are."""
    if tab is Tab.POTENTIAL:
        return sorted(members, key=lambda member: member.standing.linked)
    return members


def policy_key(policy: str | None) -> str:
    """A policy as addresses name it: two spellings of one policy are the same filter."""
    return " ".join((policy or "").casefold().split()) or UNSTATED


def fold(text: str) -> str:
    """Text as it is compared: without case and accents, so that `koln` finds Köln."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def _asked(finding: Finding) -> Iterator[Callable[[Listed], bool]]:
    """What a member must be, one after the other; nothing for what is not asked."""
    if words := AS_APART.sub(r"\1", fold(finding.words)).split():
        yield partial(_has_words, words)
    if finding.no_link:
        yield lambda member: not member.standing.linked
    if finding.policies:
        yield lambda member: policy_key(member.policy) in finding.policies
    if finding.vlans or finding.missing:
        yield lambda member: _has_cell(member.standing.cells, finding)


def _has_words(words: Sequence[str], member: Listed) -> bool:
    """Every word is part of the name or of an own note, or the ASN begins with it (`AS645`,
    `as 645`, `645`)."""
    name = fold(member.name)
    if "as" in name and any(map(str.isdigit, "".join(words))):
        name = AS_APART.sub(r"\1", name)
    for word in words:
        if word in name or word in member.noted:
            continue
        if not str(member.asn).startswith(word.removeprefix("as") or "-"):
            return False
    return True


def _has_cell(cells: Iterable[Cell], finding: Finding) -> bool:
    return any(
        (not finding.vlans or cell.vlan_id in finding.vlans)
        and (not finding.missing or (cell.protocol in finding.missing and _is_missing(cell)))
        for cell in cells
    )


def _is_missing(cell: Cell) -> bool:
    return Tab.POTENTIAL in TABS_FOR_LINK[cell.link]


def _sort_by_column(found: list[Member], finding: Finding) -> None:
    """Stable, so that equals stay by name. Members without a value come last either way."""
    if finding.sort == "asn":
        found.sort(key=lambda member: member.asn, reverse=finding.descending)
    elif finding.sort == "policy":
        found.sort(key=lambda member: policy_key(member.policy), reverse=finding.descending)
        found.sort(key=lambda member: not member.policy)
    elif finding.sort == "asked":
        _sort_by_time(found, lambda member: member.asked_at, finding)
    elif finding.sort == "moved":
        _sort_by_time(found, lambda member: member.marked_at, finding)
    else:
        vlan = int(finding.sort.removeprefix(VLAN))
        strength = {member.id: _strength(member.standing.cells, vlan) for member in found}
        found.sort(key=lambda member: strength[member.id], reverse=finding.descending)
        found.sort(key=lambda member: not strength[member.id])


def _sort_by_time(
    found: list[Member], at: Callable[[Member], datetime | None], finding: Finding
) -> None:
    """The longest ago first, or the newest; those of whom it never was come last either way."""
    timed = [(moment, place) for place, member in enumerate(found) if (moment := at(member))]
    never = [member for member in found if not at(member)]
    timed.sort(key=lambda pair: pair[0], reverse=finding.descending)
    found[:] = [found[place] for _, place in timed] + never


def _strength(cells: Iterable[Cell], vlan: int) -> tuple[int, ...]:
    """How strong the links on a VLAN are, the weakest first; empty where it is not shared.

    A protocol that is not shared says nothing: whoever lacks it is no worse for it.
    """
    return tuple(sorted(STRENGTH[cell.link] for cell in cells if cell.vlan_id == vlan))
