"""Requests of a member: who asked whom, when, for what, and what became of it."""

from flask import make_response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app import access, mailing
from app.blueprints.requests.room import bp
from app.blueprints.requests.sifting import Sought, read, sift
from app.clock import now
from app.csv_text import csv_text
from app.domain.classify import Tab
from app.domain.errors import Conflict, Forbidden, Invalid
from app.domain.request_state import WORDS, RequestState
from app.services import (
    last_asked,
    request_brake,
    request_days,
    request_list,
    request_wishes,
    request_withdrawal,
)
from app.services.request_list import Line
from app.web import render, see_other, toast

MOST_SHOWN = 200
COLUMNS = ("request", "direction", "member", "asn", "at", "by", "sessions", "state", "test")


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
    everything, own, sought = _everything()
    lines = sift(everything, own, sought)
    shown = lines if "all" in request.args else lines[:MOST_SHOWN]
    return render(
        "requests/index.html",
        "requests/_list.html",
        title="Requests",
        lines=shown,
        refused=_refused(everything, own),
        many=len(lines),
        own=own,
        sought=sought,
        words=WORDS,
        states=[(state.value, WORDS[state]) for state in RequestState],
        may_act=access.may_act(),
        used=request_days.count_today(own, now().date()),
        csv=url_for(".download", **sought.arguments),
        all_of_them=url_for(".index", **sought.arguments, all=1),
        wish=wish,
        wish_url=wish_url,
        problem=problem,
        paused=request_brake.find_reason(own),
    )


@bp.get("/requests.csv")
def download() -> ResponseReturnValue:
    """The same list as a file."""
    everything, own, sought = _everything()
    lines = sift(everything, own, sought)
    response = make_response(csv_text(COLUMNS, (_row(line, own) for line in lines)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = "attachment; filename=requests.csv"
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/<int:request_id>")
def page(request_id: int) -> ResponseReturnValue:
    """One request as it was sent, and its fate."""
    own = _own()
    found = request_list.get_request(own, request_id)
    return render(
        "requests/page.html",
        "requests/_request.html",
        title=f"Request {request_id}",
        found=found,
        line=found.line,
        own=own,
        is_ours=found.line.member_id == own,
        words=WORDS,
        may_act=access.may_act(),
        can_mail=mailing.can_mail(),
        paused=request_brake.find_reason(own),
        again=url_for("peering.ask", tab=Tab.POTENTIAL.value, peer_id=found.line.peer_id),
    )


@bp.post("/<int:request_id>/withdraw")
def withdraw(request_id: int) -> ResponseReturnValue:
    """Take back what has not left."""
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


def _everything() -> tuple[list[Line], int, Sought]:
    own = _own()
    return request_list.list_requests(own), own, read(request.args)


def _refused(lines: list[Line], own: int) -> list[Line]:
    """Those that the other side never got and nobody has asked again since."""
    histories = last_asked.list_history(own).values()
    ids = {one.refused.id for one in histories if one.refused}
    return [line for line in lines if line.id in ids]


def _row(line: Line, own: int) -> tuple[object, ...]:
    sent = line.member_id == own
    return (
        line.id,
        "sent" if sent else "received",
        line.peer if sent else line.member,
        line.peer_asn if sent else line.member_asn,
        f"{line.at:%Y-%m-%dT%H:%M:%SZ}",
        line.by if sent else "",
        line.sessions,
        WORDS[line.state],
        "test" if line.is_test else "",
    )
