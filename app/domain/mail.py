"""A mail as it will be sent: who writes, who gets it, what it says."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

# "address" confirms a new one, "test" is a request or sample that test mode redirected, "stop" a
# link that ends requests.
PURPOSES = ("invitation", "reset", "address", "notice", "request", "sample", "test", "stop")


class Recipient(NamedTuple):
    """One address; `kind` is "to", "cc" or "bcc"."""

    address: str
    name: str = ""
    kind: str = "to"


@dataclass(frozen=True, slots=True)
class Mail:
    """What a person reads. Subject and names are one line each; the text is plain."""

    purpose: str  # one of PURPOSES
    sender: Recipient
    recipients: tuple[Recipient, ...]
    subject: str
    text: str
    html: str | None = None
    reply_to: tuple[str, ...] = ()
    in_reply_to: tuple[str, ...] = ()  # Message-IDs of the thread, the one answered last


@dataclass(frozen=True, slots=True)
class Letter:
    """A stored mail as the sender gets it. `waiting` are the addresses that still lack it."""

    id: int
    claimed_until: datetime
    message_id: str
    purpose: str
    sender: str  # From, as a header
    recipients: tuple[Recipient, ...]
    waiting: tuple[str, ...]
    subject: str
    text: str
    created_at: datetime
    html: str | None = None
    reply_to: str = ""
    in_reply_to: tuple[str, ...] = ()


def new_message_id(sender_address: str) -> str:
    """A Message-ID nobody else has (RFC 5322, 3.6.4), in the domain of the sender."""
    _, _, host = sender_address.rpartition("@")
    return f"<{secrets.token_hex(16)}@{host or 'localhost'}>"
