"""Mailed links: to set a password that was forgotten or never was, to confirm an address."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, mailing
from app.access import public
from app.account_mails import moved_to, write_password_notice
from app.blueprints.auth.forms import ForgottenForm, NewPasswordForm
from app.blueprints.auth.room import bp
from app.clock import now
from app.domain.errors import Invalid, TooSoon
from app.domain.mail import Mail
from app.services import accounts, login_attempts, one_time, user_details
from app.web import see_other, toast


@bp.route("/login/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    """Ask for a link. The answer is the same whether the portal knows the name or not."""
    form = ForgottenForm()
    page = "auth/forgotten.html"
    if not mailing.can_mail_links():
        return render_template(page, form=form, possible=False)
    if not form.validate_on_submit():
        return render_template(page, form=form, possible=True), 422 if form.errors else 200
    typed = form.login.data or ""
    try:
        login_attempts.admit(typed, access.address(), now=now(), purpose="link")
    except TooSoon as error:
        return render_template(page, form=form, possible=True, problem=str(error)), error.status
    accounts.request_reset(typed, now=now(), write=_write_link)
    return render_template(page, form=form, possible=True, asked=typed)


def _write_link(holder: one_time.Holder, token: str) -> Mail:
    return mailing.write(
        "reset",
        "reset",
        holder.email,
        holder.name,
        username=holder.username,
        link=mailing.link_to("auth.set_password", token=token),
    )


@bp.route("/login/link/<token>", methods=["GET", "POST"])
@public
def set_password(token: str) -> ResponseReturnValue:
    """Choose a password with a mailed link, then be signed in."""
    holder = one_time.get_holder(token, now=now())
    form = NewPasswordForm()
    page = "auth/new_password.html"
    if not form.validate_on_submit():
        return render_template(page, form=form, holder=holder), 422 if form.errors else 200
    try:
        signed_in = accounts.set_password_by_link(
            token,
            form.new.data or "",
            now=now(),
            address=access.address(),
            write=write_password_notice if mailing.can_mail() else None,
        )
    except Invalid as error:
        form.new.errors = [str(error)]
        return render_template(page, form=form, holder=holder), error.status
    access.sign_in(*signed_in)
    toast("Your password is set, and you are logged in.")
    return see_other(url_for(".start"))


@bp.route("/login/address/<token>", methods=["GET", "POST"])
def confirm_address(token: str) -> ResponseReturnValue:
    """Confirm a new address with the link that was mailed to it, signed in: who reads the mail of
    an address that was mistyped has the link, and no login."""
    actor = access.current_actor()
    if request.method == "GET":
        holder = one_time.get_own(token, actor.user_id, now=now())
        return render_template("auth/confirm_address.html", holder=holder)
    new = user_details.confirm_address(
        actor, token, now=now(), write=moved_to if mailing.can_mail() else None
    )
    toast(f"The address of your login is {new} now.")
    return see_other(url_for(".start"))
