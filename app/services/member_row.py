"""Some fields of a member: read, kept still, written."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, update

from app.domain.change import Change
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import Member

NO_MEMBER = "There is no such member. It may have been typed wrongly; the list shows all."


def read(member_id: int, fields: Iterable[str], *, lock: bool = False) -> dict[str, Any]:
    """The fields as they stand; `lock` keeps them still until the transaction ends.

    Raises NotFound.
    """
    query = select(*(getattr(Member, field) for field in fields)).where(Member.id == member_id)
    if lock:
        query = query.with_for_update()
    row = db.session.execute(query).first() if is_possible_id(member_id) else None
    if row is None:
        raise NotFound(NO_MEMBER)
    return row._asdict()


def write(member_id: int, standing: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Change]:
    """Store what differs, with the next version of the member; returns that."""
    changed = [
        Change(field, standing[field], value)
        for field, value in wanted.items()
        if standing[field] != value
    ]
    if changed:
        db.session.execute(
            update(Member)
            .where(Member.id == member_id)
            .values({change.field: change.new for change in changed})
            .values(version=Member.version + 1)
        )
    return changed
