"""How the member wishes to be asked: a small form on the page of its requests."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.requests.room import bp
from app.blueprints.requests.views import list_page
from app.clock import now
from app.domain.errors import Invalid
from app.domain.wishes import Wish
from app.services import request_wishes
from app.web import see_other, toast
from app.web_address import parse_web_address

LONGEST_URL = 1024


@bp.post("/wish")
def save_wish() -> ResponseReturnValue:
    """Say by mail, via route servers only, on a page of one's own, or not at all."""
    actor = access.require_acting()
    access.check_same_member(actor)
    wanted, url = request.form.get("wish", ""), request.form.get("requests_url", "").strip()
    try:
        if wanted not in Wish.__members__.values():
            raise Invalid("Choose how you wish to be asked.", "wish")
        request_wishes.set_wish(actor, Wish(wanted), _address(url), now=now())
    except Invalid as error:
        page = list_page(problem=error, wish=wanted, wish_url=url)
        page.status_code = error.status
        return page
    toast("Members who want to ask you read this from now on.")
    return see_other(f"{url_for('.index')}#requests-wish")


def _address(url: str) -> str | None:
    if not url:
        return None
    try:
        if len(url) > LONGEST_URL:
            raise ValueError("is too long")
        return parse_web_address(url)
    except ValueError as error:
        raise Invalid(f"The address {error}.", "requests_url") from error
