"""What needs attention, with where to mend it."""

from datetime import timedelta

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app import access
from app.clock import now
from app.config import Settings
from app.services import attention

bp = Blueprint("attention", __name__, url_prefix="/attention")

OLD_SAMPLE = timedelta(days=1)  # a quiet exchange still shows a packet a day
OLD_REFUSAL = timedelta(days=30)
MOST_NAMES = 8


@bp.get("/")
def index() -> ResponseReturnValue:
    """Everything that may need a hand, most pressing first."""
    access.require_superuser()
    settings: Settings = current_app.config["SETTINGS"]
    found = attention.get_attention(now=now(), refused_since=now() - OLD_REFUSAL)
    newest = found.newest_sample
    return render_template(
        "attention/index.html",
        found=found,
        obstacle=settings.mail.obstacle,
        sample_is_old=newest is None or now() - newest > OLD_SAMPLE,
        most=MOST_NAMES,
    )
