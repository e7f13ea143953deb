"""Views of one's own login."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from app import access, mailing
from app.account_mails import (
    write_address_asked,
    write_address_link,
    write_password_notice,
)
from app.blueprints.account.forms import DetailsForm, PasswordForm
from app.clock import now
from app.domain.errors import Conflict, Invalid, NotFound, TooSoon
from app.services import accounts, login_attempts, logins, one_time, outbox, user_details
from app.web import see_other, toast

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("/")
def index() -> ResponseReturnValue:
    """Name, address, password, and the browsers in which one is logged in."""
    return _page()


@bp.post("/details")
def save_details() -> ResponseReturnValue:
    """Change the name; a new address gets a link that confirms it, the old one a notice."""
    form = DetailsForm(prefix="details")
    if not form.validate_on_submit():
        return _page(details=form), 422
    actor = access.current_actor()
    email = (form.email.data or "").strip()
    try:
        saved = user_details.save_own(
            actor,
            name=form.name.data or "",
            email=email,
            current=form.current.data or "",
            now=now(),
            admit=_slow_down,
            write=(write_address_link, write_address_asked) if mailing.can_mail_links() else None,
        )
    except (Invalid, Conflict, TooSoon) as error:
        return _refused(form, error, details=form)
    if saved.asked:
        login_attempts.forgive(actor.username, actor.address, now=now())
        toast(
            f"Open the link in the mail to {email} within an hour, logged in as you are now; the "
            "old address stays so long."
        )
    else:
        toast("Your details are saved." if saved.renamed else "Nothing was changed.")
    return see_other(url_for(".index"))


@bp.post("/address/forget")
def forget_address() -> ResponseReturnValue:
    """Take back a new address that is not confirmed yet."""
    try:
        email = user_details.forget_address(access.current_actor(), now=now())
        toast(f"Your address stays as it is; the link mailed to {email} does not work any more.")
    except NotFound as error:
        toast(str(error))
    return see_other(url_for(".index"))


@bp.post("/password")
def change_password() -> ResponseReturnValue:
    """Change the password; every session ends, and this browser gets a new one."""
    form = PasswordForm(prefix="password")
    if not form.validate_on_submit():
        return _page(password=form), 422
    actor = access.current_actor()
    try:
        _slow_down()
        details = accounts.get_details(actor.user_id)
        holder = one_time.Holder(actor.user_id, actor.username, actor.name, details.email, "notice")
        signed_in = accounts.change_password(
            actor,
            current=form.current.data or "",
            new=form.new.data or "",
            now=now(),
            notice=write_password_notice(holder) if mailing.can_mail() else None,
        )
    except (Invalid, TooSoon) as error:
        return _refused(form, error, password=form)
    login_attempts.forgive(actor.username, actor.address, now=now())
    access.sign_in_anew(*signed_in)
    toast("Your password is changed; you are logged out everywhere else.")
    return see_other(url_for(".index"))


@bp.post("/sessions/end")
def end_others() -> ResponseReturnValue:
    """End every session but this one."""
    ended = logins.end_all(access.current_actor().user_id, but=access.current_token())
    toast(f"{ended} other logins ended." if ended != 1 else "1 other login ended.")
    return see_other(url_for(".index"))


@bp.post("/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    """End one session of one's own."""
    logins.end_one(access.current_actor().user_id, session_id)
    toast("That login has ended.")
    return see_other(url_for(".index"))


def _slow_down() -> None:
    """Guessing the password in an open session is counted like guessing it at the login."""
    actor = access.current_actor()
    login_attempts.admit(actor.username, actor.address, now=now())


def _refused(
    form: FlaskForm, error: Invalid | Conflict | TooSoon, **forms: FlaskForm
) -> ResponseReturnValue:
    field = form[error.field] if error.field in form else form["current"]
    field.errors = [str(error)]
    return _page(**forms), error.status


def _page(details: DetailsForm | None = None, password: PasswordForm | None = None) -> str:
    user_id = access.current_actor().user_id
    known = accounts.get_details(user_id)
    context: dict[str, Any] = {
        "username": known.username,
        "details": details or DetailsForm(None, obj=known, prefix="details"),
        "password": password or PasswordForm(None, prefix="password"),
        "sessions": logins.list_sessions(
            user_id, access.current_token(), now=now(), limits=access.limits()
        ),
        "limits": access.limits(),
        "can_mail": mailing.can_mail(),
        "pending": one_time.find_pending(user_id, now=now()),
        "mails": outbox.list_of_user(user_id),
    }
    return render_template("account/index.html", **context)
