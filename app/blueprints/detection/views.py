"""The Detection page, and what members are told about what is seen."""

from datetime import timedelta

from flask import Blueprint, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.detection.charts import Chart, make_chart
from app.clock import now
from app.config import Settings
from app.domain import feed_troubles
from app.domain.absence_words import span
from app.services import detection, detection_agents, wrong, wrong_reports
from app.services.detection import Detection
from app.web import see_other, toast

bp = Blueprint("detection", __name__, url_prefix="/detection")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Feeds, troubles and what to do about them."""
    access.require_superuser()
    found = _found()
    return render_template(
        "detection/index.html",
        found=found,
        span=span,
        LOST=feed_troubles.LOST,
        charts=_charts(found),
        reports=wrong_reports.list_open(),
    )


@bp.post("/reports/<int:report_id>/close")
def close_report(report_id: int) -> ResponseReturnValue:
    """Answer a member that says something is shown wrongly."""
    actor = access.require_superuser()
    wrong.close(actor, report_id, request.form.get("answer", ""), now=now())
    toast("Answered. The member reads it beside the sessions.")
    return see_other(url_for(".index", _anchor="reports"))


@bp.get("/agents/forget")
def ask_to_forget_agent() -> ResponseReturnValue:
    """What would go with a switch."""
    access.require_superuser()
    held = detection_agents.get_holding(request.args.get("agent", ""))
    return render_template("detection/forget.html", held=held, span=span)


@bp.post("/agents/forget")
def forget_agent() -> ResponseReturnValue:
    """A switch that was replaced is waited for no longer."""
    actor = access.require_superuser()
    name = request.form.get("agent", "")
    detection_agents.forget_agent(actor, name, now=now())
    toast(f"Forgot {name}. If it sends again, it counts as a new one.")
    return see_other(url_for(".index"))


@bp.get("/status.json")
def status() -> ResponseReturnValue:
    """The same for programs."""
    access.require_superuser()
    return jsonify(detection.as_json(_found()))


@bp.get("/what-we-see")
def what_we_see() -> ResponseReturnValue:
    """What is read of the traffic and how long it is kept, for everybody who is signed in."""
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "detection/what_we_see.html",
        history_days=settings.history_days,
        lookback_days=settings.lookback_days,
        confirm=span(settings.confirm_seconds),
    )


def _found() -> Detection:
    settings: Settings = current_app.config["SETTINGS"]
    return detection.get_detection(
        now=now(),
        confirm=timedelta(seconds=settings.confirm_seconds),
        lookback=timedelta(days=settings.lookback_days),
    )


def _charts(found: Detection) -> list[Chart]:
    return [
        make_chart(
            "BGP samples per hour",
            [(f"{line.hour:%Y-%m-%d %H:%M}", line.samples) for line in found.hours],
            "48 h ago",
            "now",
        ),
        make_chart(
            "Confirmed sessions by day",
            [(line.day.isoformat(), line.sessions) for line in found.days],
            "90 days ago",
            "today",
        ),
    ]
