"""Requests of a member: who asked whom, when, for what, and what became of it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app import access, mailing
from app.blueprints.requests.room import bp
from app.blueprints.requests.sifting import Sought, read, sift
from app.clock import now
from app.config import Settings
from app.domain.classify import Tab
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound
from app.domain.request_state import WORDS, RequestState
from app.services import (
    last_asked,
    peers,
    request_brake,
    request_days,
    request_details,
    request_list,
    request_wishes,
    request_withdrawal,
)
from app.services.request_list import Line
from app.web import render, see_other, toast

MOST_SHOWN = 200


def refuse_when_disabled() -> None:
    """Runs before every request while IXP_FE_FRONTEND_DISABLED_PEERING_MANAGER is on."""
    if f"{request.path}/".startswith(f"{bp.url_prefix}/"):
        raise Forbidden("The peering manager is switched off by the exchange.")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Every request that was sent or received, newest first, as it is looked for."""
    wish, url = request_wishes.get_wish(_own())
    return list_page(wish=wish.value, wish_url=url or "")


def list_page(*, wish: str, wish_url: str, problem: Invalid | None = None) -> Response:
    """The page of all requests, with the form of the member's own wish."""
    everything, lines, own, sought = find_lines(request.args)
    shown = lines if "all" in request.args else lines[:MOST_SHOWN]
    return render(
        "requests/index.html",
        "requests/_list.html",
        title="Requests",
        lines=shown,
        refused=[] if sought.direction == "received" else _refused(everything, own),
        many=len(lines),
        own=own,
        sought=sought,
        words=WORDS,
        states=[(state.value, WORDS[state]) for state in RequestState],
        may_act=access.may_act(),
        may_ask=access.may_ask(),
        used=request_days.count_today(own, now().date()),
        csv=url_for(".download", **sought.arguments),
        all_of_them=url_for(".index", **sought.arguments, all=1),
        wish=wish,
        wish_url=wish_url,
        problem=problem,
        paused=request_brake.find_reason(own),
    )


@bp.get("/<int:request_id>")
def page(request_id: int) -> ResponseReturnValue:
    """One request as it was sent, and its fate."""
    own = _own()
    found = request_list.get_request(own, request_id)
    is_ours = found.line.member_id == own
    return render(
        "requests/page.html",
        "requests/_request.html",
        title=f"Request {request_id}",
        found=found,
        line=found.line,
        own=own,
        is_ours=is_ours,
        tab=_tab_of(own, found.line.peer_id if is_ours else found.line.member_id),
        words=WORDS,
        may_act=access.may_act(),
        may_ask=access.may_ask(),
        can_mail=mailing.can_mail(),
        paused=request_brake.find_reason(own),
        again=url_for("peering.ask", tab=Tab.POTENTIAL.value, peer_id=found.line.peer_id),
    )


@bp.post("/<int:request_id>/withdraw")
def withdraw(request_id: int) -> ResponseReturnValue:
    """Withdraw what has not left."""
    actor = access.require_acting()
    access.check_same_member(actor)
    try:
        request_withdrawal.withdraw(actor, request_id, now=now())
        toast("Withdrawn before it left: nobody gets this request, and it no longer counts.")
    except Conflict as error:  # it left while the page was open; the page says how it stands
        toast(str(error))
    return see_other(url_for(".page", request_id=request_id))


def _own() -> int:
    actor = access.require_member()
    assert actor.member is not None
    return actor.member.member_id


def _tab_of(own: int, peer_id: int) -> Tab | None:
    """The first tab on which the other member is found; None when it is on none any more."""
    settings: Settings = current_app.config["SETTINGS"]
    lookback = timedelta(days=settings.lookback_days)
    try:
        found = peers.get_peer(own, peer_id, now=now(), lookback=lookback)
    except NotFound:
        return None
    return next(tab for tab in Tab if tab in found.peer.standing.tabs)


class Found(NamedTuple):
    """The requests of the member: all, and those that are looked for."""

    everything: list[Line]
    lines: list[Line]
    own: int
    sought: Sought


def find_lines(args: Mapping[str, str]) -> Found:
    """What the arguments of an address look for; recipients and sessions are read for words."""
    own, sought = _own(), read(args)
    everything = request_list.list_requests(own)
    if not sought.words:
        return Found(everything, sift(everything, own, sought, {}, {}), own, sought)
    reached = request_details.list_recipients(own)
    sessions = request_details.list_sessions(own)
    return Found(everything, sift(everything, own, sought, reached, sessions), own, sought)


def _refused(lines: list[Line], own: int) -> list[Line]:
    """Those that the other side never got and nobody has asked again since."""
    histories = last_asked.list_history(own).values()
    ids = {one.refused.id for one in histories if one.refused}
    return [line for line in lines if line.id in ids]
