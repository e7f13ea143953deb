"""What a page answers whose reader is not signed in, or not any more."""

from typing import cast

from flask import make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import make_response as htmx_response

from app.access import safe_next
from app.blueprints.auth import kept_form
from app.blueprints.auth.forms import LoginForm
from app.blueprints.auth.room import bp
from app.web_address import parts_of

bp.record(lambda state: state.app.extensions.update(answer_signed_out=answer))


def answer() -> ResponseReturnValue:
    """To the login page, which carries what was typed into a form."""
    if "was" in session:
        session["ended"] = True  # the login page says why one is there
    swaps = bool(request.htmx)  # type: ignore[attr-defined]
    page = _page_of_form(swaps)
    keeps = request.method == "POST" and "Keeps-Text" not in request.headers  # js/keep.js
    kept = kept_form.pack(page or "/") if keeps else ""
    if kept:
        return _login_page(kept, page, swaps)
    if swaps:
        # A redirect would be followed behind the scenes and land the login page in a panel.
        target = url_for("auth.login", next=page)
        return cast(ResponseReturnValue, htmx_response("", 401, redirect=target))
    wanted = _local(request.path, request.query_string.decode(errors="replace"))
    return redirect(url_for("auth.login", next=wanted if request.method == "GET" else page), 302)


def _page_of_form(swaps: bool) -> str | None:
    """The page of this portal on which the reader is, as far as the browser says."""
    here = parts_of(request.headers.get("HX-Current-URL", "") if swaps else request.referrer or "")
    if not swaps and here.netloc != request.host:
        return None
    return safe_next(_local(here.path, here.query))


def _local(path: str, query: str) -> str | None:
    return f"{path}?{query}" if query else (path or None)


def _login_page(kept: str, page: str | None, swaps: bool) -> ResponseReturnValue:
    session.pop("ended", None)
    context = {"form": LoginForm(None), "kept": kept, "next": page}
    response = make_response(render_template("auth/login.html", **context), 401)
    if swaps:
        response.headers["HX-Retarget"] = "body"
        response.headers["HX-Reswap"] = "innerHTML show:top"
    return response
