"""Page or partial from one context, and the short ways to end a request."""

from dataclasses import asdict, dataclass
from typing import Any, cast

from flask import flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from htmx_flask.requests import HtmxAwareRequest


@dataclass(frozen=True)
class Undo:
    """A form in a toast that takes the last action back."""

    action: str
    fields: dict[str, str]


def wants_partial() -> bool:
    """True for an HTMX swap; a boosted link or a restored history entry needs the whole page."""
    htmx = cast(HtmxAwareRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render(
    page: str, partial: str, *, oob: tuple[str, ...] = (), **context: Any
) -> ResponseReturnValue:
    """Render `partial` plus its out-of-band companions, or the full `page` that includes it."""
    if wants_partial():
        body = fragments(partial, oob=oob, **context)
    else:
        body = render_template(page, **context)
    return vary(body)


def fragments(partial: str, *, oob: tuple[str, ...] = (), **context: Any) -> str:
    """A partial with its out-of-band companions; toasts always come along."""
    companions = [
        render_template(name, oob=True, **context)
        for name in (*oob, "_alerts.html", "_toasts.html")
    ]
    parts = [render_template(partial, **context), *companions]
    if "title" in context:  # htmx takes the title of the window from it
        parts.insert(0, render_template("_title.html", **context))
    return "\n".join(parts)


def vary(body: str) -> ResponseReturnValue:
    """An answer that caches keep apart by what asked for it."""
    response = make_response(body)
    for header in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request"):
        response.vary.add(header)
    return response


def see_other(url: str) -> ResponseReturnValue:
    """Post/Redirect/Get: reload and back never send a form twice."""
    return redirect(url, 303)


def toast(text: str, undo: Undo | None = None) -> None:
    """Say in one line what happened, with a way back where there is one."""
    flash({"text": text, "undo": asdict(undo) if undo else None}, "toast")  # type: ignore[arg-type]
