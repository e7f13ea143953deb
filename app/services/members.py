"""Members: find, list, and what the operator says of them."""

import unicodedata
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy import func, select, update

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db, transaction
from app.models import Member, VlanInterface
from app.models.base import AnyRow, AnySelect
from app.services import audit, origins

HIGHEST_ASN = 2**32 - 1
MOST_NAME = 255
MOST_POLICY = 64


class MemberLine(NamedTuple):
    """One member as lists show it; `interfaces` counts the connected ones."""

    id: int
    asn: int
    name: str
    type: str
    status: str
    policy: str | None
    interfaces: int


class Changes(TypedDict, total=False):
    """What the operator may say of a member; whatever is left out stays as it is."""

    name: str
    policy: str | None
    type: str
    never_via_route_servers: bool


def get_by_asn(asn: int) -> AnyRow:
    """The only member with this ASN; one that left counts only when nobody else has the ASN.

    Raises NotFound, or Invalid listing the ids when there are several to choose from.
    """
    if not 1 <= asn <= HIGHEST_ASN:
        raise NotFound(f"There is no AS{asn}: AS numbers go from 1 to {HIGHEST_ASN}.")
    rows = db.session.execute(
        select(Member.id, Member.asn, Member.name, Member.status)
        .where(Member.asn == asn)
        .order_by(Member.id)
    ).all()
    if not rows:
        raise NotFound(f"There is no member with AS{asn}.")
    current = [row for row in rows if row.status != MemberStatus.LEFT]
    candidates = current or rows
    if len(candidates) > 1:
        known = ", ".join(f"id {row.id} {row.name} ({row.status})" for row in rows)
        raise Invalid(f"Several members have AS{asn}: {known}. To say which one, use --id.")
    return candidates[0]


def get_by_id(member_id: int) -> AnyRow:
    """The id, ASN, name and status of a member; raises NotFound."""
    return _one(select(Member.id, Member.asn, Member.name, Member.status), member_id)


def _one(columns: AnySelect, member_id: int, *, lock: bool = False) -> AnyRow:
    """One member; `lock` keeps it still until the transaction ends."""
    query = columns.where(Member.id == member_id)
    possible = is_possible_id(member_id)
    row = (
        db.session.execute(query.with_for_update() if lock else query).first() if possible else None
    )
    if row is None:
        raise NotFound(f"There is no member with id {member_id}. `flask members list` shows all.")
    return row


def list_members(everyone: bool = False) -> list[MemberLine]:
    """Members by name, with those that left only for `everyone`. One statement."""
    interfaces = (
        select(func.count())
        .where(
            VlanInterface.member_id == Member.id,
            VlanInterface.status == InterfaceStatus.CONNECTED,
        )
        .scalar_subquery()
    )
    query = select(
        Member.id,
        Member.asn,
        Member.name,
        Member.type,
        Member.status,
        Member.policy,
        interfaces,
    )
    if not everyone:
        query = query.where(Member.status != MemberStatus.LEFT)
    lines = [MemberLine(*row) for row in db.session.execute(query)]
    return sorted(lines, key=lambda line: (line.name.casefold(), line.asn, line.id))


def set_fields(
    member_id: int, *, now: datetime, actor: Actor | None = None, **changes: Unpack[Changes]
) -> list[Change]:
    """Write what the operator says of a member, and that the operator said it.

    Returns the fields that have a new value. Saying again what stands already changes nothing,
    but makes it the operator's word, which no import overwrites. Raises NotFound, or Invalid
    for a field or value that makes no sense; nothing is written then.
    """
    given = {field: _checked(field, value) for field, value in changes.items()}
    with transaction() as session:
        member = _one(
            select(
                Member.asn,
                Member.name,
                Member.policy,
                Member.type,
                Member.never_via_route_servers,
            ),
            member_id,
            lock=True,
        )
        changed = [
            Change(field, getattr(member, field), value)
            for field, value in given.items()
            if getattr(member, field) != value
        ]
        if changed:
            session.execute(
                update(Member)
                .where(Member.id == member_id)
                .values({change.field: change.new for change in changed})
                .values(version=Member.version + 1)
            )
            subject = f"AS{member.asn} {member.name}"
            audit.record(
                actor, "member changed", subject, now=now, member_id=member_id, changes=changed
            )
        if given:
            origins.say(member_id, list(given), "operator", now=now)
    return changed


# -- What each field may hold ----------------------------------------------------------------


def _checked(field: str, value: Any) -> Any:
    if field not in CHECKS:
        raise Invalid(f"“{field}” cannot be set; what can is {', '.join(CHECKS)}.")
    return CHECKS[field](value)


def _name(value: str) -> str:
    name = _one_line("name", value)
    if not name:
        raise Invalid("A member needs a name.")
    if len(name) > MOST_NAME:
        raise Invalid(f"A name may have at most {MOST_NAME} characters; this has {len(name)}.")
    return name


def _policy(value: str | None) -> str | None:
    policy = _one_line("policy", value or "")
    if len(policy) > MOST_POLICY:
        raise Invalid(
            f"A policy may have at most {MOST_POLICY} characters; this has {len(policy)}."
        )
    return policy or None


def _one_line(what: str, value: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise Invalid(f"A {what} is one line of text, without control characters.")
    return value.strip()


def _type(value: str) -> str:
    known = [kind.value for kind in MemberType]
    if value not in known:
        raise Invalid(f"“{value}” is no type of member; the types are {', '.join(known)}.")
    return str(value)


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise Invalid("Whether a member is never reached via route servers is true or false.")
    return value


CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "policy": _policy,
    "type": _type,
    "never_via_route_servers": _flag,
}
