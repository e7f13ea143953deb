"""Views of the peering manager."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.peering.words import TABS, why_empty
from app.config import Settings
from app.domain.actor import Actor
from app.domain.classify import Mark, Tab
from app.domain.errors import Conflict, Forbidden, Invalid
from app.page_context import now
from app.services import marks, peering
from app.web import Undo, fragments, render, see_other, toast, vary, wants_partial

bp = Blueprint("peering", __name__, url_prefix="/peering")

TAB = f"<any({', '.join(repr(tab.value) for tab in Tab)}):tab>"
COMPANIONS = ("peering/_tabs.html", "peering/_result.html")
MARKS = {"peered": Mark.PEERED, "rejected": Mark.REJECTED, "none": None}
DONE = {
    Mark.PEERED: "{} moved to Peers.",
    Mark.REJECTED: "{} moved to Rejected / Ignored.",
    None: "{} is back to what is observed.",
}


def refuse_when_disabled() -> None:
    """Runs before every request while IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER is on."""
    if f"{request.path}/".startswith(f"{bp.url_prefix}/"):
        raise Forbidden("The peering manager is switched off by the exchange.")


@bp.get("/")
@bp.get(f"/{TAB}")
def index(tab: str = Tab.POTENTIAL.value) -> ResponseReturnValue:
    """One tab. HTMX swaps the panel and the counts; anything else gets the page."""
    board = _board(access.require_member())
    context = _context(board, Tab(tab))
    return render("peering/index.html", "peering/_panel.html", oob=COMPANIONS, **context)


@bp.post(f"/{TAB}/<int:peer_id>/mark")
def mark(tab: str, peer_id: int) -> ResponseReturnValue:
    """Set or clear the member's own mark; the row, the counts and a toast with undo come back."""
    actor = access.require_acting()
    _check_same_member(actor)
    wanted = request.form.get("mark", "")
    if wanted not in MARKS:
        raise Invalid("A member can be marked as peered, rejected or none.")
    before = marks.set_mark(actor, peer_id, MARKS[wanted], now=now())
    board = _board(actor)
    peer = board.find(peer_id)
    name = peer.name if peer else "The member"
    here = url_for(".mark", tab=tab, peer_id=peer_id, hide=_hidden())
    if request.form.get("undo"):
        toast(f"{name}: undone.")
    else:
        toast(
            DONE[MARKS[wanted]].format(name),
            Undo(
                here,
                {
                    "mark": before.value if before else "none",
                    "member": str(board.member_id),
                    "undo": "1",
                },
            ),
        )
    if not wants_partial():
        return see_other(url_for(".index", tab=tab, hide=_hidden()))
    return _changed(board, Tab(tab), peer, whole="undo" in request.form)


def _check_same_member(actor: Actor) -> None:
    """A page that was open since before a switch must not act for the other member."""
    if actor.member is None or request.form.get("member") != str(actor.member.member_id):
        name = actor.member.name if actor.member else "nobody"
        raise Conflict(
            f"This page was loaded for another member; you now act for {name}. Nothing was "
            "changed. Reload the page."
        )


def _hidden() -> str | None:
    """`linked` while Potential Peers leaves out members with some link."""
    return "linked" if request.args.get("hide") == "linked" else None


def _changed(
    board: peering.Board, tab: Tab, peer: peering.Peer | None, *, whole: bool
) -> ResponseReturnValue:
    """The row in place, or nothing where it left the tab; the whole panel when rows come in."""
    context = _context(board, tab)
    if whole or not context["peers"]:
        response = vary(fragments("peering/_panel.html", oob=COMPANIONS, **context))
        response.headers["HX-Retarget"] = "#peering-panel"  # type: ignore[union-attr]
        return response
    stays = peer is not None and tab in peer.standing.tabs
    row = "peering/_row.html" if stays else "_gone.html"
    return vary(fragments(row, oob=COMPANIONS, peer=peer, **context))


def _board(actor: Actor) -> peering.Board:
    assert actor.member is not None
    settings: Settings = current_app.config["SETTINGS"]
    return peering.dashboard(
        actor.member.member_id,
        now=now(),
        lookback=timedelta(days=settings.lookback_days),
        default_vlan=settings.identity.default_vlan,
    )


def _context(board: peering.Board, tab: Tab) -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    peers = board.on(tab)
    linked = sum(peer.standing.linked for peer in peers) if tab is Tab.POTENTIAL else 0
    if linked and _hidden():
        peers = [peer for peer in peers if not peer.standing.linked]
    return {
        "board": board,
        "tab": tab,
        "tabs": {name: words.title for name, words in TABS.items()},
        "words": TABS[tab],
        "title": TABS[tab].title,
        "peers": peers,
        "hide": _hidden(),
        "linked": linked,
        "empty": why_empty(tab, board, hidden=bool(linked and _hidden())),
        "many_fabrics": len({column.infrastructure for column in board.columns}) > 1,
        "may_act": access.current_actor().may_act(settings.min_auth),
        "lookback_days": settings.lookback_days,
    }
