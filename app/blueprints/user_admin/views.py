"""Users found and shown, and new ones invited."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from app import access, mailing
from app.blueprints.user_admin.room import bp
from app.clock import now
from app.domain.actor import Actor, Role
from app.domain.errors import AppError, Conflict, Invalid, NotFound
from app.invitation_mails import invitation_by
from app.services import invitations, members, user_admin, user_details
from app.web import render, see_other, toast

FIELDS = ("username", "name", "email", "asn", "role")
ROLES = {"1": Role.USER, "2": Role.ADMIN}
KINDS = {
    "superuser": "run the exchange",
    "disabled": "disabled",
    "never": "never logged in",
    "nobody": "of no member",
}


@bp.get("/")
def index() -> ResponseReturnValue:
    """Users as they are looked for."""
    access.require_superuser()
    return _list()


@bp.get("/<int:user_id>")
def show(user_id: int) -> ResponseReturnValue:
    """One user, and what can be done."""
    access.require_superuser()
    return user_page(user_id)


@bp.post("/invite")
def invite() -> ResponseReturnValue:
    """A new login; its link is mailed, or shown once where no mail can leave."""
    actor = access.require_superuser()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        invited = invitations.invite(
            actor,
            username=typed["username"],
            email=typed["email"],
            name=typed["name"],
            member_id=_member(typed["asn"], typed["role"]),
            role=ROLES.get(typed["role"], Role.ADMIN),
            now=now(),
            write=_write(actor),
        )
    except (Invalid, Conflict, NotFound) as error:
        response = _list(typed=typed, problem=error)
        response.status_code = error.status
        return response
    return _told(invited, typed["email"])


@bp.post("/<int:user_id>/invite")
def invite_again(user_id: int) -> ResponseReturnValue:
    """A new link for who has not come yet; the earlier one stops working."""
    actor = access.require_superuser()
    invited = invitations.resend(actor, user_id, now=now(), write=_write(actor))
    return _told(invited, user_admin.get_card(user_id).email)


def user_page(
    user_id: int, *, problem: AppError | None = None, link: str = ""
) -> ResponseReturnValue:
    """The page of one user, with what was wrong, or a link to hand over."""
    page = render_template(
        "user_admin/user.html",
        user=user_admin.get_card(user_id),
        problem=problem,
        typed=_typed(problem),
        link=link,
        can_mail=mailing.can_mail_links(),
    )
    return (page, problem.status) if problem else page


def _typed(problem: AppError | None) -> dict[str, str]:
    """What a form that was refused goes on with: after somebody else changed the same, only what
    was typed in it, over what stands now."""
    if problem is None:
        return {}
    if isinstance(problem, user_details.Changed):
        return {field: request.form.get(field, "") for field in problem.touched}
    return request.form.to_dict()


def _member(asn: str, role: str) -> int | None:
    """For whom the new login acts; None for one that runs the exchange."""
    if role == "3":
        if asn:
            raise Invalid(
                "An operator runs the exchange, for no member; leave the AS number empty.", "asn"
            )
        return None
    if role not in ROLES:
        raise Invalid("Choose a role.", "role")
    return int(members.get_typed(asn).id)


def _write(actor: Actor) -> invitations.Write | None:
    return invitation_by(actor.name) if mailing.can_mail_links() else None


def _told(invited: invitations.Invited, email: str) -> ResponseReturnValue:
    if invited.token is None:
        toast(f"An invitation is on its way to {email}.")
        return see_other(url_for(".show", user_id=invited.user_id))
    link = url_for("auth.set_password", token=invited.token, _external=True)
    return user_page(invited.user_id, link=link)


def _list(typed: dict[str, str] | None = None, problem: AppError | None = None) -> Response:
    search = " ".join(request.args.get("q", "").split())[:100]
    kind = request.args.get("kind", "")
    cards, many = user_admin.list_cards(search, kind)
    return render(
        "user_admin/index.html",
        "user_admin/_list.html",
        title="Users",
        cards=cards,
        many=many,
        search=search,
        kind=kind if kind in KINDS else "",
        kinds=KINDS,
        typed=typed or {"asn": request.args.get("asn", "")[:10]},
        problem=problem,
        can_mail=mailing.can_mail_links(),
    )
