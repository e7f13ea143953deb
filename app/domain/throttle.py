"""How long to wait after failed tries: a few are free, then waits grow, then it is shut."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

WINDOW = timedelta(hours=1)
FIRST_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` tries at once; each further one waits twice as long; none after `most` in a window."""

    free: int
    most: int


PER_ACCOUNT = Limit(free=5, most=12)
PER_ADDRESS = Limit(free=50, most=120)  # a whole office may share one address


def window_of(now: datetime) -> datetime:
    """The beginning of the window in which a try is counted, aware UTC."""
    passed = (now - datetime(2000, 1, 1, tzinfo=UTC)) % WINDOW
    return now - passed


def wait(limit: Limit, tries: int, last_at: datetime, now: datetime) -> timedelta:
    """How much longer one has to wait after `tries` in the window of `now`; zero when one may."""
    if tries < limit.free:
        return timedelta(0)
    if tries >= limit.most:
        return window_of(now) + WINDOW - now
    pause: timedelta = FIRST_WAIT * 2 ** min(tries - limit.free, 16)
    return max(timedelta(0), last_at + pause - now)


def network_of(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def in_words(time: timedelta) -> str:
    """A waiting time, rounded up: `40 seconds`, `12 minutes`."""
    seconds = max(1, -(-int(time.total_seconds() * 1000) // 1000))
    if seconds < 120:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
