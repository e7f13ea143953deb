"""Contacts of many members, listed for the operator and imported from a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from app.domain.change import Change
from app.domain.contact_file import Row, read
from app.domain.errors import AppError, Invalid
from app.email_address import parse_email
from app.extensions import db, transaction
from app.models import Contact, Member, Vlan, VlanInterface
from app.services import audit, members

OPERATOR = "operator"
Key = tuple[int, str, str, int | None]  # member, kind, address, VLAN


class Line(NamedTuple):
    """A contact as a list shows it."""

    asn: int
    member: str
    kind: str
    email: str
    phone: str | None
    vlan: str | None
    source: str


@dataclass
class Plan:
    """What an import adds, changes and removes, in words, and what stays as it is."""

    add: dict[Key, str | None] = field(default_factory=dict)  # with their phones
    phones: dict[int, str] = field(default_factory=dict)  # by id
    remove: list[int] = field(default_factory=list)
    unchanged: int = 0
    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def list_contacts(asn: int | None = None) -> list[Line]:
    """All contacts by member, or those of one ASN. One statement."""
    query = (
        select(
            Member.asn, Member.name, Contact.kind, Contact.email, Contact.phone, Vlan.name,
            Contact.source,
        )
        .join(Contact, Contact.member_id == Member.id)
        .outerjoin(Vlan, Vlan.id == Contact.vlan_id)
        .order_by(Member.asn, Member.id, Contact.kind.desc(), Contact.email)
    )  # fmt: skip
    if asn is not None:
        query = query.where(Member.asn == asn)
    return [Line(*row) for row in db.session.execute(query)]


def import_file(
    octets: bytes,
    *,
    now: datetime,
    apply: bool,
    replace: bool = False,
    planned: Callable[[Plan], None] = lambda _: None,
) -> Plan:
    """Plan an import, and with `apply` carry it out in one transaction.

    With `replace` the contacts that the operator set for the members of the file, and that the
    file does not have, go; what members and exports said stays. Raises Invalid when any line is
    bad; nothing has changed then.
    """
    rows, problems = read(octets)
    with transaction() as session:
        plan = _plan(rows, problems, replace)
        planned(plan)
        if plan.problems:
            raise Invalid(f"{len(plan.problems)} lines are wrong. Nothing was changed.")
        if apply:
            for (member_id, kind, email, vlan_id), phone in plan.add.items():
                session.add(
                    Contact(
                        member_id=member_id, kind=kind, email=email, vlan_id=vlan_id,
                        phone=phone, source=OPERATOR,
                    )
                )  # fmt: skip
                change = Change(kind, None, email)
                _record("contact imported", member_id, change, now)
            for contact_id, phone in plan.phones.items():
                row = session.get_one(Contact, contact_id)
                _record("contact imported", row.member_id, Change("phone", row.phone, phone), now)
                row.phone = phone
            for contact_id in plan.remove:
                row = session.get_one(Contact, contact_id)
                _record("contact removed", row.member_id, Change(row.kind, row.email, None), now)
            session.execute(delete(Contact).where(Contact.id.in_(plan.remove)))
    return plan


def _record(action: str, member_id: int, change: Change, now: datetime) -> None:
    subject = members.get_by_id(member_id).name
    audit.record(None, action, subject, now=now, member_id=member_id, changes=[change])


def _plan(rows: list[Row], problems: list[str], replace: bool) -> Plan:
    plan = Plan(problems=list(problems))
    named: set[Key] = set()
    touched: dict[int, str] = {}
    for row in rows:
        try:
            member, key = _key(row)
        except AppError as error:
            plan.problems.append(f"line {row.line}: {error}")
            continue
        touched[member.id] = f"AS{member.asn} {member.name}"
        if key not in named:
            named.add(key)
            _compare(plan, key, row, touched[member.id])
    if replace:
        for contact in _of(touched):
            if contact.source == OPERATOR and _key_of(contact) not in named:
                plan.remove.append(contact.id)
                who = touched[contact.member_id]
                plan.lines.append(f"- {who}: {contact.kind} {contact.email}")
    return plan


def _key(row: Row) -> tuple[Any, Key]:
    by_id = row.member_id is not None
    member: Any = (
        members.get_by_id(row.member_id or 0) if by_id else members.get_by_asn(row.asn or 0)
    )
    try:
        parse_email(row.wanted.email)
    except ValueError:
        raise Invalid(f"“{row.wanted.email}” is no e-mail address.") from None
    vlan_id = _vlan(member.id, row.vlan) if row.vlan else None
    return member, (member.id, row.wanted.kind, row.wanted.email, vlan_id)


def _vlan(member_id: int, name: str) -> int:
    found = db.session.scalars(
        select(Vlan.id)
        .join(VlanInterface, VlanInterface.vlan_id == Vlan.id)
        .where(
            Vlan.name == name,
            VlanInterface.member_id == member_id,
            VlanInterface.left_at.is_(None),
        )
        .distinct()
    ).all()
    if len(found) != 1:
        raise Invalid(f"The member is on no VLAN “{name[:80]}”, or on several of that name.")
    return found[0]


def _compare(plan: Plan, key: Key, row: Row, who: str) -> None:
    known = next((c for c in _of({key[0]: who}) if _key_of(c) == key), None)
    phone = row.wanted.phone
    if known is None:
        plan.add[key] = phone
        plan.lines.append(f"+ {who}: {key[1]} {key[2]}" + (f" on {row.vlan}" if row.vlan else ""))
    elif phone and phone != known.phone and known.source == OPERATOR:
        plan.phones[known.id] = phone
        plan.lines.append(f"~ {who}: {key[1]} {key[2]} phone {known.phone or 'none'} -> {phone}")
    else:
        plan.unchanged += 1


def _of(member_ids: dict[int, str]) -> list[Contact]:
    query = select(Contact).where(Contact.member_id.in_(member_ids)).order_by(Contact.id)
    return list(db.session.scalars(query))


def _key_of(contact: Contact) -> Key:
    return contact.member_id, contact.kind, contact.email, contact.vlan_id
