"""The contacts of a member: listed, added, changed, removed; by itself, or by the exchange."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.domain.actor import Acting, Actor, Role
from app.domain.change import Change
from app.domain.contact import Wanted, checked
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, Overtaken
from app.domain.form_version import merged, version_of
from app.domain.ids import is_possible_id
from app.email_address import parse_email
from app.extensions import db, transaction
from app.models import Contact, Vlan, VlanInterface
from app.services import member_row, relations, vlan_row
from app.services.details import MEMBER, own_member, record
from app.services.unique import conflict_on_unique

FIELDS = ("kind", "email", "phone", "vlan_id")


class Line(NamedTuple):
    """A contact as its page shows it."""

    id: int
    kind: str
    email: str
    phone: str | None
    vlan_id: int | None
    vlan: str | None
    source: str
    bounced_at: datetime | None

    @property
    def name(self) -> str:
        """What it is called in words: the address, or the phone of one that has no address."""
        return self.email or self.phone or ""

    @property
    def version(self) -> str:
        """What the form carries, so that two people who change it are told."""
        return version_of(self._asdict(), FIELDS)


class Changed(Overtaken):
    """Somebody else changed the contact first; `standing` is what it is now, `touched` what this
    form changed."""

    def __init__(self, standing: Line, touched: Sequence[str] = ()) -> None:
        self.standing, self.touched = standing, touched
        super().__init__(
            f"Somebody else changed this contact to {_said(standing)} while "
            "you were writing. Yours is still in the form: save again to replace theirs."
        )


def kept_by(actor: Actor, member_id: int) -> Actor:
    """Who runs the exchange, as who keeps the contacts of this member: the audit log has it under
    their own name. Raises Forbidden, NotFound."""
    if not actor.is_superuser:
        raise Forbidden("Only people who run the exchange keep the contacts of others.")
    row = member_row.read(member_id, ("name", "asn"))
    looks = actor.viewing and actor.member is not None and actor.member.member_id == member_id
    member = Acting(member_id, row["name"], row["asn"], Role.SUPERUSER)
    return replace(actor, member=member, viewing=looks)


def list_contacts(actor: Actor) -> list[Line]:
    """The contacts of the member that the actor acts for, by kind and address."""
    return _lines(own_member(actor).member_id)


def list_vlans(actor: Actor) -> dict[int, str]:
    """The VLANs the member is on: a contact may be for one of them."""
    rows = db.session.execute(
        select(Vlan.id, Vlan.name)
        .join(VlanInterface, VlanInterface.vlan_id == Vlan.id)
        .where(
            VlanInterface.member_id == own_member(actor).member_id, VlanInterface.left_at.is_(None)
        )
        .order_by(Vlan.name, Vlan.id)
        .distinct()
    )
    return {row.id: row.name for row in rows}


def add(actor: Actor, wanted: Wanted, *, now: datetime, source: str = MEMBER) -> None:
    """Store a contact as the word of `source`. Raises Invalid naming the field."""
    own = own_member(actor)
    with transaction() as session:
        relations.hold(own.member_id)
        contact = _checked(actor, wanted)
        _refuse_twice(own.member_id, contact)
        with conflict_on_unique(_taken()):
            session.add(Contact(member_id=own.member_id, source=source, **_columns(contact)))
        record(actor, "contact added", [Change(contact.kind, None, _said(contact))], now)


def edit(
    actor: Actor,
    contact_id: int,
    wanted: Wanted,
    *,
    version: str,
    now: datetime,
    source: str = MEMBER,
) -> None:
    """Write what differs from `version` in a contact; all of it is the word of `source` from then
    on.

    Saving it unchanged confirms it. Raises Invalid, NotFound, or Changed when somebody was faster
    with one of the fields.
    """
    own = own_member(actor)
    with transaction():
        relations.hold(own.member_id)
        row, line = _find(own.member_id, contact_id)
        standing = {field: getattr(line, field) for field in FIELDS}
        values, touched, clashes = merged(standing, _columns(checked(wanted)), version)
        if clashes:
            raise Changed(line, touched)
        contact = _checked(actor, Wanted(**values))
        _refuse_twice(own.member_id, contact, besides=contact_id)
        with conflict_on_unique(_taken()):
            for name, value in _columns(contact).items():
                setattr(row, name, value)
            row.source, row.bounced_at = source, None
        change = Change(contact.kind, _said(line), _said(contact))
        record(actor, "contact changed", [change], now)


def remove(actor: Actor, contact_id: int, *, version: str, now: datetime) -> Line:
    """Take a contact away; returns it, so that it can be put back. Raises Changed, NotFound."""
    own = own_member(actor)
    with transaction() as session:
        row, line = _find(own.member_id, contact_id)
        if line.version != version:
            raise Changed(line)
        session.delete(row)
        record(actor, "contact removed", [Change(line.kind, _said(line), None)], now)
    return line


def _lines(member_id: int) -> list[Line]:
    rows = db.session.execute(
        select(
            Contact.id,
            Contact.kind,
            Contact.email,
            Contact.phone,
            Contact.vlan_id,
            Vlan.name,
            Contact.source,
            Contact.bounced_at,
        )
        .outerjoin(Vlan, Vlan.id == Contact.vlan_id)
        .where(Contact.member_id == member_id)
        .order_by(Contact.kind.desc(), Contact.email, Contact.id)
    )
    return [Line(*row) for row in rows]


def _find(member_id: int, contact_id: int) -> tuple[Contact, Line]:
    query = select(Contact).where(Contact.id == contact_id, Contact.member_id == member_id)
    row = db.session.scalar(query.with_for_update()) if is_possible_id(contact_id) else None
    if row is None:
        raise NotFound("There is no such contact; somebody may have removed it.")
    return row, next(line for line in _lines(member_id) if line.id == contact_id)


def _checked(actor: Actor, wanted: Wanted) -> Wanted:
    contact = checked(wanted)
    if contact.email:
        check_email(contact.email)
    vlan_id = contact.vlan_id
    if vlan_id is not None and not (vlan_row.hold_still(vlan_id) and vlan_id in list_vlans(actor)):
        raise Invalid(
            f"{own_member(actor).name} is not, or no longer, on the VLAN of this contact. Choose "
            "a VLAN that it is on, or all of them.",
            "vlan_id",
        )
    return contact


def check_email(text: str) -> None:
    """Raises Invalid for what no mail could be sent to."""
    try:
        parse_email(text)
    except ValueError:
        raise Invalid(f"“{text}” is no e-mail address.", "email") from None


def _taken() -> Conflict:
    return Overtaken("This contact is there already, since just now. Look at the list.", "email")


def _refuse_twice(member_id: int, contact: Wanted, besides: int | None = None) -> None:
    for line in _lines(member_id):
        same = (line.kind, line.email, line.vlan_id)
        if line.id != besides and same == (contact.kind, contact.email, contact.vlan_id):
            if contact.email:
                raise Invalid(f"{contact.email} is there already.", "email")
            raise Invalid(
                f"There is a contact for {contact.kind} with a phone only already, {line.phone}. "
                "Change that one, or say an e-mail address, too.",
                "email",
            )


def _columns(contact: Wanted) -> dict[str, str | int | None]:
    return {name: getattr(contact, name) for name in FIELDS}


def _said(contact: Wanted | Line) -> str:
    vlan = f" on VLAN id {contact.vlan_id}" if contact.vlan_id else ""
    return f"{contact.email} {contact.phone or ''}".strip() + vlan
