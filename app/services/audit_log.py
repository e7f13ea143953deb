"""Reading the audit log: the exchange all of it, everybody else their own part."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, false, or_, select

from app.domain.actor import Actor
from app.domain.audit_log import KINDS, Sought
from app.domain.audit_words import action_in_words, actions_stored_as, in_words, stored_as
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import AuditEntry, Member, Membership, PeeringRequest, User, WrongReport
from app.models.base import AnyRow
from app.services import audit_links

PAGE = 50
MOST_CSV = 10_000
NOBODY = "a command"  # nobody was signed in
# Who asks for a link is not signed in; who declines stays a stranger to the member.
NAMELESS = {
    "password link asked for": "nobody signed in",
    "invitation declined": "the invited",
    "end of requests asked for": "nobody signed in",
    "wish changed": "the link in a mail",
}


class Entry(NamedTuple):
    """One change as the reader may see it; `address` is empty where that is not theirs."""

    id: int
    at: datetime
    who: str
    username: str
    member: str
    action: str
    subject: str
    changes: list[list[str]]
    address: str
    place: audit_links.Place | None = None


def list_entries(
    actor: Actor, sought: Sought, *, before: int | None = None, most: int = PAGE
) -> tuple[list[Entry], bool]:
    """The newest entries that the actor may read, and whether there are older ones.

    `before` is the id of an entry: only older ones. One statement, whatever the log holds.
    """
    conditions = [*_own_part(actor), *_sought(actor, sought), *_before(before)]
    own = actor.member.member_id if actor.member else 0
    colleague = (
        select(Membership.id)
        .where(Membership.user_id == AuditEntry.user_id, Membership.member_id == own)
        .exists()
    )
    rows = db.session.execute(
        select(
            AuditEntry,
            User.shown_name.label("user_name"),
            User.username,
            User.is_superuser,
            Member.name.label("member_name"),
            Member.asn,
            colleague.label("colleague"),
            PeeringRequest.id.label("request_id"),
            PeeringRequest.outbox_id,
            WrongReport.peer_id.label("reported_peer_id"),
            WrongReport.closed_at.label("report_closed_at"),
        )
        .outerjoin(PeeringRequest, _is_about(PeeringRequest.id, audit_links.REQUEST))
        .outerjoin(WrongReport, _is_about(WrongReport.id, audit_links.REPORT))
        .outerjoin(User, User.id == AuditEntry.user_id)
        .outerjoin(Member, Member.id == AuditEntry.member_id)
        .where(*conditions)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(most + 1)
    ).all()
    return [_entry(row, actor) for row in rows[:most]], len(rows) > most


def _is_about(row_id: Any, action: str) -> ColumnElement[bool]:
    return and_(row_id == AuditEntry.about_id, AuditEntry.action.startswith(action))


def reads_all(actor: Actor) -> bool:
    """Whether this is the exchange, and not looking as a member."""
    return actor.is_superuser and not actor.viewing


def _own_part(actor: Actor) -> list[ColumnElement[bool]]:
    if reads_all(actor):
        return []
    parts: list[ColumnElement[bool]] = []
    if actor.member:
        parts.append(AuditEntry.member_id == actor.member.member_id)
    if not actor.viewing:  # one's own login, changed by oneself or by the exchange
        mine = or_(
            AuditEntry.user_id == actor.user_id, AuditEntry.subject == f"user {actor.username}"
        )
        parts.append(and_(AuditEntry.member_id.is_(None), mine))
    return [or_(*parts) if parts else false()]


def _sought(actor: Actor, sought: Sought) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if sought.kind:
        _, beginnings = KINDS[sought.kind]
        found.append(or_(*(AuditEntry.action.startswith(begin) for begin in beginnings)))
    if sought.begins:
        found.append(AuditEntry.at >= sought.begins)
    if sought.ends:
        found.append(AuditEntry.at < sought.ends)
    if sought.member_id and reads_all(actor):
        known = is_possible_id(sought.member_id)
        found.append(AuditEntry.member_id == sought.member_id if known else false())
    return found + [_has(word, actor) for word in sought.words.split()]


def _has(word: str, actor: Actor) -> ColumnElement[bool]:
    """In what the reader sees of an entry; a hidden address or username is never searched."""
    columns: list[Any] = [User.shown_name, AuditEntry.subject, AuditEntry.action]
    if reads_all(actor):
        columns += [User.username, AuditEntry.address, Member.name]
    stored = [json.dumps(word)[1:-1], *stored_as(word)]  # as the column holds it
    within = cast(AuditEntry.changes, String)
    return or_(
        *(within.icontains(one, autoescape=True) for one in stored),
        *(column.icontains(word, autoescape=True) for column in columns),
        AuditEntry.action.in_(actions_stored_as(word)),
    )


def _before(entry_id: int | None) -> list[ColumnElement[bool]]:
    if entry_id is None or not is_possible_id(entry_id):
        return []
    at = select(AuditEntry.at).where(AuditEntry.id == entry_id).scalar_subquery()
    return [or_(AuditEntry.at < at, and_(AuditEntry.at == at, AuditEntry.id < entry_id))]


def _entry(row: AnyRow, actor: Actor) -> Entry:
    entry: AuditEntry = row.AuditEntry
    everything = reads_all(actor)
    exchange = bool(row.is_superuser) or entry.viewing
    own = row.colleague or entry.user_id == actor.user_id
    shown = everything or (own and not exchange)
    return Entry(
        entry.id,
        entry.at,
        _who(entry, row),
        row.username or "" if everything else "",
        f"AS{row.asn} {row.member_name}" if everything and row.asn else "",
        action_in_words(entry.action),
        entry.subject,
        [in_words(entry.action, change) for change in entry.changes],
        (entry.address or "") if shown else "",
        audit_links.place_of(row, actor, reads_all=everything),
    )


def _who(entry: AuditEntry, row: AnyRow) -> str:
    if entry.user_id is None:
        return NAMELESS.get(entry.action, NOBODY)
    if entry.viewing:
        looking = f", looking as {row.member_name}" if row.member_name else ", looking as a member"
        return f"{row.user_name} of the exchange{looking}"
    return f"{row.user_name} of the exchange" if row.is_superuser else str(row.user_name)
