"""One user changed: name and address, roles, switched off and on."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access, mailing
from app.account_mails import moved_to
from app.blueprints.user_admin import asking
from app.blueprints.user_admin.room import bp
from app.blueprints.user_admin.views import ROLES, user_page
from app.clock import now
from app.domain.actor import Actor
from app.domain.errors import Conflict, Invalid
from app.invitation_mails import write_ended
from app.services import members, memberships, user_admin, user_details
from app.services.user_admin import UserCard
from app.web import ask_first, is_sure, see_other, toast


@bp.post("/<int:user_id>/details")
def save(user_id: int) -> ResponseReturnValue:
    """Change name and address."""
    form = request.form

    def change(actor: Actor) -> str:
        changes = user_details.save(
            actor,
            user_id,
            name=form.get("name", ""),
            email=form.get("email", ""),
            version=form.get("version", ""),
            now=now(),
            write=moved_to(form.get("email", "")) if mailing.can_mail() else None,
        )
        return "Saved." if changes else "Nothing was changed."

    return _do(user_id, change)


@bp.post("/<int:user_id>/members")
def add_member(user_id: int) -> ResponseReturnValue:
    """Let the user act for one member more."""

    def change(actor: Actor) -> str:
        member = members.get_typed(request.form.get("asn", ""))
        memberships.add(actor, user_id, member.id, _role(), now=now())
        return "Added."

    return _do(user_id, change)


@bp.post("/<int:user_id>/members/<int:member_id>")
def set_role(user_id: int, member_id: int) -> ResponseReturnValue:
    """Change the role for a member, or with the role "0" remove them from it."""

    ends = request.form.get("role") == "0"

    def change(actor: Actor) -> str:
        if ends:
            notice = write_ended if mailing.can_mail() else None
            memberships.remove(actor, user_id, member_id, now=now(), notice=notice)
            return "Removed."
        memberships.set_role(actor, user_id, member_id, _role(), now=now())
        return "The role is changed."

    ask = Question(
        "Remove",
        lambda card: asking.before_ending(card, member_id),
        lambda: memberships.check_may_end(user_id, member_id),
    )
    return _do(user_id, change, ask if ends else None)


@bp.post("/<int:user_id>/active")
def set_active(user_id: int) -> ResponseReturnValue:
    """Switch the login off or on."""
    on = request.form.get("on") == "1"

    def change(actor: Actor) -> str:
        user_admin.set_active(actor, user_id, on, now=now())
        return "The login works again." if on else "The login is off, and its sessions have ended."

    ask = Question("Disable", asking.before_disabling, lambda: user_admin.check_may_end(user_id))
    return _do(user_id, change, None if on else ask)


@bp.post("/<int:user_id>/superuser")
def set_superuser(user_id: int) -> ResponseReturnValue:
    """Let the user run the exchange, or no longer."""
    on = request.form.get("on") == "1"
    mine = access.require_superuser().user_id == user_id and not on

    def change(actor: Actor) -> str:
        user_admin.set_superuser(actor, user_id, on, now=now())
        if mine:
            return "You do not run the exchange any more; another operator can give it back."
        return "They run the exchange now." if on else "They do not run the exchange any more."

    ask = Question(
        "Make operator" if on else "End operator",
        lambda card: asking.before_superuser(card, on, mine=mine),
        lambda: None if on else user_admin.check_may_end(user_id),
    )
    return _do(user_id, change, ask, ends_at=url_for("auth.start") if mine else None)


@bp.post("/<int:user_id>/sessions/end")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Log the user out everywhere."""

    def change(actor: Actor) -> str:
        ended = user_admin.end_sessions(actor, user_id, now=now())
        return f"{ended} login{'' if ended == 1 else 's'} ended."

    return _do(user_id, change)


def _role() -> Any:
    role = ROLES.get(request.form.get("role", ""))
    if role is None:
        raise Invalid("Choose a role.", "role")
    return role


class Question(NamedTuple):
    """What is asked first: the button that says yes, what happens then, and what raises Conflict
    where it cannot happen, so that nobody is asked in vain."""

    button: str
    sentences: Callable[[UserCard], list[str]]
    check: Callable[[], None]


def _do(
    user_id: int,
    change: Callable[[Actor], str],
    question: Question | None = None,
    ends_at: str | None = None,
) -> ResponseReturnValue:
    """Change, then show the user, or `ends_at` to who may not see it any more; a refusal stands on
    its page, and what was typed stays."""
    actor = access.require_superuser()
    back = url_for(".show", user_id=user_id)
    try:
        if question and not is_sure():
            question.check()
            card = user_admin.get_card(user_id)
            title = f"{question.button}: {card.shown_name}?"
            return ask_first(title, question.sentences(card), question.button, back)
        said = change(actor)
    except (Invalid, Conflict) as error:
        return user_page(user_id, problem=error)
    toast(said)
    return see_other(ends_at or back)
