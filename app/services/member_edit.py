"""Members made and changed by the exchange, field by field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Conflict, Invalid, Overtaken
from app.domain.form_version import merged, version_of
from app.domain.member import MemberStatus
from app.domain.member_fields import FIELDS, IMPORTED, check_joined, checked
from app.extensions import db, transaction
from app.models import Member
from app.services import audit, member_row, origins
from app.services.origins import Origin

OPERATOR = "operator"
ASN_LOCK = 0x41534E  # "ASN"; of this program only


class Standing(NamedTuple):
    """The fields of a member as they stand, who said each, and the word for all of them."""

    values: dict[str, Any]
    origins: dict[str, Origin]
    version: str


class Changed(Overtaken):
    """Somebody else changed a field that this form changed, too; `standing` is what it is now,
    `touched` what this form changed."""

    def __init__(self, standing: Standing, touched: list[str]) -> None:
        self.standing, self.touched = standing, touched
        super().__init__(
            "Somebody else changed this member while you were writing. Yours is still in the "
            "form, theirs beside it: save again to replace theirs."
        )


class SameAsn(Conflict):
    """Another member has the ASN; to have two with it is rare, and must be said."""

    def __init__(self, asn: int, holder: Any) -> None:
        self.holder_id = holder.id
        super().__init__(
            f"AS{asn} is {holder.name} already. If two members really share it, tick the box "
            "and try again.",
            "asn",
        )


def get_fields(member_id: int) -> Standing:
    """What the form of a member begins with. Raises NotFound."""
    values = member_row.read(member_id, FIELDS)
    return Standing(values, origins.list_origins(member_id, FIELDS), version_of(values, FIELDS))


def create(
    actor: Actor | None, given: Mapping[str, Any], *, now: datetime, share_asn: bool = False
) -> int:
    """Make a member and return its id; all of it is the operator's word.

    Raises Invalid naming the field, or SameAsn unless `share_asn`.
    """
    values = _checked(given, now)
    with transaction() as session:
        hold_asns()
        if not share_asn:
            refuse_twin(values["asn"])
        member = Member(**values)
        session.add(member)
        session.flush()
        said = [field for field in FIELDS if values[field] not in (None, False)]
        origins.say(member.id, said, OPERATOR, now=now)
        changes = [Change(field, None, values[field]) for field in said]
        _record(actor, "member created", member.id, values, changes, now)
    return member.id


def edit(
    actor: Actor | None,
    member_id: int,
    given: Mapping[str, Any],
    *,
    version: str,
    now: datetime,
    share_asn: bool = False,
) -> list[Change]:
    """Write the fields that differ from `version`; what changes becomes the operator's word.

    Raises NotFound, Invalid naming the field, SameAsn unless `share_asn`, or Changed when
    somebody was faster with one of them; nothing is stored then.
    """
    wanted = _checked(given, now)
    with transaction():
        hold_asns()
        standing = member_row.read(member_id, FIELDS, lock=True)
        wanted, touched, clashes = merged(standing, wanted, version)
        if clashes:
            raise Changed(get_fields(member_id), touched)
        if wanted["asn"] != standing["asn"] and not share_asn:
            refuse_twin(wanted["asn"], but=member_id)
        changed = member_row.write(member_id, standing, wanted)
        if changed:
            origins.say(member_id, [change.field for change in changed], OPERATOR, now=now)
            _record(actor, "member changed", member_id, standing, changed, now)
    return changed


def follow_import(actor: Actor | None, member_id: int, field: str, *, now: datetime) -> None:
    """Give a field back: its value stays until the next import says another."""
    if field not in IMPORTED:
        raise Invalid("Imports do not say this; there is nothing to follow.")
    with transaction():
        standing = member_row.read(member_id, FIELDS, lock=True)
        if changes := origins.give_back(member_id, field):
            _record(actor, "field follows imports", member_id, standing, changes, now)


def _checked(given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    values = {field: checked(field, given.get(field, "")) for field in FIELDS}
    check_joined(values["joined_at"], now.date())
    return values


def hold_asns() -> None:
    """Of two who give one ASN to two members at once, one waits and is told. SQLite has one writer
    anyway; the first thing of a transaction, so that nobody waits for it while holding a row."""
    if db.session.connection().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(ASN_LOCK)))


def refuse_twin(asn: int, but: int = 0) -> None:
    """Raises SameAsn when another member that has not left has the ASN."""
    holder = db.session.execute(
        select(Member.id, Member.name)
        .where(Member.asn == asn, Member.status != MemberStatus.LEFT, Member.id != but)
        .order_by(Member.id)
        .limit(1)
    ).first()
    if holder:
        raise SameAsn(asn, holder)


def _record(
    actor: Actor | None,
    action: str,
    member_id: int,
    values: Mapping[str, Any],
    changes: list[Change],
    now: datetime,
) -> None:
    subject = f"AS{values['asn']} {values['name']}"
    audit.record(actor, action, subject, now=now, member_id=member_id, changes=changes)
