"""Asking another member for peering: the form, its preview, and the three ways it ends."""

from datetime import timedelta

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app import access, mailing
from app.blueprints.peering import letters
from app.blueprints.peering.ask_form import (
    RENEWED,
    Form,
    follow_ticks,
    fresh_form,
    read_form,
    show_form,
)
from app.blueprints.peering.context import own_id, window
from app.blueprints.peering.listing import read_listing
from app.blueprints.peering.recipients import read_recipients
from app.blueprints.peering.room import TAB, bp
from app.clock import now
from app.config import Settings
from app.domain import letter
from app.domain.actor import Actor
from app.domain.allowance import Allowance
from app.domain.classify import Tab
from app.domain.errors import Forbidden, Invalid, TooSoon
from app.domain.letter import Asked
from app.domain.mail import Recipient
from app.services import accounts, peering_requests, request_draft, request_samples
from app.services.peering_requests import AskedAlready, Order, Rules
from app.services.request_draft import Draft
from app.web import leave, toast

ASK = f"/{TAB}/<int:peer_id>/ask"
NO_MAIL = "This portal cannot send mail just now."


@bp.get(ASK)
def ask(tab: str, peer_id: int) -> ResponseReturnValue:
    """The form, everything that is missing ticked and the message written."""
    actor = access.require_acting()
    peering_requests.check_may_ask(actor)
    draft = _draft(actor, peer_id)
    form = fresh_form(actor, draft, [one.key for one in draft.offered])
    return show_form(actor, tab, peer_id, draft, form)


@bp.post(f"{ASK}/preview")
def preview_request(tab: str, peer_id: int) -> ResponseReturnValue:
    """The form as it stands: the message follows the ticks unless it was changed by hand."""
    actor, draft, form = _read(peer_id)
    if "anew" in request.form:
        form = fresh_form(actor, draft, form.keys)
    form, told = follow_ticks(actor, draft, form)
    return show_form(actor, tab, peer_id, draft, form, told="" if told == RENEWED else told)


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


def _draft(actor: Actor, peer_id: int) -> Draft:
    return request_draft.get_draft(own_id(actor), peer_id, window())


def _read(peer_id: int) -> tuple[Actor, Draft, Form]:
    actor = access.require_acting()
    access.check_same_member(actor)
    return actor, _draft(actor, peer_id), read_form()


def _end(tab: str, peer_id: int, how: str) -> ResponseReturnValue:
    actor, draft, form = _read(peer_id)
    was_told = form.is_agreed and set(form.keys) == set(form.written_for)
    form, told = follow_ticks(actor, draft, form)
    if told and not was_told:
        return show_form(actor, tab, peer_id, draft, form, told=told, status=422)
    try:
        said = ENDS[how](actor, peer_id, draft, form)
    except AskedAlready as error:
        draft = draft._replace(last=error.last)
        return show_form(actor, tab, peer_id, draft, form, error=error, status=error.status)
    except (Invalid, Forbidden, TooSoon) as error:
        return show_form(actor, tab, peer_id, draft, form, error=error, status=error.status)
    toast(said)
    if how == "sample":  # the form as it stands: the request is still to be sent
        return show_form(actor, tab, peer_id, draft, form, told=told)
    return leave(read_listing(None, Tab(tab)).peer(peer_id))


def _send(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    if not mailing.can_mail():
        raise Forbidden(f"{NO_MAIL} Mail them yourself, then press “Mark as sent”.")
    asked, order = _order(draft, form)
    recipients = _recipients(actor, draft, form)
    parts = letters.parts_of(order.message, letters.footer(draft, peer_id), recipients)
    mail = letters.write(draft, asked, parts, order.subject, recipients)
    done = peering_requests.send(actor, peer_id, order, mail, rules=_rules(), window=window())
    if _settings().test_mode.on:
        where = f"Test mode: queued for {_settings().test_mode.email} only."
        return f"{where} {_kept(done.sessions)} Requests lists it as a test."
    to = ", ".join(one.address for one in recipients if one.kind == "to")
    later = "" if done.leaves_on == now().date() else f"; leaves on {done.leaves_on}, today is full"
    return f"Queued for {draft.peer.name} ({to}): {_count(done.sessions)}{later}."


def _recipients(actor: Actor, draft: Draft, form: Form) -> tuple[Recipient, ...]:
    """Whom the form names; unless the operator opened it, somebody of theirs is in To."""
    free = _settings().requests.free_recipients
    own = accounts.get_details(actor.user_id).email.casefold()
    found = read_recipients(form.fields, known={*draft.known_addresses, own}, free=free)
    theirs = {one.email.casefold() for one in draft.peer.contacts}
    if not free and not any(one.kind == "to" and one.address.casefold() in theirs for one in found):
        raise Invalid(f"Nobody at {draft.peer.name} is in To.", "to")
    return found


def _sample(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    if not mailing.can_mail():
        raise Forbidden(f"{NO_MAIL} Not even to you.")
    asked, order = _order(draft, form)
    own = (Recipient(accounts.get_details(actor.user_id).email, actor.name),)
    parts = letters.parts_of(order.message, letters.footer(draft, peer_id), own)
    mail = letters.write(draft, asked, parts, order.subject, own, "sample")
    request_samples.send_sample(actor, mail, now=now())
    mode = _settings().test_mode
    if mode.on:
        return f"Test mode: the sample goes to {mode.email}, not to you. Nothing is recorded."
    return f"A sample goes to you, {own[0].address}, and to nobody else. Nothing is recorded."


def _mark(actor: Actor, peer_id: int, draft: Draft, form: Form) -> str:
    _, order = _order(draft, form)
    done = peering_requests.mark_sent(actor, peer_id, order, rules=_rules(), window=window())
    if _settings().test_mode.on:
        return f"Test mode: nothing was mailed. {_kept(done.sessions)}"
    return f"Recorded as sent to {draft.peer.name}: {_count(done.sessions)}. No mail was sent."


ENDS = {"send": _send, "sample": _sample, "mark": _mark}


def _order(draft: Draft, form: Form) -> tuple[list[Asked], Order]:
    """What is asked for, checked; raises Invalid at the first field that is wrong."""
    asked = letter.ticked(draft.offered, form.keys)
    subject = letter.checked_subject(form.subject)
    message = letter.checked_message(form.message)
    return asked, Order(form.keys, subject, message, form.after)


def _count(sessions: int) -> str:
    return f"{sessions} session{'' if sessions == 1 else 's'}"


def _kept(sessions: int) -> str:
    """What test mode stored."""
    mode = _settings().test_mode
    kept = [word for word, flag in (("date and counter", mode.date), ("note", mode.note)) if flag]
    if not kept:
        return "Neither the date nor an entry in the log is kept."
    return f"Recorded: {' and '.join(kept)} ({_count(sessions)})."


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _rules() -> Rules:
    settings, mode = _settings(), _settings().test_mode
    return Rules(
        resend=timedelta(days=settings.requests.resend_days),
        allowance=Allowance(settings.requests.daily_limit, settings.requests.recipient_limit),
        is_test=mode.on,
        keeps_date=mode.date if mode.on else True,
        keeps_note=mode.note if mode.on else True,
    )
