"""The members' guide, also for who cannot log in; and what superusers do where."""

from functools import cache
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app import access, markdown

bp = Blueprint("guide", __name__, url_prefix="/help")

FILE = Path(__file__).resolve().parents[3] / "docs" / "members.md"


@bp.get("/")
@access.public
def index() -> ResponseReturnValue:
    """The members' guide."""
    actor = access.find_actor()
    runs = actor is not None and actor.is_superuser
    return render_template("guide/index.html", guide=_guide(), runs=runs, title="Help")


@bp.get("/operators")
def operators() -> ResponseReturnValue:
    """What those who run the exchange do in the portal."""
    access.require_superuser()
    return render_template("guide/operators.html", title="Help for operators")


@cache  # comes with the release, and nobody writes it while it runs
def _guide() -> markdown.Guide:
    return markdown.render_guide(FILE.read_text(encoding="utf-8"))
