"""The only place that turns refusals and faults into HTTP: a page, or an alert for a swap."""

import logging
import secrets
from contextlib import suppress

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain.errors import AppError
from app.web import vary, wants_partial

log = logging.getLogger(__name__)

WORDS = {
    400: ("That request could not be read", "Go back, reload the page and try again."),
    403: ("Not allowed", "Your login may not do this."),
    404: ("Not found", "There is nothing at this address. Start again from the navigation."),
    405: ("Not here", "This address only takes a form that was filled in, not a reload or a link."),
    413: ("Too large", "That is more than the portal takes in one request."),
    429: ("Too soon", "Wait a little and try again."),
}


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(AppError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def _refusal(error: AppError) -> ResponseReturnValue:
    return _answer(error.status, error.title, str(error))


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # a redirect
    title, detail = WORDS.get(error.code, (error.name, error.description or ""))
    return _answer(error.code, title, detail, _page_above() if error.code == 405 else None)


def _page_above() -> str | None:
    """The page that has the form, most likely: the nearest one whose address begins this one."""
    known, path = current_app.create_url_adapter(request), request.path
    while known and (path := path.rstrip("/").rpartition("/")[0]):
        for page in (path, f"{path}/"):
            with suppress(HTTPException):
                known.match(page, method="GET")
                return page
    return None


def _fault(error: Exception) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    log.exception("event=fault id=%s", number)
    g.failsafe = True  # the page must not ask the database again: that may be what failed
    return _answer(
        500,
        "The portal has a fault",
        f"Nothing was changed. Tell the exchange this number, it is in the log: {number}.",
    )


def _answer(status: int, title: str, detail: str, above: str | None = None) -> ResponseReturnValue:
    if wants_partial():
        response = make_response(
            render_template("_alerts.html", alerts=[(title, detail)], oob=False), status
        )
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "outerHTML"
    else:
        response = make_response(
            render_template("error.html", status=status, title=title, detail=detail, above=above),
            status,
        )
    return vary(response)
