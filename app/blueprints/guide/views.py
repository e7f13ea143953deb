"""The members' guide as a page, for everybody: also for who cannot log in."""

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
    return render_template("guide/index.html", guide=_guide(), title="Help")


@cache  # comes with the release, and nobody writes it while it runs
def _guide() -> markdown.Guide:
    return markdown.render_guide(FILE.read_text(encoding="utf-8"))
