"""What a member says of itself: policy, NOC, AS-SETs, limits; and where each value is from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.actor import Acting, Actor
from app.domain.change import Change
from app.domain.completeness import Facts, Gap, gaps
from app.domain.details import ADDRESSES, SECTIONS, checked
from app.domain.errors import Forbidden, Invalid, Overtaken
from app.domain.form_version import merged, version_of
from app.domain.member import InterfaceStatus
from app.extensions import db, transaction
from app.models import Contact, InterfaceAddress, VlanInterface
from app.services import audit, member_row, origins
from app.services.origins import Origin
from app.web_address import origin_of

MEMBER = "member"
FIELDS = tuple(field for fields in SECTIONS.values() for field in fields)
IMPORTED = ("policy", "policy_url", "website")  # what exports say of a member


@dataclass(frozen=True)
class Details:
    """The values as they stand, their origins, and what a request would still miss."""

    asn: int
    values: dict[str, Any]
    origins: dict[str, Origin]
    versions: dict[str, str]  # by section
    gaps: list[Gap]


class Changed(Overtaken):
    """Somebody else changed a field that this form changed, too; `standing` is what the section
    holds now, `touched` what this form changed."""

    def __init__(self, standing: dict[str, Any], version: str, touched: list[str]) -> None:
        self.standing, self.version, self.touched = standing, version, touched
        super().__init__(
            "Somebody else changed this while you were writing. Yours is still in the form, "
            "theirs beside it: save again to replace theirs."
        )


def get_details(actor: Actor) -> Details:
    """Everything about the member that the actor acts for."""
    own = own_member(actor)
    values = member_row.read(own.member_id, FIELDS)
    return Details(
        own.asn,
        values,
        origins.list_origins(own.member_id, FIELDS),
        {name: version_of(values, fields) for name, fields in SECTIONS.items()},
        gaps(_facts(own.member_id, values)),
    )


def save(
    actor: Actor, section: str, given: Mapping[str, str], *, version: str, now: datetime
) -> list[Change]:
    """Write what differs from `version` in a section; what changes becomes the member's own word.

    Raises Invalid naming the field, or Changed when somebody was faster with one of them; nothing
    is stored then.
    """
    own = own_member(actor)
    fields = SECTIONS[section]
    wanted = {field: _checked(field, given.get(field, "")) for field in fields}
    with transaction():
        standing = member_row.read(own.member_id, fields, lock=True)
        wanted, touched, clashes = merged(standing, wanted, version)
        if clashes:
            raise Changed(standing, version_of(standing, fields), touched)
        changed = member_row.write(own.member_id, standing, wanted)
        if changed:
            origins.say(own.member_id, [c.field for c in changed], MEMBER, now=now)
            record(actor, "details changed", changed, now)
    return changed


def follow_import(actor: Actor, field: str, *, now: datetime) -> None:
    """Give a field back: the value stays until the next import says another."""
    own = own_member(actor)
    if field not in IMPORTED:
        raise Invalid("Imports do not say this; there is nothing to follow.")
    with transaction():
        if changes := origins.give_back(own.member_id, field):
            record(actor, "field follows imports", changes, now)


def own_member(actor: Actor) -> Acting:
    """The member that the actor acts for. Raises Forbidden."""
    if actor.member is None:
        raise Forbidden("These details belong to a member; this login acts for none.")
    return actor.member


def record(actor: Actor, action: str, changes: list[Change], now: datetime) -> None:
    """Into the audit log, under the member's name."""
    own = own_member(actor)
    subject = f"AS{own.asn} {own.name}"
    audit.record(actor, action, subject, now=now, member_id=own.member_id, changes=changes)


def _checked(field: str, text: str) -> Any:
    value = checked(field, text)
    if field in ADDRESSES and value and not origin_of(value):
        raise Invalid("This must be an address such as https://www.example.net/.", field)
    return value


def _facts(member_id: int, values: Mapping[str, Any]) -> Facts:
    contacts = db.session.execute(
        select(Contact.kind, Contact.email).where(Contact.member_id == member_id)
    ).all()
    rows = db.session.execute(
        select(InterfaceAddress.protocol, InterfaceAddress.as_set, InterfaceAddress.max_prefix)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(
            VlanInterface.member_id == member_id,
            VlanInterface.status == InterfaceStatus.CONNECTED,
            InterfaceAddress.until_at.is_(None),
        )
    ).all()
    sets = {row.protocol: row.as_set for row in rows if row.as_set}
    limits = {row.protocol: row.max_prefix for row in rows if row.max_prefix}
    return Facts(
        any(row.kind == "peering" and row.email for row in contacts),
        any(row.kind == "noc" for row in contacts) or bool(values["noc_phone"]),
        values["as_set_4"] or sets.get(4),
        values["as_set_6"] or sets.get(6),
        values["max_prefix_4"] or limits.get(4),
        values["max_prefix_6"] or limits.get(6),
        values["policy"],
        values["in_peeringdb"],
        frozenset(row.protocol for row in rows) or frozenset({4, 6}),
    )
