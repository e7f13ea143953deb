"""One tab as it is asked for: who is found, how much of it is shown, and where its links lead."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from app.blueprints.peering.headings import ASKED, MOVED, Header, header_of, policy_place
from app.blueprints.peering.words import TABS
from app.domain import finding
from app.domain.classify import Tab
from app.domain.finding import Finding, policy_key
from app.services.peering import Board, Peer

PAGE = 50  # rows that come at once
ALL = "all"
READABLE = "!$'()*,/:;?@"  # need no escape behind a question mark; RFC 3986, section 3.4
MOST_POLICIES = 6  # filters offered; exchanges let members write what they like

NOBODY = Board(0, (), ())

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """The members on one tab that are looked for, and the part of them that is shown."""

    board: Board
    tab: Tab
    sought: Finding
    start: int = 0  # index of the first row
    end: int | None = PAGE  # index after the last row; None shows all
    show: str = ""  # as the address says it

    @cached_property
    def on_tab(self) -> list[Peer]:
        return self.board.on(self.tab)

    @cached_property
    def named(self) -> list[Peer]:
        """Whom the words find, on whichever tab: looked for once, since that costs the most."""
        return finding.matching(self.board.peers, Finding(self.sought.words))

    @cached_property
    def found(self) -> list[Peer]:
        here = self.on_tab
        if self.sought.words:
            here = [peer for peer in self.named if self.tab in peer.standing.tabs]
        return finding.by_group(finding.find(here, self.sought.filters), self.tab)

    @cached_property
    def rows(self) -> list[Peer]:
        """The rows of this answer."""
        return self.found[self.start : self.end]

    @cached_property
    def counts(self) -> dict[Tab, int]:
        return self.board.counts()

    @cached_property
    def groups(self) -> dict[str, int]:
        """How many are under each heading of Potential Peers."""
        if self.tab is not Tab.POTENTIAL:
            return {}
        linked = sum(peer.standing.linked for peer in self.found)
        return {"none": len(self.found) - linked, "some": linked}

    @cached_property
    def headings(self) -> dict[int, str]:
        """The heading that stands before a row, by the id of its member."""
        firsts: dict[int, str] = {}
        if self.groups.get("none"):
            firsts[self.found[0].id] = "none"
        if self.groups.get("some"):
            firsts[self.found[self.groups["none"]].id] = "some"
        return firsts

    @property
    def is_cut(self) -> bool:
        """Whether more rows follow."""
        return self.end is not None and self.end < len(self.found)

    @cached_property
    def policies(self) -> list[tuple[str, str]]:
        """The policies one can ask for on this tab: as addresses and as people name them."""
        said: dict[str, str] = {}
        many: Counter[str] = Counter()
        for policy, members in Counter(peer.policy for peer in self.on_tab).items():
            key = policy_key(policy)
            said.setdefault(key, policy or "none stated")
            many[key] += members
        offered = [key for key, _ in many.most_common(MOST_POLICIES)]
        offered.sort(key=policy_place)  # the same on every tab, so that a hand finds them again
        asked = sorted(key for key in self.sought.policies if key not in offered)
        return [(key, said.get(key, key)) for key in (*offered, *asked)]

    def reaching(self, peer_id: int) -> "Listing":
        """The same, with as many pages as it takes to show this member."""
        places = {peer.id: place for place, peer in enumerate(self.found)}
        if self.end is None or places.get(peer_id, 0) < self.end:
            return self
        end = _rounded(str(places[peer_id] + 1))
        return replace(self, end=end, show=str(end))

    # -- Addresses -----------------------------------------------------------------------------

    @cached_property
    def arguments(self) -> Arguments:
        """What the address of this list says behind the question mark."""
        shown = {"show": self.show} if self.show else {}
        return {**self.sought.arguments, **shown}

    @cached_property
    def base(self) -> str:
        return url_for("peering.index", tab=self.tab.value)

    def _asking(self, arguments: Arguments) -> str:
        # Not url_for: a page has a dozen of these.
        query = urlencode(arguments, doseq=True, safe=READABLE)
        return f"{self.base}?{query}" if query else self.base

    @cached_property
    def here(self) -> str:
        return self._asking(self.arguments)

    @cached_property
    def query(self) -> str:
        """What follows the path in `here`, question mark included."""
        return self.here.removeprefix(self.base)

    @cached_property
    def sortable(self) -> list[Header]:
        """The columns that can be sorted by."""
        return [
            Header("name", "Member"),
            Header("asn", "ASN"),
            Header("policy", "Policy", "c-pol"),
            *self.vlans,
            MOVED if self.tab is Tab.REJECTED else ASKED,
        ]

    @cached_property
    def vlans(self) -> list[Header]:
        """The columns of the VLANs."""
        many = len({column.infrastructure for column in self.board.columns}) > 1
        return [header_of(column, many) for column in self.board.columns]

    def on(self, tab: Tab) -> str:
        """The same search on another tab."""
        return url_for("peering.index", tab=tab.value, **self.sought.everywhere.arguments)

    def peer(self, peer_id: int) -> str:
        """The drawer of a member beside this list."""
        return f"{self.base}/{peer_id}{self.query}"

    def sorted_by(self, column: str) -> str:
        return self._asking(self.sought.sorted_by(column).arguments)

    def without(self) -> str:
        """The whole tab, nothing looked for."""
        return self.base

    def showing(self, many: int | str) -> str:
        return self._asking({**self.sought.arguments, "show": many})

    def more(self) -> str:
        """Where the next rows are."""
        arguments: Arguments = {**self.sought.arguments, "from": self.end}
        if self.rows:
            arguments["after"] = self.rows[-1].id
        return url_for("peering.rows", tab=self.tab.value, **arguments)

    def changed(self) -> str:
        """Where an open page asks whether a session changed."""
        arguments = {**self.arguments, "seen": self.board.fingerprint}
        return url_for("peering.changed", tab=self.tab.value, **arguments)

    # -- Words ---------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return TABS[self.tab].title

    @property
    def result(self) -> str:
        """`12 of 26 members`, `26 members`."""
        total = len(self.on_tab)
        noun = "member" if total == 1 else "members"
        return f"{len(self.found)} of {total} {noun}" if self.sought.asks else f"{total} {noun}"

    @property
    def elsewhere(self) -> dict[Tab, int]:
        """On which tabs the words find how many whom they do not find here."""
        if not self.sought.words:
            return {}
        here = {peer.id for peer in self.found}
        asked = finding.matching(self.named, self.sought.everywhere.filters)
        others = [peer.standing.tabs for peer in asked if peer.id not in here]
        found = {tab: sum(tab in tabs for tabs in others) for tab in Tab if tab is not self.tab}
        return {tab: many for tab, many in found.items() if many}


def read_listing(board: Board | None, tab: Tab) -> Listing:
    """The list that the address of this request asks for; without a board only its addresses."""
    board = board or NOBODY
    args = request.args.to_dict(flat=False)
    sought = finding.read(args)
    show = (args.get("show") or [""])[0]
    if show == ALL:
        return Listing(board, tab, sought, end=None, show=ALL)
    many = _rounded(show)
    return Listing(board, tab, sought, end=many, show=str(many) if many > PAGE else "")


def read_more(board: Board, tab: Tab) -> Listing:
    """The next rows of the list that the address asks for: behind the member `after`, to the end
    with `all`.

    A member that moved since the last page would shift all those behind it. Where `after` itself
    moved, `from` says where it was, one row less.
    """
    sought = finding.read(request.args.to_dict(flat=False))
    listing = Listing(board, tab, sought)
    start = _rounded(request.args.get("from", ""))
    after = request.args.get("after", type=int)
    places = {peer.id: place for place, peer in enumerate(listing.found)}
    if after is not None:
        start = places[after] + 1 if after in places else max(0, start - 1)
    end = None if request.args.get("show") == ALL else start + PAGE
    return Listing(board, tab, sought, start=start, end=end, show=str(_rounded(str(start)) + PAGE))


def _rounded(text: str) -> int:
    """A number of rows as whole pages; one page for nonsense."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else PAGE
    return max(1, -(-number // PAGE)) * PAGE
