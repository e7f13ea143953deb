"""What the tabs are called, what they hold, and why one can be empty."""

from dataclasses import replace
from typing import NamedTuple

from app.domain.classify import Tab
from app.domain.finding import Finding
from app.services.peering import Board


class Words(NamedTuple):
    title: str
    intro: str


class Empty(NamedTuple):
    title: str
    next: str


TABS = {
    Tab.POTENTIAL: Words(
        "Potential Peers",
        "At least one VLAN and protocol that both of you have shows no link.",
    ),
    Tab.POTENTIAL_BILATERAL: Words(
        "Potential Bilateral Peers",
        "You reach them through the route servers. A session of your own is optional: it keeps "
        "the routes when a route server fails, and shows you more of them.",
    ),
    Tab.PEERS: Words(
        "Peers",
        "Routes can travel between you. Whether a prefix is accepted is not visible from here.",
    ),
    Tab.REJECTED: Words(
        "Rejected / Ignored",
        "Put here by you or a colleague. Nobody else sees this list.",
    ),
}

EMPTY = {
    Tab.POTENTIAL: Empty(
        "Nobody is left to ask",
        "Routes travel to every member on every VLAN and protocol you share.",
    ),
    Tab.POTENTIAL_BILATERAL: Empty(
        "Nobody is reached through route servers only",
        "Members appear here when both of you are route-server clients and no session of your "
        "own was seen.",
    ),
    Tab.PEERS: Empty(
        "No peers seen yet",
        "Members appear here when a session is seen on the wire, when both of you are "
        "route-server clients, or when you move them here yourself.",
    ),
    Tab.REJECTED: Empty(
        "You have put nobody here", "“Move” at the end of a row does, and takes it back."
    ),
}

NO_VLAN = Empty(
    "None of your connections is on a VLAN that takes part",
    "The exchange chooses which VLANs the peering manager covers. Ask it if one is missing.",
)
ALONE = Empty(
    "Nobody else is on your VLANs", "Other members appear here as soon as the exchange adds them."
)


FILTERED = Empty("Nobody here fits the filters", "Take one away.")
NOT_FOUND = Empty(
    "Nobody here is called that",
    "A part of the name or of the ASN is enough, a whole address, or words of your notes.",
)
ONESELF = Empty("That is you", "The lists have the other members.")
NEITHER = Empty("Nobody here matches", "Take a filter away, or search for less.")


def why_empty(tab: Tab, board: Board, sought: Finding, own_asn: int) -> Empty:
    """Why a list holds nobody, and what changes that."""
    if sought.words.casefold().removeprefix("as").strip() == str(own_asn):
        return ONESELF
    if sought.asks and board.on(tab):
        return _not_found(sought)
    if tab is not Tab.REJECTED and not board.columns:
        return NO_VLAN
    if tab is not Tab.REJECTED and not board.peers:
        return ALONE
    return EMPTY[tab]


def _not_found(sought: Finding) -> Empty:
    if not sought.words:
        return FILTERED
    return NEITHER if replace(sought, words="").asks else NOT_FOUND
