"""A member leaves and returns, is suspended and resumed."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.member_admin.room import bp
from app.blueprints.member_admin.views import page_of
from app.clock import now
from app.domain.errors import Conflict
from app.services import member_standing
from app.services.member_edit import SameAsn
from app.web import see_other, toast


@bp.post("/<int:member_id>/leave")
def leave(member_id: int) -> ResponseReturnValue:
    """End a member with its connections; its history stays."""
    return _do(
        member_standing.leave,
        member_id,
        lambda gone: (
            f"It has left: {gone.interfaces} interfaces and {gone.addresses} addresses ended."
        ),
    )


@bp.post("/<int:member_id>/return")
def return_(member_id: int) -> ResponseReturnValue:
    """Bring a member back, with what is still free of what it had; beside another with its ASN
    only when that is said."""
    share_asn = "share_asn" in request.form
    return _do(partial(member_standing.return_, share_asn=share_asn), member_id, _returned)


@bp.post("/<int:member_id>/suspend")
def suspend(member_id: int) -> ResponseReturnValue:
    """Take a member off everybody's tabs."""
    return _do(member_standing.suspend, member_id, lambda _: "It is suspended.")


@bp.post("/<int:member_id>/resume")
def resume(member_id: int) -> ResponseReturnValue:
    """Let a suspended member take part again."""
    return _do(member_standing.resume, member_id, lambda _: "It takes part again.")


def _do(
    command: Callable[..., Any], member_id: int, done: Callable[[Any], str]
) -> ResponseReturnValue:
    actor = access.require_superuser()
    try:
        told = done(command(actor, member_id, now=now()))
    except Conflict as error:
        twin = isinstance(error, SameAsn)
        return page_of(member_id, problem=str(error), twin=twin), error.status
    toast(told)
    return see_other(url_for(".show", member_id=member_id))


def _returned(back: member_standing.Back) -> str:
    told = f"It is back with {back.interfaces} interfaces."
    if not back.taken:
        return told
    return f"{told} Somebody else has {', '.join(back.taken)} by now."
