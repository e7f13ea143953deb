"""Views of caught mail, for everybody who can reach this machine's portal."""

from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.access import public
from app.caught_mail import list_caught, read_caught
from app.domain.errors import NotFound

bp = Blueprint("mail_sink", __name__, url_prefix="/caught-mail")


@bp.get("/")
@public
def index() -> ResponseReturnValue:
    """The newest mails first."""
    return render_template("mail_sink/index.html", caught=list_caught(_folder()))


@bp.get("/<name>")
@public
def show(name: str) -> ResponseReturnValue:
    """One mail as text."""
    found = read_caught(_folder(), name)
    if found is None:
        raise NotFound("This mail is not kept here any more.")
    return render_template("mail_sink/message.html", mail=found)


def _folder() -> Path:
    return Path(current_app.instance_path) / "mail"
