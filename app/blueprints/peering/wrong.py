"""“This is wrong”: a form of its own, reached from the drawer."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.peering.context import own_id, window
from app.blueprints.peering.room import TAB, bp
from app.clock import now
from app.domain.errors import Conflict, Invalid, TooSoon
from app.services import peers, wrong, wrong_reports
from app.services.peers import PeerDetails
from app.web import see_other, toast


@bp.get(f"/{TAB}/<int:peer_id>/wrong")
def wrong_form(tab: str, peer_id: int) -> ResponseReturnValue:
    """Which pair, what is true, and what else the exchange should know."""
    actor = access.require_acting()
    return _form(tab, peers.get_peer(own_id(actor), peer_id, **window()))


@bp.post(f"/{TAB}/<int:peer_id>/wrong")
def report_wrong(tab: str, peer_id: int) -> ResponseReturnValue:
    """Tell the exchange."""
    actor = access.require_acting()
    access.check_same_member(actor)
    details = peers.get_peer(own_id(actor), peer_id, **window())
    mine, _, theirs = request.form.get("pair", "").partition("-")
    try:
        wrong.report(
            actor,
            details,
            own_id=_number(mine),
            peer_address_id=_number(theirs),
            claim=request.form.get("claim", ""),
            text=request.form.get("text", ""),
            now=now(),
        )
    except (Invalid, Conflict, TooSoon) as error:
        return _form(tab, details, problem=error), error.status
    toast("Reported. The exchange looks at the evidence and answers here.")
    return see_other(url_for(".peer", tab=tab, peer_id=peer_id))


def _form(
    tab: str, details: PeerDetails, problem: Invalid | Conflict | TooSoon | None = None
) -> str:
    return render_template(
        "peering/wrong.html",
        tab=tab,
        peer=details.peer,
        choices=wrong.list_choices(details),
        claims=wrong_reports.CLAIMS,
        most=wrong.MOST_TEXT,
        problem=problem,
        typed=request.form,
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
