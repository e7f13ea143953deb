"""Page or partial from one context, and the short ways to end a request."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from flask import current_app, flash, make_response, redirect, render_template, request, session
from htmx_flask.requests import HtmxAwareRequest
from werkzeug import Response


@dataclass(frozen=True)
class Undo:
    """A form in a toast that takes the last action back."""

    action: str
    fields: dict[str, str]
    target: str = "peering-panel"  # the id of what the answer replaces


def wants_partial() -> bool:
    """True for an HTMX swap; a boosted link or a restored history entry needs the whole page."""
    htmx = cast(HtmxAwareRequest, request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def swap_target() -> str | None:
    """The id of the element that a swap replaces."""
    target: str | None = cast(HtmxAwareRequest, request).htmx.target
    return target


def render(page: str, partial: str, *, oob: tuple[str, ...] = (), **context: Any) -> Response:
    """Render `partial` plus its out-of-band companions, or the full `page` that includes it."""
    if wants_partial():
        return swap(partial, oob=oob, **context)
    return vary(make_response(render_template(page, **context)))


def swap(
    partial: str,
    *,
    oob: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """Answer a swap: a partial with its out-of-band companions; new toasts always come along.

    The companions come in a <template>: behind a table row a browser would drop their forms.
    """
    toasts = ("_toasts.html",) if "_flashes" in session else ()  # else those shown stay
    current_app.update_template_context(context)  # once for all parts, it costs as much as one

    def part(name: str, **more: Any) -> str:
        return current_app.jinja_env.get_template(name).render(context, **more)

    companions = [part(name, oob=True) for name in (*oob, "_alerts.html", *toasts)]
    parts = [part(partial), "<template>", *companions, "</template>"]
    if context.get("title"):  # htmx takes the title of the window from it
        parts.insert(0, part("_title.html"))
    response = make_response("\n".join(parts), status)
    response.headers.update(headers or {})
    return vary(response)


def fragment(partial: str, **context: Any) -> Response:
    """Answer a swap with a partial alone; alerts and toasts stay as they are."""
    return vary(make_response(render_template(partial, **context)))


def vary(response: Response) -> Response:
    """Caches keep an answer apart by what asked for it."""
    for header in ("HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Target"):
        response.vary.add(header)
    return response


def see_other(url: str) -> Response:
    """Post/Redirect/Get: reload and back never send a form twice."""
    return redirect(url, 303)


def leave(url: str) -> Response:
    """After a form that ends on another page: a redirect that a swap follows as a whole page."""
    if not wants_partial():
        return see_other(url)
    response = make_response("")
    response.headers["HX-Redirect"] = url
    return response


def is_sure() -> bool:
    """Whether the question of `ask_first` was answered with its button."""
    return request.form.get("sure") == "1"


def ask_first(title: str, sentences: Sequence[str], button: str, back: str) -> str:
    """A page that asks before the form of this request is taken; nothing was changed yet."""
    return render_template(
        "sure.html",
        title=title,
        sentences=sentences,
        button=button,
        back=back,
        fields=list(request.form.items(multi=True)),
    )


def toast(text: str, undo: Undo | None = None, there: str = "") -> None:
    """Say in one line what happened, with a way back where there is one, and the address of
    where it can be seen."""
    said = {"text": text, "undo": asdict(undo) if undo else None, "there": there}
    flash(said, "toast")  # type: ignore[arg-type]
