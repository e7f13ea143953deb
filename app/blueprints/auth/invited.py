"""Invitations to be a user of a member: read and answered by whom they are for."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.access import public
from app.blueprints.auth.forms import NewLoginForm
from app.blueprints.auth.room import bp
from app.clock import now
from app.domain.errors import Conflict, Invalid
from app.services import accepting
from app.web import see_other, toast


@bp.get("/invitations")
def invitations() -> ResponseReturnValue:
    """What the signed-in user is invited to."""
    waiting = accepting.list_for(access.current_actor().user_id, now=now())
    return render_template("auth/invitations.html", waiting=waiting)


@bp.post("/invitations/<int:invitation_id>/accept")
def accept(invitation_id: int) -> ResponseReturnValue:
    """Be a user of one member more."""
    actor = access.current_actor()
    offer = accepting.accept(actor, invitation_id, now=now())
    toast(f"You are a {offer.role.words} of {offer.member}, AS{offer.asn}, from now on.")
    return _next()


@bp.post("/invitations/<int:invitation_id>/decline")
def decline(invitation_id: int) -> ResponseReturnValue:
    """Be no user of that member."""
    offer = accepting.decline(access.current_actor(), invitation_id, now=now())
    toast(f"You declined the invitation of {offer.member}.")
    return _next()


def _next() -> ResponseReturnValue:
    """Back to what waits still."""
    waiting = accepting.list_for(access.current_actor().user_id, now=now())
    return see_other(url_for(".invitations") if waiting else url_for(".start"))


@bp.route("/login/invitation/<token>", methods=["GET", "POST"])
@public
def invited(token: str) -> ResponseReturnValue:
    """A mailed invitation: who has no login chooses a password, and is signed in."""
    offer = accepting.get_offer(token, now=now())
    form = NewLoginForm(data={"name": offer.name})
    actor = access.find_actor()
    known = accepting.find_known(offer.email)
    page = {"offer": offer, "token": token, "form": form, "known": known, "who": actor}
    if actor or (known and (known.came or not known.active)) or not form.validate_on_submit():
        return render_template("auth/invited.html", **page), 422 if form.errors else 200
    try:
        signed_in = accepting.accept_by_link(
            token,
            name=form.name.data or "",
            new=form.new.data or "",
            now=now(),
            address=access.address(),
        )
    except (Invalid, Conflict) as error:
        field = form.name if error.field == "name" else form.new
        field.errors = [str(error)]
        return render_template("auth/invited.html", **page), error.status
    access.sign_in(*signed_in)
    toast(f"You are logged in, as a {offer.role.words} of {offer.member}, AS{offer.asn}.")
    return see_other(url_for(".start"))


@bp.post("/login/invitation/<token>/decline")
@public
def decline_by_link(token: str) -> ResponseReturnValue:
    """Decline without a login."""
    offer = accepting.decline_by_link(token, now=now())
    return render_template("auth/declined.html", offer=offer)
