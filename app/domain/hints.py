"""What attempts say to the people of one side, as sentences without a full stop."""

from datetime import datetime, timedelta

from app.domain.grid import Seen

RECENT = timedelta(days=7)  # older attempts are over
LEAST_ATTEMPTS = 3  # fewer are a session that comes up or goes down


def is_tried_in_vain(seen: Seen, now: datetime) -> bool:
    """Whether one side keeps trying, with nothing but tries at the end."""
    last = seen.last_attempt
    if last is None or last < now - RECENT or seen.tried_by is None:
        return False
    is_clean_since = seen.last_clean is not None and seen.last_clean >= last
    return seen.attempts >= LEAST_ATTEMPTS and not is_clean_since


def tried(by: str, asn: int, own: str, theirs: str) -> str:
    """Somebody tries and gets no session; `by` is "you" or "they"."""
    if by == "they":
        return f"AS{asn} tries to reach you at {own} and is not answered with a session"
    return f"You try to reach AS{asn} at {theirs} from {own}, and no session comes up"


def no_route_server(address: str, within: str) -> str:
    """A client that has no session; `within` is the time in which one would have shown."""
    return (
        f"{address} is registered as a route-server client; no session to the route servers "
        f"seen, though one would have shown within {within}"
    )
