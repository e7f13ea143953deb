"""Views of the audit log."""

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue

from app import access
from app.clock import now
from app.csv_text import csv_text
from app.domain import audit_log as sought_in
from app.services import audit_log
from app.services.audit_log import Entry
from app.web import render

bp = Blueprint("audit", __name__, url_prefix="/log")

HEADINGS = ("At (UTC)", "Who", "Username", "From", "Member", "Action", "Subject", "Changes")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Who changed what, the newest first; a field that makes no sense says so."""
    actor = access.current_actor()
    sought, wrong = sought_in.read(request.args)
    before = request.args.get("before", type=int)
    entries, more = ([], False) if wrong else audit_log.list_entries(actor, sought, before=before)
    response = render(
        "audit/index.html",
        "audit/_list.html",
        entries=entries,
        more=more,
        before=before,
        sought=sought,
        wrong=wrong,
        kinds={kind: title for kind, (title, _) in sought_in.KINDS.items()},
        reads_all=audit_log.reads_all(actor),
        most_csv=audit_log.MOST_CSV,
        title="Log",
    )
    if wrong:
        response.status_code = 422
    return response


@bp.get("/log.csv")
def download() -> ResponseReturnValue:
    """What the list shows, as a table for a spreadsheet: the newest ten thousand at most."""
    actor = access.current_actor()
    sought, wrong = sought_in.read(request.args)
    entries, _ = (
        ([], False) if wrong else audit_log.list_entries(actor, sought, most=audit_log.MOST_CSV)
    )
    response = make_response(csv_text(HEADINGS, (_cells(entry) for entry in entries)))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"log-{now():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _cells(entry: Entry) -> list[str]:
    return [
        entry.at.strftime("%Y-%m-%d %H:%M:%S"),
        entry.who,
        entry.username,
        entry.address,
        entry.member,
        entry.action,
        entry.subject,
        "; ".join(
            f"{field}: {old or '(empty)'} -> {new or '(empty)'}"
            for field, old, new in entry.changes
        ),
    ]
