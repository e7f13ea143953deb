"""Notes of a member about another, in the drawer: written, changed, deleted, and undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access, markdown
from app.blueprints.peering.context import drawer_context, frame_context, get_board, list_context
from app.blueprints.peering.listing import Listing, read_listing
from app.blueprints.peering.room import TAB, bp
from app.clock import now
from app.domain.actor import Actor
from app.domain.classify import Tab
from app.domain.errors import Invalid, NotFound
from app.domain.notes import checked
from app.services import notes
from app.web import Undo, render, see_other, swap, toast, wants_partial

ONE = f"/{TAB}/<int:peer_id>/notes/<int:note_id>"


@dataclass(frozen=True)
class Draft:
    """A note in its form; `note_id` is None for a new one, `theirs` what a colleague saved."""

    note_id: int | None
    text: str = ""
    version: int = 0
    preview: Any = None  # its HTML, once asked for
    problem: str = ""
    theirs: notes.Entry | None = None
    changed: bool = False


@bp.get(f"/{TAB}/<int:peer_id>/notes/new")
def new_note(tab: str, peer_id: int) -> ResponseReturnValue:
    """The form of a new note, in the drawer."""
    actor = access.require_acting()
    notes.require_writer(actor)
    return _show(actor, tab, peer_id, draft=Draft(None))


@bp.post(f"/{TAB}/<int:peer_id>/notes")
def add_note(tab: str, peer_id: int) -> ResponseReturnValue:
    """Store a note, or show what it will look like."""
    actor = _writer()
    text = request.form.get("text", "")

    def save() -> None:
        notes.add(actor, peer_id, text, now=now())
        toast("The note is saved.")

    return _save(actor, tab, peer_id, Draft(None, text), save)


@bp.get(ONE)
def edit_note(tab: str, peer_id: int, note_id: int) -> ResponseReturnValue:
    """The form of a note, in its place."""
    actor = access.require_acting()
    entry = notes.get_entry(actor, peer_id, note_id)
    return _show(actor, tab, peer_id, draft=Draft(note_id, entry.text or "", entry.version))


@bp.post(ONE)
def save_note(tab: str, peer_id: int, note_id: int) -> ResponseReturnValue:
    """Store a changed note, or show it. When a colleague was faster both texts come back."""
    actor = _writer()
    text, version = request.form.get("text", ""), _version()

    def save() -> None:
        both = "both" in request.form
        made = notes.edit(actor, note_id, text, version=version, now=now(), keep_both=both)
        if made is None:
            toast("Nothing was changed.")
        else:
            _say(actor, tab, peer_id, note_id, made, "The note is changed.")

    return _save(actor, tab, peer_id, Draft(note_id, text, version), save)


@bp.post(f"{ONE}/delete")
def delete_note(tab: str, peer_id: int, note_id: int) -> ResponseReturnValue:
    """Take a note away; the toast brings it back."""
    actor = _writer()
    try:
        made = notes.delete(actor, note_id, version=_version(), now=now())
    except notes.Changed as error:
        return _show(actor, tab, peer_id, status=error.status, problem=_not_done(error))
    _say(actor, tab, peer_id, note_id, made, "The note is deleted.")
    return _done(actor, tab, peer_id)


@bp.post(f"{ONE}/undo")
def undo_note(tab: str, peer_id: int, note_id: int) -> ResponseReturnValue:
    """Take back the last change, or bring back a deleted note."""
    actor = _writer()
    try:
        notes.undo(actor, note_id, version=_version(), now=now())
    except notes.Changed as error:
        return _show(actor, tab, peer_id, status=error.status, problem=_not_done(error))
    toast("Undone.")
    if not wants_partial():
        return see_other(_there(tab, peer_id))
    listing = read_listing(get_board(actor), Tab(tab))  # the drawer may be closed by now
    context = list_context(listing) | drawer_context(actor, peer_id)
    headers = {"HX-Retarget": "#peering-panel", "HX-Replace-Url": listing.peer(peer_id)}
    return swap("peering/_panel.html", oob=("peering/_result.html",), headers=headers, **context)


def _writer() -> Actor:
    actor = access.require_acting()
    access.check_same_member(actor)
    return actor


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _save(
    actor: Actor, tab: str, peer_id: int, draft: Draft, save: Callable[[], None]
) -> ResponseReturnValue:
    """Save, or show the draft again: as a preview, with its problem, or beside the other text."""
    status = 200
    try:
        if "preview" in request.form:
            draft = _beside(actor, peer_id, draft)
            draft = _with(draft, preview=markdown.render(checked(draft.text)))
        else:
            save()
            return _done(actor, tab, peer_id)
    except notes.Changed as error:
        status, theirs = error.status, error.entry
        version = theirs.version if theirs else 0
        # What a colleague deleted is written anew, not changed.
        note_id = draft.note_id if theirs else None
        draft = Draft(note_id, draft.text, version, problem=str(error), theirs=theirs, changed=True)
    except Invalid as error:
        draft = _beside(actor, peer_id, draft)
        status, draft = error.status, _with(draft, problem=str(error))
    return _show(actor, tab, peer_id, status=status, draft=draft)


def _beside(actor: Actor, peer_id: int, draft: Draft) -> Draft:
    """A draft that stood beside a colleague's text goes on doing so: with what is saved by now."""
    if "beside" not in request.form:
        return draft
    if draft.note_id is None:
        return _with(draft, changed=True)
    try:
        theirs = notes.get_entry(actor, peer_id, draft.note_id)
    except NotFound:  # deleted meanwhile: what is typed becomes a note of its own
        return _with(draft, note_id=None, version=0, changed=True)
    return _with(draft, version=theirs.version, theirs=theirs, changed=True)


def _with(draft: Draft, **changes: Any) -> Draft:
    return Draft(**{**draft.__dict__, **changes})


def _not_done(error: notes.Changed) -> str:
    return f"{str(error).partition(' while ')[0]} in the meantime; nothing was done here."


def _say(actor: Actor, tab: str, peer_id: int, note_id: int, version: int, text: str) -> None:
    """A toast whose undo takes back just the step that made `version`."""
    assert actor.member is not None
    action = url_for(".undo_note", peer_id=peer_id, note_id=note_id, **_query(tab))
    fields = {"member": str(actor.member.member_id), "version": str(version)}
    toast(text, Undo(action, fields))


def _query(tab: str) -> dict[str, Any]:
    return {"tab": tab, **read_listing(None, Tab(tab)).arguments}


def _there(tab: str, peer_id: int) -> str:
    return f"{read_listing(None, Tab(tab)).peer(peer_id)}#peer-notes"


def _done(actor: Actor, tab: str, peer_id: int) -> ResponseReturnValue:
    if not wants_partial():
        return see_other(_there(tab, peer_id))
    headers = {"HX-Replace-Url": read_listing(None, Tab(tab)).peer(peer_id)}
    return _notes(actor, tab, peer_id, headers=headers, saved=True)


def _show(
    actor: Actor, tab: str, peer_id: int, *, status: int = 200, **context: Any
) -> ResponseReturnValue:
    """The notes alone for a swap, else the page; with a form, or with what went wrong."""
    told = {"note_problem": context.pop("problem")} if "problem" in context else {}
    if wants_partial():
        return _notes(actor, tab, peer_id, status=status, **context, **told)
    listing = read_listing(get_board(actor), Tab(tab))
    page = render(
        "peering/index.html",
        "peering/_drawer.html",
        **list_context(listing) | drawer_context(actor, peer_id, **context, **told),
    )
    page.status_code = status
    return page


def _notes(
    actor: Actor,
    tab: str,
    peer_id: int,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **context: Any,
) -> ResponseReturnValue:
    listing: Listing = read_listing(None, Tab(tab))
    details = drawer_context(actor, peer_id, **context)
    return swap(
        "peering/_notes.html",
        oob=("peering/_note_mark.html",),
        status=status,
        headers={"HX-Retarget": "#peer-notes", **(headers or {})},
        **frame_context(listing) | details,
    )
