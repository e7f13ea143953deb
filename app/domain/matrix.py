"""Who peers with whom on one VLAN with one protocol, packed for drawing.

One octet says the state of a pair. The link of a pair is `classify.link_of`, the rule of the tabs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.classify import Link, link_of
from app.domain.evidence import Grade

CODES = (Link.NONE, Link.POSSIBLE, Link.ROUTE_SERVER, Link.BILATERAL, Link.BOTH)
MEANINGS = {
    Link.NONE: "no link",
    Link.POSSIBLE: "possible",
    Link.ROUTE_SERVER: "route server",
    Link.BILATERAL: "bilateral",
    Link.BOTH: "both",
}
LINKED = (Link.ROUTE_SERVER, Link.BILATERAL, Link.BOTH)
SELF = 5  # one network with itself, or with another entry of its own: no pair
HIDDEN = 6  # a pair that a file shall not hold
_CODE = {link: code for code, link in enumerate(CODES)}
Sessions = tuple[int, Grade, Iterable[int]]  # of an address: their grade, and with whom


class Party(NamedTuple):
    """A member of the matrix, as a row and a column."""

    id: int
    name: str
    asn: int
    organisation: str | None
    client: bool  # of the route servers with this protocol, and does not refuse their routes
    addresses: tuple[int, ...]
    out: bool = False  # left the matrix; only superusers who ask for everybody get such a party


class Cut(NamedTuple):
    """What is left away: pairs of these links, and every pair of others than one party."""

    hidden: tuple[Link, ...] = ()
    alone: Party | None = None

    @property
    def words(self) -> str:
        """A sentence or two for whoever gets only the rest; empty where nothing is left away."""
        kinds = ", ".join(MEANINGS[link] for link in self.hidden)
        only = f"Only pairs of AS{self.alone.asn}." if self.alone else ""
        return " ".join(filter(None, (f"Not shown: {kinds}." if kinds else "", only)))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Parties in order of ASN, and a row of states for each of them; both sides agree."""

    parties: tuple[Party, ...]
    rows: tuple[bytearray, ...]

    def link(self, one: int, other: int) -> Link | None:
        """The link of the parties in these places; None where they are one network."""
        code = self.rows[one][other]
        return None if code == SELF else CODES[code]

    def place(self, member_id: int | None) -> int | None:
        """Where a member stands; None when it does not."""
        return next((n for n, party in enumerate(self.parties) if party.id == member_id), None)

    def totals(self) -> Counter[Link]:
        """How many pairs there are of each link; a pair counts once."""
        return Counter({link: self._count(code) // 2 for code, link in enumerate(CODES)})

    def _count(self, code: int) -> int:
        return sum(row.count(code) for row in self.rows)

    def peers(self, place: int) -> int:
        """With how many others this party has a link."""
        row = self.rows[place]
        return sum(row.count(_CODE[link]) for link in LINKED)

    def packed(self) -> bytes:
        """The half above the diagonal, row by row, an octet a pair."""
        return b"".join(bytes(row[place + 1 :]) for place, row in enumerate(self.rows))

    def narrowed(self, cut: Cut) -> "Matrix":
        """As the page shows it. Of an isolated party its pairs are left and nobody else: a second
        entry of its own network is no pair."""
        table = bytearray(range(256))
        for link in cut.hidden:
            table[_CODE[link]] = HIDDEN
        rows = [row.translate(table) for row in self.rows]
        alone = self.place(cut.alone.id) if cut.alone else None
        if alone is None:
            return Matrix(self.parties, tuple(rows))
        kept = [n for n, code in enumerate(rows[alone]) if n == alone or code < SELF]
        foreign = bytes([HIDDEN]) * len(kept)
        place = kept.index(alone)
        only = [bytearray(foreign) for _ in kept]
        for n, other in enumerate(kept):
            only[n][n] = SELF
            only[n][place] = only[place][n] = rows[alone][other]
        return Matrix(tuple(self.parties[n] for n in kept), tuple(only))


def make_matrix(parties: Sequence[Party], sessions: Iterable[Sessions]) -> Matrix:
    """The state of every pair, from the sessions between addresses; iBGP is nobody's peering."""
    size = len(parties)
    plain, via = (_codes(parties, client, None) for client in (False, True))
    rows = tuple(bytearray(via if party.client else plain) for party in parties)
    _draw(rows, parties, sessions)
    for one, other in _same_house(parties):
        rows[one][other] = rows[other][one] = SELF
    for place in range(size):
        rows[place][place] = SELF
    return Matrix(tuple(parties), rows)


def _code(bilateral: bool, route_server: bool, possible: bool) -> int:
    return _CODE[link_of(bilateral, route_server, possible)]


def _draw(
    rows: Sequence[bytearray], parties: Sequence[Party], sessions: Iterable[Sessions]
) -> None:
    """Put the best session of every two parties in, whichever of their addresses has it."""
    holder = {address: n for n, party in enumerate(parties) for address in party.addresses}
    known: dict[tuple[bool, Grade], bytes] = {}
    for address, grade, others in sessions:
        one = holder.get(address)
        if one is None:
            continue
        kind = parties[one].client, grade
        codes = known.get(kind) or known.setdefault(kind, _codes(parties, *kind))
        row = rows[one]
        for other in map(holder.get, others):
            if other is not None and codes[other] > row[other]:  # a surer link has a higher code
                row[other] = rows[other][one] = codes[other]


def _codes(parties: Sequence[Party], client: bool, grade: Grade | None) -> bytes:
    """What a session of this grade makes of a pair with each of the parties."""
    bilateral, possible = grade is Grade.CONFIRMED, grade is Grade.POSSIBLE
    other, both = (_code(bilateral, client and via, possible) for via in (False, True))
    return bytes(both if party.client else other for party in parties)


def _same_house(parties: Sequence[Party]) -> Iterator[tuple[int, int]]:
    """Places of parties that are one network: the same ASN, or the same organisation."""
    houses: dict[object, list[int]] = {}
    for place, party in enumerate(parties):
        houses.setdefault(party.asn, []).append(place)
        if party.organisation is not None:
            houses.setdefault(party.organisation, []).append(place)
    for places in houses.values():
        for n, one in enumerate(places):
            for other in places[n + 1 :]:
                yield one, other
