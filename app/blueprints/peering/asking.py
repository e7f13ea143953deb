"""Asking another member for peering: the form, its preview, and the three ways it ends."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app import access, mailing
from app.blueprints.peering import letters
from app.blueprints.peering.context import own_id, window
from app.blueprints.peering.listing import read_listing
from app.blueprints.peering.recipients import read_recipients
from app.blueprints.peering.room import TAB, bp
from app.blueprints.peering.words import TABS
from app.clock import now
from app.config import Settings
from app.domain import letter
from app.domain.actor import Actor
from app.domain.allowance import Allowance
from app.domain.classify import Tab
from app.domain.completeness import missing_of_letter
from app.domain.errors import AppError, Forbidden, Invalid, TooSoon
from app.domain.letter import Asked
from app.domain.mail import Recipient
from app.domain.wishes import WORDS, Wish
from app.services import accounts, peering_requests, request_draft
from app.services.peering_requests import AskedAlready, Order, Rules
from app.services.request_draft import Draft
from app.web import leave, render, toast

ASK = f"/{TAB}/<int:peer_id>/ask"
KINDS = ("to", "cc", "bcc")
RENEWED = "The message was written anew for the sessions you ticked. Look at it, then send."
STALE = (
    "You changed the message, so it still names other sessions than those ticked. Put it right, "
    "or write it anew; pressing Send again sends it as it is."
)


@dataclass(frozen=True)
class Form:
    """What stands in the fields. `written_for` are the sessions the message was written for."""

    keys: tuple[str, ...]
    written_for: tuple[str, ...]
    fields: dict[str, str]  # to, cc, bcc
    subject: str
    message: str
    after: int | None = None


@bp.get(ASK)
def ask(tab: str, peer_id: int) -> ResponseReturnValue:
    """The form, everything that is missing ticked and the message written."""
    actor = access.require_acting()
    draft = _draft(actor, peer_id)
    return _show(
        actor, tab, peer_id, draft, _fresh(actor, draft, [one.key for one in draft.offered])
    )


@bp.post(f"{ASK}/preview")
def preview_request(tab: str, peer_id: int) -> ResponseReturnValue:
    """The form as it stands: the message follows the ticks unless it was changed by hand."""
    actor, draft, form = _read(peer_id)
    if "anew" in request.form:
        form = _fresh(actor, draft, form.keys)
    form, told = _follow(actor, draft, form)
    return _show(actor, tab, peer_id, draft, form, told=told if told != RENEWED else "")


@bp.post(f"{ASK}/send")
def send_request(tab: str, peer_id: int) -> ResponseReturnValue:
    """Queue the mail and record the request."""
    return _end(tab, peer_id, "send")


@bp.post(f"{ASK}/sample")
def send_sample(tab: str, peer_id: int) -> ResponseReturnValue:
    """Mail the same message to oneself only; records nothing."""
    return _end(tab, peer_id, "sample")


@bp.post(f"{ASK}/mark")
def mark_request(tab: str, peer_id: int) -> ResponseReturnValue:
    """Record a request that was made by other means."""
    return _end(tab, peer_id, "mark")


# -- The three ends --------------------------------------------------------------------------


def _end(tab: str, peer_id: int, how: str) -> ResponseReturnValue:
    actor, draft, form = _read(peer_id)
    form, told = _follow(actor, draft, form)
    if told:
        return _show(actor, tab, peer_id, draft, form, told=told, status=422)
    try:
        said = ENDS[how](actor, peer_id, draft, form)
    except AskedAlready as error:
        draft = draft._replace(last=error.last)
        return _show(actor, tab, peer_id, draft, form, error=error, status=error.status)
    except (Invalid, Forbidden, TooSoon) as error:
        return _show(actor, tab, peer_id, draft, form, error=error, status=error.status)
    toast(said)
    if how == "sample":
        return leave(url_for(".ask", tab=tab, peer_id=peer_id))
    return leave(read_listing(None, Tab(tab)).peer(peer_id))


def _send(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    if not mailing.can_mail():
        raise Forbidden(
            "This portal cannot send mail just now. Mail them yourself, then press “Mark as sent”."
        )
    asked, order, recipients = _ordered(draft, form)
    text = letters.whole_text(order.message, letters.footer(draft, peer_id), recipients)
    mail = letters.write(draft, asked, text, order.subject, recipients)
    done = peering_requests.send(actor, peer_id, order, mail, rules=_rules(), window=window())
    count = f"{done.sessions} session{'' if done.sessions == 1 else 's'}"
    when = (
        ""
        if done.leaves_on == now().date()
        else f"; it leaves on {done.leaves_on}, since today is full"
    )
    if _settings().test_mode.on:
        return f"Test mode: queued for {_settings().test_mode.email} only. {_kept(count)}"
    to = ", ".join(one.address for one in recipients if one.kind == "to")
    return f"Queued for {draft.peer.name} ({to}): {count}{when}."


def _sample(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    if not mailing.can_mail():
        raise Forbidden("This portal cannot send mail just now, not even to you.")
    asked, order, _ = _ordered(draft, form)
    own = (Recipient(accounts.get_details(actor.user_id).email, actor.name),)
    text = letters.whole_text(order.message, letters.footer(draft, peer_id), own)
    mail = letters.write(draft, asked, text, order.subject, own, "sample")
    peering_requests.send_sample(actor, mail, now=now())
    mode = _settings().test_mode
    if mode.on:
        return f"Test mode: the sample goes to {mode.email}, not to you. Nothing is recorded."
    return f"A sample goes to you, {own[0].address}, and to nobody else. Nothing is recorded."


def _mark(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    asked = letter.ticked(draft.offered, form.keys)
    order = Order(form.keys, form.subject[: letter.MOST_SUBJECT], form.message, form.after)
    peering_requests.mark_sent(actor, peer_id, order, rules=_rules(), window=window())
    count = f"{len(asked)} session{'' if len(asked) == 1 else 's'}"
    if _settings().test_mode.on:
        return f"Test mode: nothing was mailed. {_kept(count)}"
    return f"Recorded as sent to {draft.peer.name}: {count}. No mail was sent."


ENDS = {"send": _send, "sample": _sample, "mark": _mark}


def _kept(count: str) -> str:
    mode = _settings().test_mode
    kept = [word for word, flag in (("date and counter", mode.date), ("note", mode.note)) if flag]
    return (
        f"{' and '.join(kept).capitalize()} recorded ({count})." if kept else "Nothing is recorded."
    )


def _ordered(draft: Draft, form: Form) -> tuple[list[Asked], Order, tuple[Recipient, ...]]:
    """Everything checked, field by field; raises Invalid at the first that is wrong."""
    asked = letter.ticked(draft.offered, form.keys)
    recipients = read_recipients(
        form.fields, known=draft.known_addresses, free=_settings().requests.free_recipients
    )
    subject = letter.checked_subject(form.subject)
    message = letter.checked_message(form.message)
    return asked, Order(form.keys, subject, message, form.after), recipients


def _rules() -> Rules:
    settings, mode = _settings(), _settings().test_mode
    return Rules(
        resend=timedelta(days=settings.requests.resend_days),
        allowance=Allowance(settings.requests.daily_limit, settings.requests.recipient_limit),
        is_test=mode.on,
        keeps_date=mode.date if mode.on else True,
        keeps_note=mode.note if mode.on else True,
    )


# -- The form --------------------------------------------------------------------------------


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _draft(actor: Actor, peer_id: int) -> Draft:
    return request_draft.get_draft(own_id(actor), peer_id, window())


def _read(peer_id: int) -> tuple[Actor, Draft, Form]:
    actor = access.require_acting()
    access.check_same_member(actor)
    sent = request.form
    form = Form(
        tuple(sent.getlist("pair")),
        tuple(sent.get("for", "").split()),
        {kind: sent.get(kind, "") for kind in KINDS},
        sent.get("subject", ""),
        sent.get("message", ""),
        sent.get("after", None, type=int),
    )
    return actor, _draft(actor, peer_id), form


def _fresh(actor: Actor, draft: Draft, keys: list[str] | tuple[str, ...]) -> Form:
    """The form as the portal fills it for these sessions."""
    asked = [one for one in draft.offered if one.key in keys]
    message = letters.default_message(draft, asked, actor) if asked else ""
    address = accounts.get_details(actor.user_id).email
    return Form(
        tuple(one.key for one in asked),
        tuple(one.key for one in asked),
        letters.default_recipients(draft, asked, address),
        letters.default_subject(draft),
        message,
    )


def _follow(actor: Actor, draft: Draft, form: Form) -> tuple[Form, str]:
    """The form after its ticks: what nobody touched is written anew; and what to say of it."""
    if set(form.keys) == set(form.written_for):
        return form, ""
    was, wanted = _fresh(actor, draft, form.written_for), _fresh(actor, draft, form.keys)
    fields = {
        kind: wanted.fields[kind] if form.fields[kind] == was.fields[kind] else form.fields[kind]
        for kind in KINDS
    }
    untouched = _plain(form.message) == was.message
    message = wanted.message if untouched else form.message
    form = replace(form, fields=fields, message=message, written_for=form.keys)
    return form, RENEWED if untouched else STALE


def _plain(text: str) -> str:
    """As browsers send it, less what they add."""
    return text.replace("\r\n", "\n").strip("\n")


def _show(
    actor: Actor,
    tab: str,
    peer_id: int,
    draft: Draft,
    form: Form,
    *,
    told: str = "",
    error: AppError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    response = render(
        "peering/ask.html",
        "peering/_ask.html",
        **_context(actor, tab, peer_id, draft, form),
        told=told,
        error=error,
    )
    response.status_code = status
    return response


def _context(actor: Actor, tab: str, peer_id: int, draft: Draft, form: Form) -> dict[str, Any]:
    listing = read_listing(None, Tab(tab))
    settings = _settings()
    resend = timedelta(days=settings.requests.resend_days)
    warns = draft.last is not None and now() - draft.last.at < resend
    recipients = tuple(
        Recipient(part.strip(), "", kind)
        for kind in KINDS
        for part in form.fields[kind].split(",")
        if part.strip()
    )
    return {
        "listing": listing,
        "back": TABS[Tab(tab)].title,
        "title": f"Ask {draft.peer.name}",
        "peer_id": peer_id,
        "draft": draft,
        "form": form,
        "action": url_for(".ask", tab=tab, peer_id=peer_id),
        "query": listing.query,
        "preview": _preview(draft, peer_id, form, recipients),
        "wish": WORDS[draft.wish],
        "takes_mail": draft.wish is Wish.MAIL,
        "can_mail": mailing.can_mail(),
        "last": draft.last if warns else None,
        "free_from": draft.last.at + resend if warns and draft.last else None,
        "missing": missing_of_letter(draft.own, draft.peer),
        "used": peering_requests.count_today(own_id(actor), now().date()),
        "limits": settings.requests,
        **letters.context(draft),
    }


def _preview(
    draft: Draft, peer_id: int, form: Form, recipients: tuple[Recipient, ...]
) -> Markup | None:
    """The HTML part as it would leave; None for a message that cannot."""
    try:
        message = letter.checked_message(form.message)
    except Invalid:
        return None
    return letters.shown(letters.whole_text(message, letters.footer(draft, peer_id), recipients))
