"""Some fields of a member: read, kept still, written, and the word that tells them from others."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from sqlalchemy import select, update

from app.domain.change import Change
from app.domain.errors import NotFound
from app.domain.ids import is_possible_id
from app.extensions import db
from app.models import Member

WORD = 16  # characters of a version for each field
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


def version_of(values: Mapping[str, Any], fields: Iterable[str]) -> str:
    """A short word for what a form holds, a part for each field: a change elsewhere never makes
    it stale, and it tells which of its fields somebody touched."""
    return "".join(_word(field, values[field]) for field in fields)


def merged(
    standing: Mapping[str, Any], wanted: Mapping[str, Any], version: str
) -> tuple[dict[str, Any], list[str], bool]:
    """What a form began with at `version` makes of a member as it stands.

    Returns what it wants where it touched a field and what stands elsewhere, the touched fields,
    and whether one of those holds what somebody else wrote meanwhile. A version that is none
    counts as all of them.
    """
    words = [version[at : at + WORD] for at in range(0, len(version), WORD)]
    if len(words) != len(wanted):
        return dict(wanted), list(wanted), True
    began = dict(zip(wanted, words, strict=True))
    touched = [field for field in wanted if _word(field, wanted[field]) != began[field]]
    clash = any(_word(field, standing[field]) != began[field] for field in touched)
    return {**standing, **{field: wanted[field] for field in touched}}, touched, clash


def _word(field: str, value: Any) -> str:
    return blake2b(repr((field, value)).encode(), digest_size=WORD // 2).hexdigest()
