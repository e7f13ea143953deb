"""What a member writes about another, and the log of what it did: private to the member."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.actor import Acting, Actor
from app.domain.errors import Forbidden, NotFound, Overtaken
from app.domain.ids import is_possible_id
from app.domain.notes import LOG, NOTE, checked, joined
from app.extensions import db, transaction
from app.models import Member, Note, User
from app.services import audit, relations

NO_NOTE = "There is no such note; a colleague may have deleted it."


class Entry(NamedTuple):
    """A note or a log entry; `text` is None for who may know of it, not read it."""

    id: int
    is_log: bool
    author: str | None  # none: nobody who is still known
    at: datetime
    text: str | None
    edited_at: datetime | None
    edited_by: str | None
    version: int
    request_id: int | None = None  # of a log entry: the request it tells of


class Changed(Overtaken):
    """Somebody else saved the note first. `entry` is what stands now, None when deleted."""

    def __init__(self, entry: Entry | None) -> None:
        self.entry = entry
        who = (entry and entry.edited_by) or "A colleague"
        what = f"{who} changed this note" if entry else "A colleague deleted this note"
        super().__init__(f"{what} while you were writing. Nothing is lost: choose what to keep.")


def list_entries(actor: Actor, peer_id: int) -> list[Entry]:
    """Everything about one other member, newest first. One statement."""
    own = _own(actor)
    return [_entry(row, actor) for row in db.session.execute(_entries(own.member_id, peer_id))]


def get_entry(actor: Actor, peer_id: int, note_id: int) -> Entry:
    """A note that the actor may edit. Raises NotFound, Forbidden."""
    own = require_writer(actor)
    query = _entries(own.member_id, peer_id).where(Note.id == note_id, Note.kind == NOTE)
    row = db.session.execute(query).first() if is_possible_id(note_id) else None
    if row is None:
        raise NotFound(NO_NOTE)
    return _entry(row, actor)


def add(actor: Actor, peer_id: int, text: str, *, now: datetime) -> int:
    """Write a note and return its id. Raises Invalid, NotFound for who is on no tab, Forbidden."""
    own = require_writer(actor)
    wanted = checked(text)
    with transaction():
        if not relations.is_listed(own.member_id, peer_id, now):
            raise NotFound(relations.NO_PEER)
        note_id = _store(own.member_id, peer_id, NOTE, actor.user_id, wanted, now)
        _record(actor, "note written", peer_id, now)
    return note_id


def log(
    actor: Actor, peer_id: int, text: str, *, now: datetime, request_id: int | None = None
) -> None:
    """Add a log entry within the transaction of what it tells; nobody edits it.

    With `request_id` it leads to that request.
    """
    _store(_own(actor).member_id, peer_id, LOG, actor.user_id, text, now, request_id)


def edit(
    actor: Actor,
    note_id: int,
    text: str,
    *,
    version: int,
    now: datetime,
    keep_both: bool = False,
) -> int | None:
    """Replace the text of a note as it was at `version`, or with `keep_both` add to it.

    Returns the version that this made, for `undo`; None when the text stands already. Raises
    Changed when somebody saved or deleted it since; nothing is stored then.
    """
    own = require_writer(actor)
    wanted = checked(text)
    with transaction():
        note = _find(own.member_id, note_id)
        if note.version != version or note.deleted_at is not None:
            raise Changed(_standing(note, actor))
        if keep_both:
            wanted = checked(joined(note.text, wanted))
        if wanted == note.text:
            return None
        note.text_before, note.text = note.text, wanted
        note.edited_at, note.edited_by = now, actor.user_id
        return _written(actor, "note edited", note, now)


def delete(actor: Actor, note_id: int, *, version: int, now: datetime) -> int:
    """Take a note away, as it was at `version`; `undo` of the version that is returned brings it
    back. Raises Changed."""
    own = require_writer(actor)
    with transaction():
        note = _find(own.member_id, note_id)
        if note.version != version or note.deleted_at is not None:
            raise Changed(_standing(note, actor))
        note.deleted_at = now
        return _written(actor, "note deleted", note, now)


def undo(actor: Actor, note_id: int, *, version: int, now: datetime) -> None:
    """Take back the last step, an edit or the deletion, that led to `version`. Raises Changed."""
    own = require_writer(actor)
    with transaction():
        note = _find(own.member_id, note_id)
        if note.version != version:
            raise Changed(_standing(note, actor))
        if note.deleted_at is not None:
            note.deleted_at = None
        elif note.text_before is not None:
            note.text_before, note.text = note.text, note.text_before
            note.edited_at, note.edited_by = now, actor.user_id
        _record(actor, "note step undone", note.peer_id, now)


def _own(actor: Actor) -> Acting:
    if actor.member is None:
        raise Forbidden("Notes belong to a member; this login acts for none.")
    return actor.member


def require_writer(actor: Actor) -> Acting:
    """The member whose notes the actor may write. Raises Forbidden."""
    own = _own(actor)
    if actor.viewing:
        raise Forbidden(f"Notes are written by {own.name} itself; you look at its pages only.")
    return own


def _find(member_id: int, note_id: int) -> Note:
    """The note, kept still until the transaction ends; a log entry is none."""
    if not is_possible_id(note_id):
        raise NotFound(NO_NOTE)
    found: Note | None = db.session.scalar(
        select(Note)
        .where(Note.id == note_id, Note.member_id == member_id, Note.kind == NOTE)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(NO_NOTE)
    return found


def _standing(note: Note, actor: Actor) -> Entry | None:
    query = _entries(note.member_id, note.peer_id).where(Note.id == note.id)
    row = db.session.execute(query).first()
    return _entry(row, actor) if row else None


def _entries(member_id: int, peer_id: int) -> Any:
    author, editor = aliased(User), aliased(User)
    return (
        select(
            Note.id,
            Note.kind,
            author.shown_name.label("author"),
            Note.at,
            Note.text,
            Note.edited_at,
            editor.shown_name.label("editor"),
            Note.version,
            Note.request_id,
        )
        .outerjoin(author, author.id == Note.author_id)
        .outerjoin(editor, editor.id == Note.edited_by)
        .where(Note.member_id == member_id, Note.peer_id == peer_id, Note.deleted_at.is_(None))
        .order_by(Note.at.desc(), Note.id.desc())
    )


def _entry(row: Any, actor: Actor) -> Entry:
    hidden = actor.viewing and row.kind == NOTE
    return Entry(
        row.id,
        row.kind == LOG,
        row.author,
        row.at,
        None if hidden else row.text,
        row.edited_at,
        row.editor,
        row.version,
        row.request_id,
    )


def _store(
    member_id: int,
    peer_id: int,
    kind: str,
    author_id: int,
    text: str,
    now: datetime,
    request_id: int | None = None,
) -> int:
    with transaction() as session:
        note = Note(
            member_id=member_id,
            peer_id=peer_id,
            kind=kind,
            author_id=author_id,
            at=now,
            text=text,
            request_id=request_id,
        )
        session.add(note)
        session.flush()
    return note.id


def _written(actor: Actor, action: str, note: Note, now: datetime) -> int:
    """Record the step and return its version, read before anybody else can make the next one."""
    _record(actor, action, note.peer_id, now)
    db.session.flush()
    return note.version


def _record(actor: Actor, action: str, peer_id: int, now: datetime) -> None:
    """That it happened, never the text."""
    peer = db.session.execute(select(Member.asn, Member.name).where(Member.id == peer_id)).one()
    subject = f"AS{peer.asn} {peer.name}"
    audit.record(actor, action, subject, now=now, member_id=_own(actor).member_id)
