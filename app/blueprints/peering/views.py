"""The four tabs of a member, and the drawer of one peer."""

from urllib.parse import parse_qs

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app import access
from app.blueprints.peering.context import (
    closed_context,
    drawer_context,
    frame_context,
    get_board,
    list_context,
    own_id,
    window,
)
from app.blueprints.peering.listing import Listing, read_listing, read_more
from app.blueprints.peering.room import TAB, bp
from app.domain import finding
from app.domain.actor import Actor
from app.domain.classify import Tab
from app.domain.errors import Forbidden, NotFound
from app.services import peering
from app.web import render, see_other, swap, swap_target, wants_partial
from app.web_address import parts_of

RESULT = ("peering/_result.html",)


def refuse_when_disabled() -> None:
    """Runs before every request while IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER is on."""
    if f"{request.path}/".startswith(f"{bp.url_prefix}/"):
        raise Forbidden("The peering manager is switched off by the exchange.")


@bp.get("/")
@bp.get(f"/{TAB}")
def index(tab: str = Tab.POTENTIAL.value) -> ResponseReturnValue:
    """One tab. HTMX swaps the panel, what a search changes of it, or just closes the drawer;
    others get the page."""
    listing = read_listing(get_board(access.require_member()), Tab(tab))
    target = swap_target() if wants_partial() else None
    partial = "peering/_found.html" if target == "peering-list" else "peering/_panel.html"
    if target == "peering-drawer":
        response = swap("peering/_drawer.html", oob=RESULT, **closed_context(listing))
    else:
        response = render("peering/index.html", partial, oob=RESULT, **list_context(listing))
    if wants_partial():
        _remember(response, listing)
    return response


@bp.get(f"/{TAB}/rows")
def rows(tab: str) -> ResponseReturnValue:
    """The next rows of a list, for a swap; without one the list that reaches as far."""
    listing = read_more(get_board(access.require_member()), Tab(tab))
    if not wants_partial():
        return see_other(listing.here)
    # Without a title: after one a browser would take table rows for something else.
    # The page reaches further now, and asks anew for as many rows.
    watch = ("peering/_watch.html",)
    headers = {"HX-Replace-Url": _reaching(listing)}
    context = list_context(listing) | {"title": None}
    return swap("peering/_rows.html", oob=watch, headers=headers, **context)


@bp.get(f"/{TAB}/changed")
def changed(tab: str) -> ResponseReturnValue:
    """Nothing while every session is as the page has it; else the list as it is now."""
    member_id = own_id(access.require_member())
    if request.args.get("seen") == peering.get_fingerprint(member_id, **window()):
        return "", 204
    listing = read_listing(get_board(access.require_member()), Tab(tab))
    if not wants_partial():
        return see_other(listing.here)
    counts = ("peering/_counts.html",)
    return swap("peering/_list.html", oob=counts, **list_context(listing) | {"title": None})


@bp.get(f"/{TAB}/<int:peer_id>")
def peer(tab: str, peer_id: int) -> ResponseReturnValue:
    """The drawer of one peer: a swap gets it alone, anything else the list and the drawer."""
    actor = access.require_member()
    try:
        details = drawer_context(actor, peer_id)
    except NotFound as error:
        raise _elsewhere(actor, error) from error
    if wants_partial():
        listing = read_listing(None, Tab(tab))
        return swap("peering/_drawer.html", oob=RESULT, **frame_context(listing) | details)
    listing = read_listing(get_board(actor), Tab(tab)).reaching(peer_id)
    return render("peering/index.html", "peering/_drawer.html", **list_context(listing) | details)


def _elsewhere(actor: Actor, error: NotFound) -> NotFound:
    """A link that was made for another of one's members leads there by one choice."""
    others = [own.name for own in access.my_members() if own != actor.member]
    if not others or actor.member is None or actor.viewing:
        return error
    return NotFound(
        f"{error} You look for {actor.member.name} now; if the link is meant for "
        f"{' or '.join(others)}, choose that member at the top and open the link again."
    )


def _reaching(listing: Listing) -> str:
    """The address of what is open now, the list grown: reload and back show as many rows."""
    now_open = parts_of(request.headers.get("HX-Current-URL", "")).path
    drawer = now_open if now_open.startswith(f"{listing.base}/") else listing.base
    return f"{drawer}{listing.query}"


def _remember(response: Response, listing: Listing) -> None:
    """Put the list into the address bar; further letters of one search make one entry."""
    before = parts_of(request.headers.get("HX-Current-URL", ""))
    earlier = finding.read(parse_qs(before.query))
    typing = before.path == listing.base and listing.sought.continues(earlier)
    response.headers["HX-Replace-Url" if typing else "HX-Push-Url"] = listing.here
