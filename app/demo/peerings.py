"""Who peers with whom at the demo exchange, and since when: what was sampled of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from itertools import combinations

from app.demo.exchange import LANS, ROUTE_SERVER_ASN, ROUTE_SERVERS
from app.demo.networks import ASSOCIATE, GRANITE, NETWORKS, STUDIOS, YOU, Network

# A route-server client that has no session with the route servers.
IDLE_CLIENT = 65539


class Sign(Enum):
    """What is sampled of a pair in one time of watching."""

    NOTHING = "nothing"
    SESSION = "session"
    SINGLE = "single"  # one acknowledgement: a session, or a try
    CALLS = "calls"  # the first of them calls again and again, and nobody answers
    REFUSALS = "refusals"  # the first of them calls, and the other one refuses


class Story(Enum):
    """What is sampled of a pair in the three times of watching, the oldest first."""

    STEADY = (Sign.SESSION, Sign.SESSION, Sign.SESSION)
    RECENT = (Sign.NOTHING, Sign.SESSION, Sign.SESSION)
    NEW = (Sign.NOTHING, Sign.NOTHING, Sign.SESSION)
    SILENT = (Sign.NOTHING, Sign.SESSION, Sign.NOTHING)
    GONE = (Sign.SESSION, Sign.NOTHING, Sign.NOTHING)
    FELL = (Sign.SESSION, Sign.SESSION, Sign.REFUSALS)
    POSSIBLE = (Sign.NOTHING, Sign.NOTHING, Sign.SINGLE)
    ATTEMPT = (Sign.NOTHING, Sign.NOTHING, Sign.CALLS)


@dataclass(frozen=True)
class Seen:
    """What is seen between two members on a LAN; the first of them opens the connections.
    Routers are numbered from 0."""

    one: int
    other: int
    lan: int
    protocol: int
    story: Story = Story.STEADY
    routers: tuple[int, int] = (0, 0)


def _with(
    other: int, lan: int, protocols: str = "46", story: Story = Story.STEADY, own: int = 0
) -> list[Seen]:
    """What the demo member has with another, from its router `own`."""
    return [Seen(YOU, other, lan, int(p), story, (own, 0)) for p in protocols]


# The demo member's own are chosen by hand, so that each of its tabs shows every case.
OWN = (
    *_with(64496, 1),
    *_with(64497, 1, "46", Story.GONE),
    *_with(64501, 1, "4", Story.RECENT),
    Seen(YOU, 64501, 1, 4, Story.RECENT, (1, 1)),
    *_with(GRANITE, 1),
    *_with(GRANITE, 2),
    *_with(64505, 1),
    Seen(YOU, 64505, 1, 4, routers=(1, 1)),
    *_with(64505, 2),
    *_with(64506, 2, "6", Story.POSSIBLE),
    *_with(64508, 1, "46", Story.NEW),
    Seen(YOU, 64508, 1, 4, Story.NEW, (1, 2)),
    *_with(65537, 2, "46", Story.SILENT),
    *_with(65540, 1, "4"),
    *_with(65540, 2),
    *_with(65541, 2, "4", Story.ATTEMPT),
    *_with(65544, 1, "6", Story.POSSIBLE),
    *_with(65545, 1),
    *_with(65545, 2, "4", Story.FELL),
    *_with(65545, 2, "6"),
    *_with(65549, 1, "6"),
    *_with(65550, 1),
    *_with(65550, 2, "46", Story.RECENT),
    Seen(64510, YOU, 1, 4, Story.ATTEMPT),
    Seen(64502, YOU, 2, 6, Story.ATTEMPT),
    Seen(YOU, YOU, 1, 4, routers=(0, 1)),
    Seen(YOU, YOU, 1, 6, routers=(0, 1)),
    Seen(STUDIOS, GRANITE, 1, 4),
    Seen(STUDIOS, 65544, 1, 4, Story.POSSIBLE),
)

# How many of those that could peer with a network it takes, by its policy.
TAKES = {"Open": 0.75, "Selective": 0.4, "Case by case": 0.4, None: 0.35, "Restrictive": 0.2}
V6_TOO = 0.8
FURTHER_ROUTERS = 0.5
# Of those that peer or try to, these shares have another story than STEADY.
SHARES = (
    (Story.RECENT, 0.12),
    (Story.NEW, 0.08),
    (Story.SILENT, 0.04),
    (Story.GONE, 0.03),
    (Story.FELL, 0.02),
    (Story.POSSIBLE, 0.05),
    (Story.ATTEMPT, 0.04),
)


def _others() -> Iterator[Seen]:
    """What all the others have with each other: about a third of those who could."""
    chosen = {frozenset((seen.one, seen.other)) for seen in OWN}
    for lan in LANS:
        there = [n for n in NETWORKS if n.routers(lan.id) and n.asn not in (YOU, ASSOCIATE)]
        for one, other in combinations(there, 2):
            pair = (lan.id, one.asn, other.asn)
            peers = chance("peers", *pair) < TAKES[one.policy] * TAKES[other.policy]
            if peers and frozenset((one.asn, other.asn)) not in chosen:
                yield from _sessions(lan.id, one, other, _story(chance("story", *pair)))


def _sessions(lan: int, one: Network, other: Network, story: Story) -> Iterator[Seen]:
    for i, mine in enumerate(one.routers(lan)):
        for j, theirs in enumerate(other.routers(lan)):
            for protocol, share in ((4, 1.0), (6, V6_TOO if "4" in mine + theirs else 1.0)):
                both_have = str(protocol) in mine and str(protocol) in theirs and "x" not in mine
                share *= FURTHER_ROUTERS if i or j else 1.0
                case = ("session", lan, one.asn, i, other.asn, j, protocol)
                if both_have and "x" not in theirs and chance(*case) < share:
                    yield Seen(one.asn, other.asn, lan, protocol, story, (i, j))


def _story(place: float) -> Story:
    for story, share in SHARES:
        if place < share:
            return story
        place -= share
    return Story.STEADY


def _with_route_servers() -> Iterator[Seen]:
    for lan in LANS:
        for network in NETWORKS:
            for router, flags in enumerate(network.routers(lan.id)):
                if "r" not in flags or "x" in flags or network.asn == IDLE_CLIENT:
                    continue
                for number in range(ROUTE_SERVERS):
                    for protocol in (4, 6):
                        if str(protocol) in flags:
                            ends = network.asn, ROUTE_SERVER_ASN
                            yield Seen(*ends, lan.id, protocol, routers=(router, number))


def chance(*case: object) -> float:
    """A number from 0 to 1 that looks drawn, and is the same for the same case every time."""
    return int.from_bytes(sha256(repr(case).encode()).digest()[:6], "big") / 2**48


SEEN = (*OWN, *_others(), *_with_route_servers())
