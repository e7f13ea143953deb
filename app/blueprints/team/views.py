"""Who acts for the member: seen by all of its users, managed by its administrators."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access, mailing
from app.clock import now
from app.domain.actor import Acting, Actor, Role
from app.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooSoon
from app.invitation_mails import offer_by, write_ended
from app.services import member_invitations, memberships
from app.web import ask_first, is_sure, see_other, toast

bp = Blueprint("team", __name__, url_prefix="/team")

ROLES = {"1": Role.USER, "2": Role.ADMIN}


@bp.get("/")
def index() -> ResponseReturnValue:
    """The users of the member, and (for an administrator) what can be done."""
    return _page(access.require_member())


@bp.post("/invite")
def invite() -> ResponseReturnValue:
    """Invite somebody by mail; whether the portal knows them already is not told."""
    actor, _ = _manager()
    typed = {name: request.form.get(name, "").strip() for name in ("name", "email", "role")}
    try:
        member_invitations.invite(
            actor,
            name=typed["name"],
            email=typed["email"],
            role=_role(typed["role"]),
            now=now(),
            write=_write(actor),
        )
    except (Invalid, Conflict, TooSoon) as error:
        return _page(actor, typed=typed, problem=error), error.status
    toast(f"A mail is on its way to {typed['email']}.")
    return see_other(url_for(".index"))


@bp.post("/invitations/<int:invitation_id>/resend")
def resend(invitation_id: int) -> ResponseReturnValue:
    """Mail a new link to somebody who has not accepted yet; the earlier one ends."""
    actor, _ = _manager()
    try:
        to = member_invitations.resend(actor, invitation_id, now=now(), write=_write(actor))
    except (Invalid, TooSoon) as error:
        return _page(actor, problem=type(error)(str(error))), error.status  # at no field
    toast(f"A new mail is on its way to {to}.")
    return see_other(url_for(".index"))


@bp.post("/invitations/<int:invitation_id>/withdraw")
def withdraw(invitation_id: int) -> ResponseReturnValue:
    """End an invitation that nobody accepted yet."""
    actor, _ = _manager()
    to = member_invitations.withdraw(actor, invitation_id, now=now())
    toast(f"The invitation of {to} is withdrawn; its link does not work any more.")
    return see_other(url_for(".index"))


@bp.post("/<int:user_id>/role")
def set_role(user_id: int) -> ResponseReturnValue:
    """Change what somebody may do."""
    actor, own = _manager()
    role = _role(request.form.get("role", ""))
    memberships.refuse_superuser(user_id)
    if role < Role.ADMIN and (refusal := _last_admin(actor, user_id)):
        return refusal
    if user_id == actor.user_id and role < own.role and not is_sure():
        sentence = (
            f"You will be a member user of {own.name}, at once, and cannot take that back "
            "yourself: another member administrator or the exchange can."
        )
        return ask_first(
            "Make yourself a member user?", [sentence], "Make me a member user", url_for(".index")
        )
    memberships.set_role(actor, user_id, own.member_id, role, now=now())
    toast(f"The role is {role.words} now.")
    return see_other(url_for(".index"))


@bp.get("/<int:user_id>/remove")
def ask_to_remove(user_id: int) -> ResponseReturnValue:
    """Ask before somebody is removed."""
    actor, own = _leaver(user_id, is_form=False)
    memberships.refuse_superuser(user_id)
    if refusal := _last_admin(actor, user_id):
        return refusal
    line = next(
        (one for one in memberships.list_team(own.member_id) if one.user_id == user_id), None
    )
    if line is None:
        raise NotFound(memberships.NOBODY)
    return render_template("team/remove.html", line=line, own=own)


@bp.post("/<int:user_id>/remove")
def remove(user_id: int) -> ResponseReturnValue:
    """End that somebody acts for the member, at once; everybody may go by themselves."""
    actor, own = _leaver(user_id)
    memberships.refuse_superuser(user_id)
    if refusal := _last_admin(actor, user_id):
        return refusal
    notice = write_ended if mailing.can_mail() else None
    memberships.remove(actor, user_id, own.member_id, now=now(), notice=notice)
    toast("They are no user of the member any more.")
    if user_id == actor.user_id:
        return see_other(url_for("auth.start"))
    return see_other(url_for(".index"))


def _manager(*, is_form: bool = True) -> tuple[Actor, Acting]:
    """Whoever manages users: an administrator, whatever PEERING_MANAGER_MIN_AUTH says."""
    actor = access.require_member()
    assert actor.member is not None
    if actor.member.role < Role.ADMIN:
        raise Forbidden("Users are managed by your member administrators. Ask one of them.")
    if is_form:
        access.check_same_member(actor)
    return actor, actor.member


def _leaver(user_id: int, *, is_form: bool = True) -> tuple[Actor, Acting]:
    """Whoever ends that a user acts for the member: a manager, or the user."""
    actor = access.require_member()
    assert actor.member is not None
    if actor.user_id != user_id or actor.viewing:
        return _manager(is_form=is_form)
    if is_form:
        access.check_same_member(actor)
    return actor, actor.member


def _last_admin(actor: Actor, user_id: int) -> ResponseReturnValue | None:
    """The page of all users, saying why the last administrator stays; None for anybody else. Said
    before anybody is asked in vain; the service looks again."""
    assert actor.member is not None
    try:
        memberships.check_may_end(user_id, actor.member.member_id)
    except Conflict as error:
        return _page(actor, problem=error), error.status
    return None


def _role(text: str) -> Role:
    if text not in ROLES:
        raise Invalid("Choose the role: member user or member administrator.", "role")
    return ROLES[text]


def _write(actor: Actor) -> member_invitations.Write:
    if not mailing.can_mail_links():
        raise Invalid("This portal cannot send mail just now. Ask the exchange to add them.")
    return offer_by(actor.name)


def _page(actor: Actor, typed: dict[str, str] | None = None, problem: Any = None) -> str:
    assert actor.member is not None
    own, manages = actor.member.member_id, actor.member.role >= Role.ADMIN
    return render_template(
        "team/index.html",
        own=actor.member,
        team=memberships.list_team(own),
        pending=member_invitations.list_pending(own, now=now()),
        manages=manages,
        can_mail=mailing.can_mail_links(),
        typed=typed or {},
        problem=problem,
    )
