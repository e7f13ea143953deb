"""The link beneath every request: a member wants no more of them, without a login.

Whoever holds the mail can ask, and its sender holds a copy; so the link alone changes nothing. A
second mail goes to the peering addresses of the member, and its link does.
"""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app import mailing
from app.access import public
from app.blueprints.requests.room import bp
from app.clock import now
from app.domain.errors import NotFound
from app.domain.mail import Mail
from app.services import request_wishes
from app.web import see_other

LASTS = 7 * 86400  # seconds that the second link works
ASK, CONFIRM = "requests-stop-ask", "requests-stop-confirm"  # salts: no link is good for both
BROKEN = "This link does not work (any more). A newer mail has a newer one; or ask the exchange."


def stop_link(member_id: int) -> str:
    """The link for the foot of a request to this member."""
    return mailing.link_to("requests.stop", token=_signer(ASK).dumps(member_id))


@bp.route("/stop/<token>", methods=["GET", "POST"])
@public
def stop(token: str) -> ResponseReturnValue:
    """Say what the link is for; pressing the button mails the member."""
    member_id = _read(token, ASK)
    name = request_wishes.get_name(member_id)
    if request.method == "GET":
        return render_template("requests/stop.html", name=name, asked=False)
    request_wishes.ask_to_stop(member_id, now=now(), write=_write)
    return see_other(url_for(".stop_asked", token=token))


@bp.get("/stop/<token>/asked")
@public
def stop_asked(token: str) -> ResponseReturnValue:
    """That a mail is on its way; the same whether it was sent now or before."""
    name = request_wishes.get_name(_read(token, ASK))
    return render_template("requests/stop.html", name=name, asked=True)


@bp.route("/stopped/<token>", methods=["GET", "POST"])
@public
def confirm_stop(token: str) -> ResponseReturnValue:
    """The link of the second mail: its button ends requests by mail to the member."""
    member_id = _read(token, CONFIRM, LASTS)
    if request.method == "POST":
        request_wishes.stop(member_id, now=now())
    done = request_wishes.wants_none(member_id)
    name = request_wishes.get_name(member_id)
    return render_template("requests/stopped.html", name=name, done=done)


def _write(member_id: int, name: str, address: str) -> Mail:
    link = mailing.link_to("requests.confirm_stop", token=_signer(CONFIRM).dumps(member_id))
    return mailing.write("stop_requests", "stop", address, "", member=name, link=link)


def _signer(salt: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)


def _read(token: str, salt: str, lasts: int | None = None) -> int:
    try:
        found = _signer(salt).loads(token, max_age=lasts)
    except BadSignature as error:  # or too old
        raise NotFound(BROKEN) from error
    return int(found)
