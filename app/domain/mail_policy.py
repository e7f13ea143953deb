"""What an answer of a mail server means, when to try again, and when to give up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

# How long to wait after the first, second, … try: about four days in all, as mail servers do.
DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 1440)
)
# A mail that holds a personal link is worth nothing once the link has run out.
LINK_LIVES = {
    "reset": timedelta(hours=1),
    "invitation": timedelta(days=7),
    "stop": timedelta(days=7),
    "address": timedelta(hours=1),
}

# These say that we must log in, or did it wrongly: the relay's settings are at fault, not a mail.
LOGIN_CODES = frozenset((530, 534, 535, 538))
TOO_MANY = 552  # at RCPT an old way to say "too many at once" (RFC 5321, 4.5.3.1.10)
LONGEST_ANSWER = 500


class Verdict(Enum):
    """What one answer means for one address."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


class Answer(NamedTuple):
    """What the server said: code and text."""

    code: int
    text: str = ""

    def in_words(self) -> str:
        """One line without control characters, not longer than anybody reads."""
        said = "".join(c if c.isprintable() else " " for c in self.text)
        return f"{self.code} {' '.join(said.split())}".strip()[:LONGEST_ANSWER]


def verdict(code: int) -> Verdict:
    """2xx is yes, 5xx is no for good, everything else is worth another try."""
    if 200 <= code < 300:
        return Verdict.ACCEPTED
    if 500 <= code < 600 and code not in LOGIN_CODES:
        return Verdict.REFUSED
    return Verdict.LATER


@dataclass(frozen=True)
class Delivery:
    """How one conversation about one mail ended.

    `answers` has what was said about each address, last word first to count; `problem` is what
    went wrong with the conversation as a whole. `doubtful`: the whole mail was handed over and
    the answer never came, so the server may have taken it.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    problem: str = ""
    doubtful: bool = False
    dropped: bool = False  # the connection is gone
    bounced: frozenset[str] = frozenset()  # addresses that were refused by themselves, at RCPT


@dataclass(frozen=True)
class Outcome:
    """What to store after a conversation. `recipients`: address -> (state, answer)."""

    state: str  # of the message: queued, sent, failed, doubtful
    recipients: Mapping[str, tuple[str, str]]
    next_attempt_at: datetime | None
    problem: str


def holds_link(purpose: str) -> bool:
    """Whether a mail of this purpose holds a link that only its reader may know."""
    return purpose in LINK_LIVES


def is_too_late(purpose: str, created_at: datetime, at: datetime) -> bool:
    """Whether the link in the mail does not work any more at that time."""
    return holds_link(purpose) and at >= created_at + LINK_LIVES[purpose]


def next_attempt(
    purpose: str, attempts: int, created_at: datetime, now: datetime
) -> datetime | None:
    """When to try again after `attempts` tries; None to give up."""
    if attempts > len(DELAYS):
        return None
    at = now + DELAYS[max(attempts, 1) - 1]
    return None if is_too_late(purpose, created_at, at) else at


def outcome(
    delivery: Delivery,
    *,
    waiting: Iterable[str],
    any_sent: bool,
    purpose: str,
    attempts: int,
    created_at: datetime,
    now: datetime,
) -> Outcome:
    """What becomes of a mail and of each address that still waited for it.

    An address is settled by its own answer. Those left wait for the next try, or are given up
    together when there is none. One accepted address makes the mail "sent".
    """
    states: dict[str, tuple[str, str]] = {}
    for address in waiting:
        said = delivery.answers.get(address)
        words = said.in_words() if said else delivery.problem
        meaning = verdict(said.code) if said else Verdict.LATER
        states[address] = ({Verdict.ACCEPTED: "sent", Verdict.REFUSED: "refused"}.get(
            meaning, "queued"
        ), words)  # fmt: skip
    left = [address for address, (state, _) in states.items() if state == "queued"]
    problem = delivery.problem or next((states[address][1] for address in left), "")
    if delivery.doubtful and left:
        return Outcome("doubtful", states, None, problem)
    at = next_attempt(purpose, attempts, created_at, now) if left else None
    if at:
        return Outcome("queued", states, at, problem)
    for address in left:
        states[address] = ("refused", f"Given up after {_tries(attempts)}: {states[address][1]}")
    reached = any_sent or any(state == "sent" for state, _ in states.values())
    refused = next((words for state, words in states.values() if state == "refused"), "")
    return Outcome("sent" if reached else "failed", states, None, refused)


def _tries(attempts: int) -> str:
    return "1 try" if attempts == 1 else f"{attempts} tries"
