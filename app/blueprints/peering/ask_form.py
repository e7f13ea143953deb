"""The form of a request: what stands in it, and how its message follows the ticks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import current_app, request, url_for
from markupsafe import Markup
from werkzeug import Response

from app import mailing
from app.blueprints.peering import letters
from app.blueprints.peering.ask_missing import list_missing
from app.blueprints.peering.context import own_id
from app.blueprints.peering.listing import read_listing
from app.blueprints.peering.recipients import named_recipients
from app.blueprints.peering.words import TABS
from app.clock import now
from app.config import Settings
from app.domain import letter
from app.domain.actor import Actor
from app.domain.classify import Tab
from app.domain.errors import AppError, Invalid
from app.domain.letter_names import names_others
from app.domain.mail_document import header_of
from app.domain.wishes import WORDS, Wish
from app.services import accounts, request_days
from app.services.request_draft import Draft
from app.web import render

KINDS = ("to", "cc", "bcc")
RENEWED = "The message was written anew for the sessions you ticked. Look at it, then send."
STALE = (
    "You changed the message, so it still names other sessions than those ticked. Put it right, "
    "or write it anew; pressing the button once more takes it as it is."
)


@dataclass(frozen=True)
class Form:
    """What stands in the fields. `written_for` are the sessions the message was written for,
    `agreed` those for which it was said that the message names others."""

    keys: tuple[str, ...]
    written_for: tuple[str, ...]
    fields: dict[str, str]  # to, cc, bcc
    subject: str
    message: str
    after: int | None = None  # the request whose warning is confirmed
    agreed: tuple[str, ...] = ()
    is_typed: bool = False  # somebody is writing in the message just now

    @property
    def is_agreed(self) -> bool:
        """Whether who sends it was told what the message names, for these very ticks."""
        return bool(self.agreed) and set(self.agreed) == set(self.keys)


def read_form() -> Form:
    """The form as it was sent."""
    sent = request.form
    return Form(
        tuple(dict.fromkeys(sent.getlist("pair"))),
        tuple(sent.get("for", "").split()),
        {kind: sent.get(kind, "") for kind in KINDS},
        sent.get("subject", ""),
        sent.get("message", ""),
        sent.get("after", None, type=int),
        tuple(sent.get("agreed", "").split()),
        "typing" in sent,
    )


def fresh_form(actor: Actor, draft: Draft, keys: Iterable[str]) -> Form:
    """The form as the portal fills it for these sessions."""
    wanted = set(keys)
    asked = [one for one in draft.offered if one.key in wanted]
    message = letters.default_message(draft, asked, actor) if asked else ""
    address = accounts.get_details(actor.user_id).email
    chosen = tuple(one.key for one in asked)
    return Form(
        chosen,
        chosen,
        letters.default_recipients(draft, asked, address),
        letters.default_subject(draft),
        message,
    )


def follow_ticks(actor: Actor, draft: Draft, form: Form) -> tuple[Form, str]:
    """The form after its ticks: what nobody touched is written anew; and what to say of it."""
    if not form.keys:
        return form, ""  # it says why it cannot leave; nothing typed is lost
    wanted = fresh_form(actor, draft, form.keys)
    told = ""
    if set(form.keys) != set(form.written_for):
        was = fresh_form(actor, draft, form.written_for)
        fields = {
            kind: (wanted if form.fields[kind] == was.fields[kind] else form).fields[kind]
            for kind in KINDS
        }
        untouched = not form.is_typed and _plain(form.message) == was.message
        message = wanted.message if untouched else form.message
        form = replace(form, fields=fields, message=message, written_for=form.keys)
        told = RENEWED if untouched else STALE
    if _plain(form.message) != wanted.message and _names_others(draft, form):
        told = STALE
    return (replace(form, agreed=form.keys), told) if told == STALE else (form, told)


def _names_others(draft: Draft, form: Form) -> bool:
    """Whether the message names sessions with the other member that are not those ticked."""
    pairs = {
        f"{row.end.address_id}-{meeting.address_id}": (row.end.address, meeting.address)
        for grid in draft.details.grids
        for row in grid.rows
        for meeting in row.meetings
        if meeting
    }
    return names_others(form.message, pairs, form.keys)


def _plain(text: str) -> str:
    """As browsers send it, less what they add."""
    return text.replace("\r\n", "\n").strip("\n")


def show_form(
    actor: Actor,
    tab: str,
    peer_id: int,
    draft: Draft,
    form: Form,
    *,
    told: str = "",
    error: AppError | None = None,
    status: int = 200,
) -> Response:
    """The form, with what is to be said of it, or what is wrong at its fields."""
    response = render(
        "peering/ask.html",
        "peering/_ask.html",
        **_context(actor, tab, peer_id, draft, form),
        told=told,
        error=error,
    )
    response.status_code = status
    if error or told:
        response.headers["HX-Reswap"] = "outerHTML"  # what is wrong gets the focus, not the top
    return response


def _context(actor: Actor, tab: str, peer_id: int, draft: Draft, form: Form) -> dict[str, Any]:
    listing = read_listing(None, Tab(tab))
    settings: Settings = current_app.config["SETTINGS"]
    resend = timedelta(days=settings.requests.resend_days)
    last = draft.last if draft.last and now() - draft.last.at < resend else None
    # Without a tick the message and whom it goes to stay as they were written.
    written_for = form.keys or form.written_for
    asked = [one for one in draft.offered if one.key in written_for]
    return {
        "listing": listing,
        "back": TABS[Tab(tab)].title,
        "title": f"Ask {draft.peer.name}",
        "peer_id": peer_id,
        "peer": draft.peer,
        "draft": draft,
        "form": form,
        "action": url_for("peering.ask", tab=tab, peer_id=peer_id),
        "query": listing.query,
        "preview": _preview(draft, peer_id, form),
        "sender": header_of(letters.sender(draft)),
        "reply_to": "" if settings.test_mode.on else ", ".join(letters.reply_to(draft, asked)),
        "wish": WORDS[draft.wish],
        "can_send": draft.wish is Wish.MAIL and mailing.can_mail() and not draft.paused,
        "takes_mail": draft.wish is Wish.MAIL,
        "can_mail": mailing.can_mail(),
        "last": last,
        "by_me": bool(last and last.by_id == actor.user_id),
        "free_from": last.at + resend if last else None,
        "missing": list_missing(draft, form.fields["to"]),
        "used": request_days.count_today(own_id(actor), now().date()),
        "limits": settings.requests,
    }


def _preview(draft: Draft, peer_id: int, form: Form) -> Markup | None:
    """The HTML part as it would leave; None for a message that cannot."""
    try:
        message = letter.checked_message(form.message)
    except Invalid:
        return None
    foot = letters.footer(draft, peer_id)
    return letters.shown(letters.parts_of(message, foot, named_recipients(form.fields)))
