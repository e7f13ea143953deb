"""Views of caught mail, for everybody on this machine."""

from pathlib import Path

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.access import public
from app.caught_mail import list_caught, read_caught
from app.config import Settings
from app.domain.errors import NotFound
from app.web_address import is_loopback, parts_of

bp = Blueprint("mail_sink", __name__, url_prefix="/caught-mail")


@bp.before_request
def only_here() -> None:
    """Caught mail holds links that set passwords: it is shown on this machine only, whatever a
    proxy in front passes on."""
    settings: Settings = current_app.config["SETTINGS"]
    name = parts_of(f"//{request.host}").hostname or ""
    if not settings.debug and not (is_loopback(name) and is_loopback(request.remote_addr or "")):
        raise NotFound("Caught mail is shown on the machine of the portal only.")


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
