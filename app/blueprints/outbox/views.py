"""Views of the outbox."""

from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.clock import now
from app.config import Settings
from app.domain.errors import Conflict, Invalid, NotFound
from app.services import outbox, outbox_hand
from app.web import see_other, toast

bp = Blueprint("outbox", __name__, url_prefix="/outbox")

LONGEST_SEARCH = 200
FARTHEST = 1_000_000


@bp.get("/")
def index() -> ResponseReturnValue:
    """Mails by state, the newest first, with a search."""
    access.require_superuser()
    state = request.args.get("state", "")
    if state not in ("", *outbox.STATES):
        raise NotFound("There is no such state. Choose one of the list.")
    search = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    offset = min(max(0, request.args.get("from", 0, type=int)), FARTHEST)
    lines = outbox.list_messages(state=state, search=search, offset=offset)
    counts = outbox.count_by_state(search)
    return render_template(
        "outbox/index.html",
        lines=lines,
        counts=counts,
        total=counts[state] if state else sum(counts.values()),
        state=state,
        search=search,
        offset=offset,
        page=outbox.PAGE,
        obstacle=_obstacle(),
    )


@bp.get("/<int:message_id>")
def show(message_id: int) -> ResponseReturnValue:
    """One mail: its addresses with the server's answers, its text, what can be done."""
    access.require_superuser()
    return _page(message_id)


@bp.post("/<int:message_id>/retry")
def retry(message_id: int) -> ResponseReturnValue:
    """Send a mail now to those who lack it; a doubtful one only when that was ticked."""
    return _decide(
        outbox_hand.retry,
        message_id,
        "The mail is queued and leaves as soon as the sender comes to it.",
        may_be_twice=bool(request.form.get("sure")),
    )


@bp.post("/<int:message_id>/cancel")
def cancel(message_id: int) -> ResponseReturnValue:
    """Keep a queued mail from leaving."""
    return _decide(outbox_hand.cancel, message_id, "The mail is cancelled.")


@bp.post("/<int:message_id>/arrived")
def arrived(message_id: int) -> ResponseReturnValue:
    """End a doubt: the mail is known to have arrived."""
    return _decide(outbox_hand.mark_arrived, message_id, "The mail is marked as sent.")


def _decide(command: Any, message_id: int, done: str, **options: Any) -> ResponseReturnValue:
    actor = access.require_superuser()
    version = request.form.get("version", type=int)
    if version is None:
        raise Invalid("The form lacks the version of the mail. Open the page of the mail again.")
    try:
        command(actor, message_id, now=now(), version=version, **options)
    except (Invalid, Conflict) as error:
        return _page(message_id, problem=error), error.status
    toast(done)
    return see_other(url_for(".show", message_id=message_id))


def _page(message_id: int, problem: Exception | None = None) -> str:
    found = outbox.get_message(message_id)
    return render_template(
        "outbox/message.html",
        message=found,
        line=found.line,
        problem=problem,
        obstacle=_obstacle(),
    )


def _obstacle() -> str:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.mail.obstacle
