"""Members: find, list, and what the operator says of them."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypedDict, Unpack

from sqlalchemy import func, select

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Invalid, NotFound
from app.domain.ids import is_possible_id
from app.domain.member import InterfaceStatus, MemberStatus
from app.domain.member_fields import HIGHEST_ASN, asn_digits, check_joined, checked
from app.extensions import db, transaction
from app.models import Member, VlanInterface
from app.models.base import AnyRow, AnySelect
from app.services import audit, member_row, origins

SETTABLE = ("name", "organisation", "policy", "type", "joined_at", "never_via_route_servers")

_NAMED: AnySelect = select(Member.id, Member.asn, Member.name, Member.status)


class MemberLine(NamedTuple):
    """One member as lists show it; `interfaces` counts the connected ones."""

    id: int
    asn: int
    name: str
    type: str
    status: str
    policy: str | None
    interfaces: int


class Several(Invalid):
    """More than one member has the AS number; `known` lists them."""

    def __init__(self, known: str, first_id: int) -> None:
        self.known, self.first_id = known, first_id
        super().__init__(f"{known} To say which one, use --id.")


class Changes(TypedDict, total=False):
    """What the operator may say of a member; whatever is left out stays as it is."""

    name: str
    organisation: str | None
    policy: str | None
    type: str
    joined_at: date | str | None
    never_via_route_servers: bool


def get_by_asn(asn: int) -> AnyRow:
    """The only member with this ASN; one that left counts only when nobody else has the ASN.

    Raises NotFound, or Invalid listing the ids when there are several to choose from.
    """
    if not 1 <= asn <= HIGHEST_ASN:
        raise NotFound(f"There is no AS{asn}: AS numbers go from 1 to {HIGHEST_ASN}.")
    rows = db.session.execute(_NAMED.where(Member.asn == asn).order_by(Member.id)).all()
    return only_one(asn, rows)


def list_named() -> list[AnyRow]:
    """The id, ASN, name and status of all members, for who looks many of them up. One statement."""
    return list(db.session.execute(_NAMED.order_by(Member.id)))


def only_one(asn: int, rows: Sequence[AnyRow]) -> AnyRow:
    """The one of these, all with this ASN, that is meant by it. Raises like `get_by_asn`."""
    if not rows:
        raise NotFound(f"There is no member with AS{asn}.")
    current = [row for row in rows if row.status != MemberStatus.LEFT]
    candidates = current or rows
    if len(candidates) > 1:
        known = ", ".join(f"id {row.id} {row.name} ({row.status})" for row in rows)
        raise Several(f"Several members have AS{asn}: {known}.", rows[0].id)
    return candidates[0]


def get_typed(text: str, field: str = "asn") -> AnyRow:
    """The only member with the AS number that somebody typed, or the one of `id:12`. Raises
    Invalid at the field."""
    by_id = re.fullmatch(r"\s*(?:#|id:\s*)([0-9]{1,10})\s*", text, re.ASCII | re.IGNORECASE)
    digits = asn_digits(text)
    if digits is None and by_id is None:
        raise Invalid("Type the AS number of a member, such as AS64496.", field)
    try:
        return get_by_id(int(by_id[1])) if by_id else get_by_asn(int(digits or 0))
    except Several as error:
        how = f"To say which one, type id:{error.first_id} for the first, and so on."
        raise Invalid(f"{error.known} {how}", field) from error
    except (NotFound, Invalid) as error:
        raise Invalid(str(error), field) from error


def get_by_id(member_id: int) -> AnyRow:
    """The id, ASN, name and status of a member; raises NotFound."""
    return _one(_NAMED, member_id)


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
    check_joined(given.get("joined_at"), now.date())
    with transaction():
        member = _one(
            select(Member.asn, *(getattr(Member, field) for field in SETTABLE)),
            member_id,
            lock=True,
        )
        changed = member_row.write(member_id, member._asdict(), given)
        if changed:
            subject = f"AS{member.asn} {member.name}"
            audit.record(
                actor, "member changed", subject, now=now, member_id=member_id, changes=changed
            )
        if given:
            origins.say(member_id, list(given), "operator", now=now)
    return changed


def _checked(field: str, value: Any) -> Any:
    if field not in SETTABLE:
        raise Invalid(f"“{field}” cannot be set; what can is {', '.join(SETTABLE)}.")
    return checked(field, value)
