"""The only place that turns refusals and faults into HTTP: a page, or an alert for a swap."""

import logging
import secrets

from flask import Flask, g, make_response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from app.domain.errors import AppError
from app.web import vary, wants_partial

log = logging.getLogger(__name__)

WORDS = {
    400: ("That request could not be read", "Go back, reload the page and try again."),
    403: ("Not allowed", "Your login may not do this."),
    404: ("Not found", "There is nothing at this address. Start again from the navigation."),
    405: ("Not here", "This address does not take that kind of request."),
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
    return _answer(error.code, title, detail)


def _fault(error: Exception) -> ResponseReturnValue:
    number = secrets.token_hex(4)
    log.exception("event=fault id=%s", number)
    g.failsafe = True  # the page must not ask the database again: that may be what failed
    return _answer(
        500,
        "The portal has a fault",
        f"Nothing was changed. Tell the exchange this number, it is in the log: {number}.",
    )


def _answer(status: int, title: str, detail: str) -> ResponseReturnValue:
    if wants_partial():
        response = make_response(
            render_template("_alerts.html", alerts=[(title, detail)], oob=False), status
        )
        response.headers["HX-Retarget"] = "#alerts"
        response.headers["HX-Reswap"] = "outerHTML"
    else:
        response = make_response(
            render_template("error.html", status=status, title=title, detail=detail), status
        )
    return vary(response)
