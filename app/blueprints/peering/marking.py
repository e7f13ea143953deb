"""Marks: a member's own decision about another, set from a row, the drawer or an undo."""

from datetime import date

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.peering.context import (
    drawer_context,
    frame_context,
    get_board,
    list_context,
)
from app.blueprints.peering.listing import Listing, read_listing
from app.blueprints.peering.room import TAB, bp
from app.clock import now
from app.domain.actor import Actor
from app.domain.classify import Mark, Tab
from app.domain.errors import Invalid
from app.domain.mark import Decision
from app.services import marks
from app.web import Undo, render, see_other, swap, toast, wants_partial

MARKS = {"peered": Mark.PEERED, "rejected": Mark.REJECTED, "none": None}
DONE = {
    Mark.PEERED: "{} moved to Peers.",
    Mark.REJECTED: "{} moved to Rejected / Ignored.",
    None: "{} is back to what is observed.",
}


@bp.post(f"/{TAB}/<int:peer_id>/mark")
def mark(tab: str, peer_id: int) -> ResponseReturnValue:
    """Set or clear the member's own mark; what changed comes back, and a toast with undo."""
    actor = access.require_acting()
    access.check_same_member(actor)
    wanted = request.form.get("mark", "")
    if wanted not in MARKS:
        raise Invalid("A member can be marked as peered, rejected or none.")
    try:
        until = _day(request.form.get("until", ""))
        reason = request.form.get("reason", "")
        before = marks.set_mark(
            actor, peer_id, MARKS[wanted], now=now(), reason=reason, until=until
        )
    except Invalid as error:
        if _in_drawer():
            return _refused(actor, Tab(tab), peer_id, error)
        raise
    listing = read_listing(get_board(actor), Tab(tab))
    found = listing.board.find(peer_id)
    _say(listing, peer_id, found.name if found else "The member", before)
    return _done(actor, listing, peer_id, listed=found is not None)


def _in_drawer() -> bool:
    return "drawer" in request.form


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(f"“{text[:20]}” is not a day; write it like 2026-12-31.") from error


def _refused(actor: Actor, tab: Tab, peer_id: int, error: Invalid) -> ResponseReturnValue:
    """The drawer again, with what was typed and what is wrong with it."""
    details = drawer_context(actor, peer_id, problem=str(error))
    if wants_partial():
        context = frame_context(read_listing(None, tab)) | details
        return swap("peering/_drawer.html", status=error.status, **context)
    context = list_context(read_listing(get_board(actor), tab)) | details
    page = render("peering/index.html", "peering/_drawer.html", **context)
    page.status_code = error.status
    return page


def _say(listing: Listing, peer_id: int, name: str, before: Decision) -> None:
    """A toast; its undo sets what stood before, reason and last day included."""
    if "undo" in request.form:
        toast(f"{name}: undone.")
        return
    action = url_for(".mark", tab=listing.tab.value, peer_id=peer_id, **listing.arguments)
    fields = {
        "mark": before.mark.value if before.mark else "none",
        "reason": before.reason,
        "until": before.until.isoformat() if before.until else "",
        "member": str(listing.board.member_id),
        "drawer": "1" if _in_drawer() else "",
        "undo": "1",
    }
    told = {field: value for field, value in fields.items() if value}
    done, until = DONE[MARKS[request.form["mark"]]].format(name), request.form.get("until")
    there = _where(listing, peer_id)
    toast(f"{done} Last day: {until}." if until else done, Undo(action, told), there)


def _where(listing: Listing, peer_id: int) -> str:
    """The address of the tab that has the member now; empty when it is the one looked at."""
    peer = listing.board.find(peer_id)
    tabs = [tab for tab in Tab if peer and tab in peer.standing.tabs]
    if not tabs or listing.tab in tabs:
        return ""
    return url_for("peering.peer", tab=tabs[0].value, peer_id=peer_id)


def _done(actor: Actor, listing: Listing, peer_id: int, *, listed: bool) -> ResponseReturnValue:
    """The row in place, or nothing where it left the tab; the whole panel when rows come in."""
    stays_open = _in_drawer() and listed
    there = listing.peer(peer_id) if stays_open else listing.here
    if not wants_partial():
        return see_other(there)
    context = list_context(listing) | {"moved_id": peer_id}
    if _in_drawer() or "undo" in request.form or not listing.found:
        if stays_open:
            context |= drawer_context(actor, peer_id)
        headers = {"HX-Retarget": "#peering-panel", "HX-Replace-Url": there}
        return swap(
            "peering/_panel.html", oob=("peering/_result.html",), headers=headers, **context
        )
    row = [other for other in listing.found if other.id == peer_id]
    context |= {"rows": row, "headed": False, "title": None}  # as in views.rows
    headers = {"HX-Retarget": f"#peer-{peer_id}", "HX-Trigger": "peer-marked"}
    return swap("peering/_rows.html", oob=("peering/_counts.html",), headers=headers, **context)
