"""Contacts of many members, listed for the operator and imported from a file."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.domain.change import Change
from app.domain.contact_file import Problem, Row, read
from app.domain.errors import AppError, Invalid, NotFound, Overtaken
from app.extensions import db, transaction
from app.models import Contact, Member, Vlan, VlanInterface
from app.services import audit, members, relations, vlan_row
from app.services.contacts import check_email
from app.services.unique import conflict_on_unique

OPERATOR = "operator"
ONE_PHONE = "A member has one contact without e-mail for each kind and VLAN"
TAKEN = Overtaken("A contact of the file was added at this moment. Nothing was changed; try again.")
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
    members: dict[int, Any] = field(default_factory=dict)  # those of the file, by id


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
    if not apply:  # nobody waits for a plan
        plan = _plan(rows, problems, replace)
        _show(plan, planned)
        return plan
    with transaction() as session:
        plan = _plan(rows, problems, replace, hold=True)
        _show(plan, planned)
        with conflict_on_unique(TAKEN):
            _carry_out(session, plan, now)
    return plan


def _show(plan: Plan, planned: Callable[[Plan], None]) -> None:
    planned(plan)
    if plan.problems:
        raise Invalid(f"{len(plan.problems)} lines are wrong. Nothing was changed.")


def _carry_out(session: Session, plan: Plan, now: datetime) -> None:
    for (member_id, kind, email, vlan_id), phone in plan.add.items():
        session.add(
            Contact(
                member_id=member_id, kind=kind, email=email, vlan_id=vlan_id,
                phone=phone, source=OPERATOR,
            )
        )  # fmt: skip
        _record(plan, "contact imported", member_id, Change(kind, None, email or phone), now)
    for contact_id, phone in plan.phones.items():
        row = session.get_one(Contact, contact_id)
        _record(plan, "contact imported", row.member_id, Change("phone", row.phone, phone), now)
        row.phone = phone
    for contact_id in plan.remove:
        row = session.get_one(Contact, contact_id)
        change = Change(row.kind, row.email or row.phone, None)
        _record(plan, "contact removed", row.member_id, change, now)
    session.execute(delete(Contact).where(Contact.id.in_(plan.remove)))


def _record(plan: Plan, action: str, member_id: int, change: Change, now: datetime) -> None:
    subject = plan.members[member_id].name
    audit.record(None, action, subject, now=now, member_id=member_id, changes=[change])


class _Known:
    """The members, and the VLANs they are on, read once for all lines. Two statements."""

    def __init__(self) -> None:
        self.by_id: dict[int, Any] = {row.id: row for row in members.list_named()}
        self.by_asn: dict[int, list[Any]] = {}
        for row in self.by_id.values():
            self.by_asn.setdefault(row.asn, []).append(row)
        self.vlans: dict[tuple[int, str], set[int]] = {}
        for member_id, name, vlan_id in db.session.execute(
            select(VlanInterface.member_id, Vlan.name, Vlan.id)
            .join(Vlan, Vlan.id == VlanInterface.vlan_id)
            .where(VlanInterface.left_at.is_(None))
        ):
            self.vlans.setdefault((member_id, name), set()).add(vlan_id)

    def member(self, row: Row) -> Any:
        if row.member_id is None:
            return members.only_one(row.asn or 0, self.by_asn.get(row.asn or 0, []))
        if row.member_id not in self.by_id:
            raise NotFound(f"There is no member with id {row.member_id}.")
        return self.by_id[row.member_id]

    def vlan(self, member_id: int, name: str) -> int:
        found = self.vlans.get((member_id, name), set())
        if len(found) != 1:
            raise Invalid(f"The member is on no VLAN “{name[:80]}”, or on several of that name.")
        return next(iter(found))


def _plan(rows: list[Row], problems: list[Problem], replace: bool, *, hold: bool = False) -> Plan:
    """What the file asks for; `hold` keeps what it names still until the transaction ends."""
    plan, known = Plan(), _Known()
    wanted: dict[Key, Row] = {}
    for row in rows:
        try:
            member, key = _key(row, known)
        except AppError as error:
            problems.append(Problem(row.line, str(error)))
            continue
        plan.members[member.id] = member
        first = wanted.setdefault(key, row)
        if not row.wanted.email and first.wanted.phone != row.wanted.phone:
            problems.append(Problem(row.line, f"{ONE_PHONE}: see line {first.line}."))
    plan.problems = [str(problem) for problem in sorted(problems)]
    if hold:
        _hold(plan, wanted)
    there = {_key_of(contact): contact for contact in _of(plan.members)}
    for key, row in wanted.items():
        _compare(plan, key, row, there.get(key))
    if replace:
        for key, contact in there.items():
            if contact.source == OPERATOR and key not in wanted:
                plan.remove.append(contact.id)
                what = f"{contact.kind} {contact.email or contact.phone}"
                plan.lines.append(f"- {_who(plan, contact.member_id)}: {what}")
    return plan


def _hold(plan: Plan, wanted: dict[Key, Row]) -> None:
    relations.hold(*plan.members)
    if not vlan_row.hold_still(*{key[3] for key in wanted if key[3] is not None}):
        raise Overtaken("A VLAN of the file was deleted at this moment. Nothing was changed.")


def _key(row: Row, known: _Known) -> tuple[Any, Key]:
    member = known.member(row)
    if row.wanted.email:
        check_email(row.wanted.email)
    vlan_id = known.vlan(member.id, row.vlan) if row.vlan else None
    return member, (member.id, row.wanted.kind, row.wanted.email, vlan_id)


def _compare(plan: Plan, key: Key, row: Row, known: Contact | None) -> None:
    phone, who = row.wanted.phone, _who(plan, key[0])
    if known is None:
        place = f" on {row.vlan}" if row.vlan else ""
        plan.add[key] = phone
        plan.lines.append(f"+ {who}: {key[1]} {key[2] or phone}{place}")
    elif phone and phone != known.phone and known.source == OPERATOR:
        plan.phones[known.id] = phone
        what = f"{key[1]} {key[2]}".strip()
        plan.lines.append(f"~ {who}: {what} phone {known.phone or 'none'} -> {phone}")
    else:
        plan.unchanged += 1


def _who(plan: Plan, member_id: int) -> str:
    member = plan.members[member_id]
    return f"AS{member.asn} {member.name}"


def _of(member_ids: Iterable[int]) -> list[Contact]:
    query = select(Contact).where(Contact.member_id.in_(member_ids)).order_by(Contact.id)
    return list(db.session.scalars(query))


def _key_of(contact: Contact) -> Key:
    return contact.member_id, contact.kind, contact.email, contact.vlan_id
