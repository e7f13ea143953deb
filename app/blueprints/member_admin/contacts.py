"""The contacts of a member, kept by the exchange with the forms of the member's own page."""

from functools import partial
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app import access, contact_forms
from app.blueprints.member_admin.room import bp
from app.blueprints.member_admin.views import context_of, page_of
from app.domain.errors import AppError
from app.services import contacts
from app.services.member_edit import OPERATOR
from app.web import see_other, swap, wants_partial


@bp.post("/<int:member_id>/contacts")
def add_contact(member_id: int) -> ResponseReturnValue:
    """Store a new contact."""
    return contact_forms.add(_place(member_id))


@bp.post("/<int:member_id>/contacts/<int:contact_id>")
def save_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """Store a changed contact; refused, what was typed comes back."""
    return contact_forms.save(_place(member_id), contact_id)


@bp.post("/<int:member_id>/contacts/<int:contact_id>/remove")
def remove_contact(member_id: int, contact_id: int) -> ResponseReturnValue:
    """Take a contact away; the toast puts it back, as the exchange's word."""
    return contact_forms.remove(_place(member_id), contact_id)


def _place(member_id: int) -> contact_forms.Place:
    return contact_forms.Place(
        contacts.kept_by(access.require_superuser(), member_id),
        OPERATOR,
        {"member_id": member_id},
        done=partial(_done, member_id),
        refused=partial(_refused, member_id),
    )


def _done(member_id: int) -> ResponseReturnValue:
    if not wants_partial():
        return see_other(f"{url_for('.show', member_id=member_id)}#details-contacts")
    oob = ("member_admin/_changed.html",)
    return swap("details/_contacts.html", oob=oob, **context_of(member_id))


def _refused(member_id: int, error: AppError, **told: Any) -> ResponseReturnValue:
    told = {"wrong": error.field, "typed": request.form, **told}
    if wants_partial():
        context = context_of(member_id) | {"problem": str(error)} | told
        return swap("details/_contacts.html", status=error.status, **context)
    return page_of(member_id, str(error), **told), error.status
