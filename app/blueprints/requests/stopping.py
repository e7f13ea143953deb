"""The link beneath every request: a member wants no more of them, without a login.

Whoever holds the mail can ask, and its sender holds a copy; so the link alone changes nothing. A
second mail goes to the peering addresses of the member, and its link does.
"""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from app import mailing
from app.access import public
from app.blueprints.requests.room import bp
from app.clock import now
from app.config import Settings
from app.domain.errors import Forbidden, NotFound
from app.domain.mail import Mail
from app.services import request_stop
from app.services.request_stop import StopState
from app.web import see_other

ASK, CONFIRM = "requests-stop-ask", "requests-stop-confirm"  # salts: no link is good for both
BROKEN = "This link does not work (any more). A newer mail has a newer one; or ask the exchange."
TEST_MODE = (
    "The portal is in test mode, so no mail went to {} and nothing has changed. Come back when "
    "test mode is over, or ask the exchange."
)


class Signer(TimestampSigner):
    """Reads the clock of the portal, as everything else does."""

    def get_timestamp(self) -> int:
        return int(now().timestamp())


def stop_link(member_id: int) -> str:
    """The link for the foot of a request to this member."""
    return mailing.link_to("requests.stop", token=_signer(ASK).dumps(member_id))


@bp.route("/stop/<token>", methods=["GET", "POST"])
@public
def stop(token: str) -> ResponseReturnValue:
    """Say what the link is for; pressing the button mails the member."""
    member_id = _read(token, ASK)
    if request.method == "GET":
        standing = request_stop.get_standing(member_id, now())
        asks = standing.may_ask or standing.state is StopState.NOT_ASKED
        return render_template("requests/stop.html", found=standing, asks=asks)
    settings: Settings = current_app.config["SETTINGS"]
    if settings.test_mode.on:  # a test mail has the link, too, and nothing may reach the member
        raise Forbidden(TEST_MODE.format(request_stop.get_standing(member_id, now()).name))
    request_stop.ask(member_id, now=now(), write=_write)
    return see_other(url_for(".stop_asked", token=token))


@bp.get("/stop/<token>/asked")
@public
def stop_asked(token: str) -> ResponseReturnValue:
    """How far it is; the same whether it was asked for now or before."""
    standing = request_stop.get_standing(_read(token, ASK), now())
    asks = standing.state is StopState.NOT_ASKED
    return render_template("requests/stop.html", found=standing, asks=asks)


@bp.route("/stopped/<token>", methods=["GET", "POST"])
@public
def confirm_stop(token: str) -> ResponseReturnValue:
    """The link of the second mail: its button ends requests by mail to the member."""
    member_id = _read(token, CONFIRM, int(request_stop.LASTS.total_seconds()))
    if request.method == "POST":
        request_stop.end(member_id, now=now())
    return render_template(
        "requests/stopped.html", found=request_stop.get_standing(member_id, now())
    )


def _write(member_id: int, name: str, address: str) -> Mail:
    link = mailing.link_to("requests.confirm_stop", token=_signer(CONFIRM).dumps(member_id))
    purpose = request_stop.PURPOSE
    return mailing.write("stop_requests", purpose, address, "", member=name, link=link)


def _signer(salt: str) -> URLSafeTimedSerializer:
    secret = current_app.secret_key or ""
    return URLSafeTimedSerializer(secret, salt=salt, signer=Signer)


def _read(token: str, salt: str, lasts: int | None = None) -> int:
    try:
        found = _signer(salt).loads(token, max_age=lasts)
    except BadSignature as error:  # or too old
        raise NotFound(BROKEN) from error
    return int(found)
