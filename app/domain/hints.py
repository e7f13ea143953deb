"""What attempts say to the people of one side, as sentences without a full stop."""

from datetime import datetime, timedelta

from app.domain.evidence import Grade
from app.domain.grid import Seen

RECENT = timedelta(days=7)  # older attempts are over
LEAST_ATTEMPTS = 3  # fewer are a session that comes up or goes down
A_TRY = timedelta(minutes=5)  # is over by then, and its last acknowledgement is a clean sample


def is_tried_in_vain(seen: Seen, now: datetime) -> bool:
    """Whether one side keeps trying, with nothing but tries at the end."""
    last = seen.last_attempt
    if last is None or last < now - RECENT or seen.tried_by is None:
        return False
    return seen.attempts >= LEAST_ATTEMPTS and not _is_over(seen, last)


def _is_over(seen: Seen, last_attempt: datetime) -> bool:
    """Whether a session came up after the last try: it is confirmed, or a clean sample is too late
    to be the end of the try itself."""
    if seen.grade is Grade.CONFIRMED and seen.last_seen and seen.last_seen > last_attempt:
        return True
    return seen.last_clean is not None and seen.last_clean > last_attempt + A_TRY


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
