"""Views of the auth room."""

from flask import (
    current_app,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app import access, theme
from app.access import public, safe_next
from app.blueprints.auth import kept_form
from app.blueprints.auth.forms import LoginForm
from app.blueprints.auth.room import bp
from app.clock import now
from app.domain.errors import Forbidden, TooSoon
from app.services import accounts, login_attempts, passwords, session_words, viewing
from app.web import fragment, see_other, toast, wants_partial


@bp.get("/")
def start() -> ResponseReturnValue:
    """The first page of the navigation that this user has, or a page that says there is none."""
    actor = access.current_actor()
    for item in current_app.extensions["nav"] if actor.member or actor.is_superuser else ():
        if item.starts and item.is_for(actor):
            return see_other(url_for(item.endpoint))
    email = accounts.get_details(actor.user_id).email
    return render_template("auth/start.html", email=email)


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Log in, then go where one wanted to be. A wrong try says nothing about which part."""
    target = safe_next(request.args.get("next")) or url_for(".start")
    if request.method == "GET" and current_user.is_authenticated:
        return see_other(target)
    form = LoginForm()
    if not form.validate_on_submit():
        return _login_page(form), 422 if form.errors else 200
    typed = form.login.data or ""
    try:
        login_attempts.admit(typed, access.address(), now=now())
    except TooSoon as error:
        return _login_page(form, str(error)), error.status
    found = passwords.authenticate(typed, form.password.data or "")
    if not found:
        return _login_page(form, "The name or the password is wrong."), 422
    login_attempts.forgive(typed, access.address(), now=now())
    access.sign_in(*found)
    kept = kept_form.unpack(request.form.get("kept", ""), found.user_id)
    if kept:
        mine = {member.member_id for member in access.my_members()}
        sessions = session_words.list_words(kept.pairs, mine) if kept.pairs else []
        return render_template("auth/kept.html", kept=kept, sessions=sessions)
    return see_other(target)


def _login_page(form: LoginForm, problem: str = "") -> str:
    """`kept` comes along until somebody is signed in."""
    ended = request.method == "GET" and session.pop("ended", False)
    kept = request.form.get("kept", "")
    return render_template("auth/login.html", form=form, problem=problem, ended=ended, kept=kept)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session, and looking as a member with it."""
    if current_user.is_authenticated:
        viewing.end(access.current_actor(), now=now())
    access.sign_out()
    return see_other(url_for(".login"))


@bp.post("/account/member")
def switch_member() -> ResponseReturnValue:
    """Act for another of one's own members."""
    wanted = request.form.get("member", type=int)
    member = next((m for m in access.my_members() if m.member_id == wanted), None)
    if member is None:
        raise Forbidden("Your login does not belong to that member.")
    viewing.end(access.current_actor(), now=now())
    session.pop("view_as", None)
    session["member_id"] = member.member_id
    toast(f"You now see {member.name}, AS{member.asn}.")
    return see_other(url_for(".start"))


@bp.post("/theme")
@public
def choose_theme() -> ResponseReturnValue:
    """Light, dark or as the system wishes, in this browser."""
    chosen = theme.find_theme(request.form.get("theme", ""))
    back = safe_next(request.form.get("next")) or url_for(".start")
    partial = wants_partial()
    response = fragment("_theme.html", theme=chosen, here=back) if partial else see_other(back)
    theme.remember(chosen, response)
    return response
