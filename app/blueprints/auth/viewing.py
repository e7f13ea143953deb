"""A superuser looks at the portal as a member, until that is ended, or by logging out."""

from flask import current_app, session, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.auth.room import bp
from app.clock import now
from app.services import viewing
from app.web import see_other, toast


@bp.post("/view-as/<int:member_id>")
def view_as(member_id: int) -> ResponseReturnValue:
    """Begin, and go where the member begins."""
    actor = access.require_superuser()
    member = viewing.start(actor, member_id, now=now())
    if actor.member and actor.member.member_id != member.member_id:
        viewing.end(actor, now=now())
    session["view_as"] = member.member_id
    toast(f"You look at the portal as {member.name}, AS{member.asn}.")
    return see_other(url_for(".start"))


@bp.post("/view-as/end")
def end_view() -> ResponseReturnValue:
    """End it, and go back to the page that the exchange has of the member."""
    actor = access.require_superuser()
    viewing.end(actor, now=now())
    session.pop("view_as", None)
    if not actor.viewing or actor.member is None:
        return see_other(url_for(".start"))
    toast(f"You no longer look as {actor.member.name}.")
    if "member_admin" in current_app.blueprints:
        return see_other(url_for("member_admin.show", member_id=actor.member.member_id))
    return see_other(url_for(".start"))
