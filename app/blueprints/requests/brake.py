"""For the exchange: how much is asked today, and the brake that holds it."""

from flask import request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app import access
from app.blueprints.requests.room import bp
from app.clock import now
from app.domain.errors import Conflict, Invalid, NotFound
from app.services import members, request_brake, request_volume
from app.web import render, see_other, toast


@bp.get("/volume")
def volume() -> ResponseReturnValue:
    """Requests of the day by member, and the brakes that are on."""
    access.require_superuser()
    return _page()


@bp.post("/pauses")
def pause() -> ResponseReturnValue:
    """Hold everybody's requests, or one member's; they read why."""
    actor = access.require_superuser()
    try:
        member_id = _member()
        request_brake.pause(actor, member_id, request.form.get("reason", ""), now=now())
    except (Invalid, Conflict) as error:
        response = _page(problem=error)
        response.status_code = error.status
        return response
    toast("Paused. What is queued waits, and members read the reason.")
    return see_other(url_for(".volume"))


@bp.post("/pauses/<int:pause_id>/end")
def resume(pause_id: int) -> ResponseReturnValue:
    """Let requests go again."""
    actor = access.require_superuser()
    held = request_brake.resume(actor, pause_id, now=now())
    at_once = f", {request_brake.PER_MINUTE} a minute" if held > request_brake.PER_MINUTE else ""
    toast(f"Resumed. {held or 'None'} waited{at_once}.")
    return see_other(url_for(".volume"))


def _member() -> int | None:
    typed = request.form.get("asn", "").strip().upper().removeprefix("AS")
    if bool(typed) == bool(request.form.get("everybody")):
        raise Invalid("Type the AS number of one member, or tick “Of everybody”.", "asn")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) < 11):
        raise Invalid("Type the AS number of one member, or tick “Of everybody”.", "asn")
    try:
        return int(members.get_by_asn(int(typed)).id)
    except NotFound as error:
        raise Invalid(str(error), "asn") from error


def _page(problem: Invalid | Conflict | None = None) -> Response:
    return render(
        "requests/volume.html",
        "requests/_volume.html",
        title="All requests",
        pauses=request_brake.list_pauses(),
        volume=request_volume.list_volume(now().date()),
        today=now().date(),
        problem=problem,
        typed=request.form,
    )
