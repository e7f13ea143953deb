"""Who may be a peer of whom, whatever both have in common: a network of another house.

Said for rows that were read and for SQL, side by side, and nowhere else.
"""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, bindparam, func, true

from app.domain.member import MemberStatus, MemberType
from app.models import Member
from app.models.base import AnyRow

_MEMBER = Member.__table__.c


class House(Protocol):
    """What is asked of the member that looks."""

    @property
    def asn(self) -> int: ...
    @property
    def organisation(self) -> str | None: ...


def is_another(me: House, row: AnyRow) -> bool:
    """Whether the member of this row is a network that peers, neither oneself under another entry
    nor of the same organisation. It may have left."""
    same_house = bool(me.organisation) and row.organisation == me.organisation
    return row.type == MemberType.PEERING and row.asn != me.asn and not same_house


def is_current(me: House, row: AnyRow) -> bool:
    """The same, and it is active: neither suspended nor gone."""
    return row.status == MemberStatus.ACTIVE and is_another(me, row)


def current(*, in_a_house: bool) -> ColumnElement[bool]:
    """Condition: `is_current` of the rows of Member, asked with `asked_of`."""
    other_house = func.coalesce(_MEMBER.organisation, "") != bindparam("house")
    return and_(
        _MEMBER.status == MemberStatus.ACTIVE,
        _MEMBER.type == MemberType.PEERING,
        _MEMBER.asn != bindparam("asn"),
        other_house if in_a_house else true(),
    )


def asked_of(me: House) -> dict[str, Any]:
    """The parameters of `current`."""
    return {"asn": me.asn, "house": me.organisation}
