"""A mail as it will be sent: who writes, who gets it, what it says."""

import secrets
from dataclasses import dataclass
from typing import NamedTuple

# "test" is a request or sample that test mode redirected, "stop" a link that ends requests.
PURPOSES = ("invitation", "reset", "notice", "request", "sample", "test", "stop")


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


def new_message_id(sender_address: str) -> str:
    """A Message-ID nobody else has (RFC 5322, 3.6.4), in the domain of the sender."""
    _, _, host = sender_address.rpartition("@")
    return f"<{secrets.token_hex(16)}@{host or 'localhost'}>"
