"""What a list of members says of a member's own notes: how many there are, and their words."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from app.domain.notes import LOG, NOTE
from app.extensions import db
from app.models import Note


class Counts(NamedTuple):
    """How many entries there are about one other member."""

    notes: int
    log: int


# Built once: every list asks them, and putting them together takes longer than the answer.
_OF_MEMBER = (Note.member_id == bindparam("me"), Note.deleted_at.is_(None))
_COUNTED = (
    select(Note.peer_id, Note.kind, func.count())
    .where(*_OF_MEMBER)
    .group_by(Note.peer_id, Note.kind)
)
_TEXTS = select(Note.peer_id, Note.text).where(*_OF_MEMBER, Note.kind == NOTE)


def count_entries(member_id: int) -> dict[int, Counts]:
    """How many notes and log entries the member has, by the id of the other. One statement."""
    found: dict[int, dict[str, int]] = {}
    for peer_id, kind, many in db.session.execute(_COUNTED, {"me": member_id}).all():
        found.setdefault(peer_id, {})[kind] = many
    return {peer: Counts(many.get(NOTE, 0), many.get(LOG, 0)) for peer, many in found.items()}


def list_texts(member_id: int) -> dict[int, str]:
    """The text of all notes, by the id of the other, for searching. One statement."""
    found: dict[int, list[str]] = {}
    for peer_id, text in db.session.execute(_TEXTS, {"me": member_id}).all():
        found.setdefault(peer_id, []).append(text)
    return {peer_id: "\n".join(texts) for peer_id, texts in found.items()}
