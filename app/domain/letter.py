"""What a peering request says: the sessions asked for and the facts of both sides, as Markdown.

The order of it all is that of `templates/emails/request/body.md`; here are the parts that need
more than a line of a template. Empty facts leave no blanks.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from app.domain.classify import Cell, Link
from app.domain.errors import Invalid

PROTOCOLS = (4, 6)
NOT_ON_OFFER = (
    "One of the sessions that were ticked cannot be asked for any more: it was seen established, "
    "or an address changed. The list below is up to date; look at it and send again."
)
MOST_MESSAGE = 10_000  # characters
MOST_LINES = 400
MOST_BARS = 30  # in a line; a table of many columns and rows would be a megabyte of HTML
MOST_SUBJECT = 200
MOST_FROM = 150  # of the name in From
# What has a meaning within a line (CommonMark 0.31, tables). No more than that: the plain part of
# a mail is the Markdown itself, and people read it.
MARKDOWN = re.compile(r"([\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")


class Asked(NamedTuple):
    """One session that can be asked for: two addresses on a VLAN, and what is there today."""

    own_id: int  # of the address
    peer_id: int
    vlan_id: int
    vlan: str
    protocol: int  # 4 or 6
    own_address: str
    peer_address: str
    link: Link = Link.NONE

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.own_id}-{self.peer_id}"


class Contact(NamedTuple):
    """An address of a member; without a VLAN it is for all of them."""

    kind: str  # "peering", "noc", "policy"
    email: str
    vlan_id: int | None = None
    refused: bool = False  # by a mail server, the last time


class Side(NamedTuple):
    """One of the two members, as a request tells of it."""

    name: str
    asn: int
    policy: str | None = None
    policy_url: str | None = None
    website: str | None = None
    in_peeringdb: bool | None = None
    as_sets: Mapping[int, str | None] = {}  # by protocol; none: not stated
    max_prefix: Mapping[int, int | None] = {}
    contacts: tuple[Contact, ...] = ()
    noc_phone: str | None = None
    noc_hours: str | None = None

    def addresses(self, kind: str, vlan_ids: Iterable[int]) -> list[str]:
        """Whom to write to about these VLANs: their own contacts, and the general ones for
        every VLAN that has none. Addresses that were refused only where there is no other."""
        mine = [one for one in self.contacts if one.kind == kind]
        chosen = [one.email for vlan_id in vlan_ids for one in _of_vlan(mine, vlan_id)]
        return list(dict.fromkeys(chosen))

    @property
    def known_addresses(self) -> frozenset[str]:
        """Every address the exchange knows of the member, folded."""
        return frozenset(one.email.casefold() for one in self.contacts)


def _of_vlan(contacts: Sequence[Contact], vlan_id: int) -> list[Contact]:
    own = [one for one in contacts if one.vlan_id == vlan_id]
    general = [one for one in contacts if one.vlan_id is None]
    taken = ([one for one in some if not one.refused] for some in (own, general))
    return next((some for some in (*taken, own, general) if some), [])


def ticked(offered: Sequence[Asked], keys: Iterable[str]) -> list[Asked]:
    """The sessions that a form ticks, in the order of the offer.

    Raises Invalid when nothing is ticked, or something that is not on offer (any more).
    """
    wanted = set(keys)
    if not wanted:
        raise Invalid("Tick at least one session to ask for.", "pair")
    if wanted - {one.key for one in offered}:
        raise Invalid(NOT_ON_OFFER, "pair")
    return [one for one in offered if one.key in wanted]


def escape(text: str) -> str:
    """Text of a fact, so that Markdown shows it as it is; one line."""
    return MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))


def sender_name(member: str, exchange: str) -> str:
    """From whom a request is, in the name of its From; the address there is the exchange's."""
    via = f" via {exchange}"
    room = max(1, MOST_FROM - len(via))
    who = member if len(member) <= room else f"{member[: room - 1]}…"
    return f"{who}{via}"[:MOST_FROM]


def checked_subject(text: str) -> str:
    """A subject of one line. Raises Invalid for an empty or too long one, or one that would be
    more than a line of a header (RFC 5322, 2.2)."""
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise Invalid("A subject is one line, without control characters.", "subject")
    subject = " ".join(text.split())
    if not subject:
        raise Invalid("Without a subject nobody will open it. Write one.", "subject")
    if len(subject) > MOST_SUBJECT:
        raise Invalid(
            f"A subject has at most {MOST_SUBJECT} characters; this one has {len(subject)}.",
            "subject",
        )
    return subject


def checked_message(text: str) -> str:
    """A message that can be sent, its lines ended by `\\n`. Raises Invalid with why not."""
    message = "\n".join(
        line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    ).strip("\n")
    lines = message.split("\n")
    if not message:
        raise Invalid("A request needs a message.", "message")
    if any(ord(character) < 32 and character not in "\n\t" for character in message):
        raise Invalid("The message holds a control character that mail cannot carry.", "message")
    if len(message) > MOST_MESSAGE or len(lines) > MOST_LINES:
        raise Invalid(
            f"A message has at most {MOST_MESSAGE:,} characters in {MOST_LINES} lines; this one "
            f"has {len(message):,} in {len(lines):,}.",
            "message",
        )
    if any(line.count("|") > MOST_BARS for line in lines):
        raise Invalid(f"A line of a table has at most {MOST_BARS} bars (|).", "message")
    return message


def sessions_in_words(asked: Sequence[Asked]) -> str:
    """`5 sessions: IPv4 and IPv6 on LAN 1 and LAN 2; IPv4 on LAN 3`."""
    protocols: dict[str, list[int]] = {}
    for one in asked:
        found = protocols.setdefault(one.vlan, [])
        if one.protocol not in found:
            found.append(one.protocol)
    places: dict[tuple[int, ...], list[str]] = {}
    for vlan, found in protocols.items():
        places.setdefault(tuple(sorted(found)), []).append(vlan)
    where = "; ".join(
        f"{listed(f'IPv{protocol}' for protocol in found)} on {listed(vlans)}"
        for found, vlans in places.items()
    )
    return f"{len(asked)} session{'' if len(asked) == 1 else 's'}: {where}"


def listed(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *some, last = words
    return f"{', '.join(some)} and {last}" if some else last


def session_table(asked: Sequence[Asked], own_asn: int, peer_asn: int) -> str:
    """A Markdown table, one line for each session, its columns aligned for who reads it plain."""
    rows = [("LAN", "Protocol", f"Ours, AS{own_asn}", f"Yours, AS{peer_asn}")]
    rows += [
        (escape(one.vlan), f"IPv{one.protocol}", one.own_address, one.peer_address) for one in asked
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |"
        for row in (rows[0], rule, *rows[1:])
    )


def to_set(side: Side, asked: Sequence[Asked]) -> list[str]:
    """What the other one configures for `side`, a line for each fact; nothing for what is unknown.

    Facts that are the same for both protocols stand once.
    """
    protocols = sorted({one.protocol for one in asked})
    as_sets = _by_protocol({p: side.as_sets.get(p) for p in protocols}, "`{}`")
    limits = _by_protocol({p: side.max_prefix.get(p) for p in protocols}, "{}", merge=False)
    return [
        f"{what}: {said}" for what, said in (("AS-SET", as_sets), ("max-prefix", limits)) if said
    ]


def _by_protocol(said: Mapping[int, object], shape: str, *, merge: bool = True) -> str:
    known = {protocol: value for protocol, value in said.items() if value}
    if merge and len(known) == len(said) and len(set(known.values())) == 1:
        return shape.format(next(iter(known.values())))
    return ", ".join(f"{shape.format(value)} (IPv{p})" for p, value in known.items())


def today(cells: Iterable[Cell], vlan_names: Mapping[int, str]) -> list[str]:
    """How routes travel between both as it is, where anything is known; never a bare "none"."""
    found: dict[str, list[str]] = {}
    for cell in cells:
        words = LINKS.get(cell.link)
        if words:
            place = f"{escape(vlan_names[cell.vlan_id])} IPv{cell.protocol}"
            found.setdefault(words, []).append(place)
    return [f"{words}: {', '.join(places)}" for words, places in found.items()]


LINKS = {
    Link.ROUTE_SERVER: "via the route servers",
    Link.BILATERAL: "a session of our own is seen",
    Link.BOTH: "a session of our own is seen, and routes via the route servers",
}
