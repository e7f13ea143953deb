"""A member's own decision about another, why, and for how long."""

from dataclasses import dataclass
from datetime import date

from app.domain.classify import Mark
from app.domain.errors import Invalid

MOST_REASON = 200  # characters


@dataclass(frozen=True, slots=True)
class Decision:
    """What a member wants of another: a mark, or none, which is what is observed.

    `until` is the last day, in UTC, on which the mark counts; without it the mark stays.
    """

    mark: Mark | None
    reason: str = ""
    until: date | None = None

    def stands(self, today: date) -> bool:
        """Whether it overrides what is observed on that day."""
        return self.mark is not None and (self.until is None or self.until >= today)


def decision(mark: Mark | None, reason: str, until: date | None, *, today: date) -> Decision:
    """A decision that makes sense; raises Invalid with a sentence otherwise."""
    reason = " ".join(reason.split())
    if len(reason) > MOST_REASON:
        raise Invalid(f"A reason has at most {MOST_REASON} characters; this one has {len(reason)}.")
    if "\x00" in reason:
        raise Invalid("The reason holds a character that cannot be stored.")
    if until is not None and until < today:
        raise Invalid(f"The last day, {until}, is over. Choose today ({today}) or a later day.")
    return Decision(mark, reason, until) if mark else Decision(None)


def in_words(wanted: Decision) -> str:
    """What the log says of a decision: `moved to Peers until 2026-12-31: “new router”`."""
    if wanted.mark is None:
        return "put back to what is observed"
    place = "Peers" if wanted.mark is Mark.PEERED else "Rejected / Ignored"
    until = f" until {wanted.until}" if wanted.until else ""
    reason = f": “{wanted.reason}”" if wanted.reason else ""
    return f"moved to {place}{until}{reason}"
