"""What the address of the list of requests asks for."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.domain.addresses import find_address
from app.domain.finding import fold
from app.domain.request_state import RequestState
from app.services.request_list import Line, Reached, Session

DIRECTIONS = ("sent", "received")
MOST_WORDS = 100


class Sought(NamedTuple):
    """What is looked for; empty fields ask for nothing."""

    words: str = ""
    direction: str = ""
    state: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        said = {"q": self.words, "direction": self.direction, "state": self.state}
        return {name: value for name, value in said.items() if value}


def read(args: Mapping[str, str]) -> Sought:
    """What the arguments of an address ask for; words that make no sense are left out."""
    direction, state = args.get("direction", ""), args.get("state", "")
    return Sought(
        " ".join(args.get("q", "").split())[:MOST_WORDS],
        direction if direction in DIRECTIONS else "",
        state if state in RequestState.__members__.values() else "",
    )


def sift(
    lines: list[Line],
    own: int,
    sought: Sought,
    reached: Mapping[int, list[Reached]],
    sessions: Mapping[int, list[Session]],
) -> list[Line]:
    """The requests that are looked for, in the order given, by their recipients and sessions
    too."""
    return [
        line
        for line in lines
        if _fits(line, own, sought, reached.get(line.id, []), sessions.get(line.id, []))
    ]


def _fits(line: Line, own: int, sought: Sought, to: list[Reached], asked: list[Session]) -> bool:
    sent = line.member_id == own
    if sought.direction and sent is not (sought.direction == "sent"):
        return False
    if sought.state and line.state != sought.state:
        return False
    name, asn = (line.peer, line.peer_asn) if sent else (line.member, line.member_asn)
    by = (line.by or "") if sent else ""
    mailed = " ".join(one.address for one in to)
    routers = " ".join(f"{one.own_address} {one.peer_address}" for one in asked)
    told = f"{fold(name)} as{asn} {fold(by)} {fold(mailed)} {routers}"
    words = [find_address(word) or word for word in fold(sought.words).split()]
    return all(word in told for word in words)
