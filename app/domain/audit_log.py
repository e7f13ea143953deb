"""What is looked for in the audit log, and the kinds of its entries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.domain.errors import Invalid

MOST_WORDS = 100
# kind -> its title, and how the actions of that kind begin
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "marks": ("Moves", ("mark ",)),
    "notes": ("Notes", ("note ",)),
    "requests": ("Requests", ("request ", "peering request")),
    "details": ("Details and contacts", ("details ", "field ", "contact ", "contacts ")),
    "users": ("Users and logins", ("user ", "password ", "invitation ", "login ", "role ")),
    "members": ("Members", ("member ",)),
    "vlans": ("VLANs", ("VLAN", "interface ", "address ", "prefix ", "infrastructure ")),
    "imports": ("Imports", ("import ", "contact imported")),
    "mail": ("Mail", ("mail ",)),
    "sessions": ("Sessions reported as wrong", ("session ",)),
    "viewing": ("Looking as a member", ("viewing ",)),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. Empty fields ask for nothing; both days count as a whole, in UTC."""

    words: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    member_id: int | None = None
    typed: dict[str, str] = field(default_factory=dict)  # as the address has it

    @property
    def begins(self) -> datetime | None:
        return datetime.combine(self.since, time(), UTC) if self.since else None

    @property
    def ends(self) -> datetime | None:
        """The first moment that is too late."""
        if self.until is None or self.until == date.max:
            return None
        return datetime.combine(self.until + timedelta(days=1), time(), UTC)

    @property
    def asks(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.kind or self.since or self.until or self.member_id)

    @property
    def arguments(self) -> dict[str, Any]:
        """The address of what is looked for."""
        return {name: value for name, value in self.typed.items() if value}


def read(args: Mapping[str, str]) -> tuple[Sought, dict[str, str]]:
    """What an address asks for, and what is wrong with it, by field."""
    typed = {name: args.get(name, "").strip() for name in ("q", "kind", "from", "to", "member")}
    typed["q"] = typed["q"].replace("\0", "")[:MOST_WORDS]
    typed["kind"] = typed["kind"] if typed["kind"] in KINDS else ""
    days: dict[str, date | None] = {}
    wrong: dict[str, str] = {}
    for name in ("from", "to"):
        try:
            days[name] = _day(typed[name])
        except Invalid as error:
            days[name], wrong[name] = None, str(error)
    since, until = days["from"], days["to"]
    if since and until and since > until:
        wrong["to"] = "This day is before the first one; nothing can be between them."
    number = typed["member"]
    member_id = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
    return Sought(typed["q"], typed["kind"], since, until, member_id, typed), wrong


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("Write a day like 2026-01-31, or leave it empty.") from None
