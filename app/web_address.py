"""Web addresses in the settings: a link to follow, or an image to let in."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

# Nothing else may stand in the origin: it becomes part of the security policy.
AUTHORITY = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?", re.IGNORECASE)
NEVER_PLAIN = re.compile(r"[\s\"<>\\^`{|}]|[^\x21-\x7e]")


def parse_web_address(value: str) -> str:
    """The address as it is written; raises ValueError when no browser could follow it."""
    if not origin_of(value):
        raise ValueError("must be an address such as https://www.example.net/")
    return value


def parts_of(value: str) -> SplitResult:
    """The parts of an address that anybody may have typed; all empty where it has none."""
    try:
        return urlsplit(value)
    except ValueError:
        return SplitResult("", "", "", "", "")


def origin_of(value: str) -> str:
    """Scheme, host and port of an http or https address; empty for anything else."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises for one over 65535
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not AUTHORITY.fullmatch(parts.netloc):
        return ""
    return "" if NEVER_PLAIN.search(value) else f"{parts.scheme}://{parts.netloc.lower()}"


def is_loopback(host: str) -> bool:
    """Whether a name or an address means this machine."""
    if host.casefold() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
