"""Making a member, and changing what the exchange says of it."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import access
from app.blueprints.member_admin import words
from app.blueprints.member_admin.forms import MemberForm
from app.blueprints.member_admin.room import bp
from app.clock import now
from app.domain.details import POLICIES
from app.domain.errors import Conflict, Invalid
from app.domain.member_fields import IMPORTED
from app.services import member_edit, member_pages
from app.web import see_other, toast


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Make a member by hand; imports that find its ASN take it for theirs."""
    actor = access.require_superuser()
    form = MemberForm()
    if request.method == "GET":
        return _page(form)
    try:
        share = bool(form.share_asn.data)
        member_id = member_edit.create(actor, form.given, now=now(), share_asn=share)
    except (Invalid, Conflict) as error:
        return _refused(form, error)
    toast(f"{form.name.data} is a member now.")
    return see_other(url_for(".show", member_id=member_id))


@bp.route("/<int:member_id>/edit", methods=["GET", "POST"])
def edit(member_id: int) -> ResponseReturnValue:
    """Change a member. When somebody was faster, both values come back."""
    actor = access.require_superuser()
    standing = member_edit.get_fields(member_id)
    if request.method == "GET":
        return _page(MemberForm(data=standing.values), member_id, standing)
    form = MemberForm()
    version = request.form.get("version", "")
    try:
        changed = member_edit.edit(
            actor,
            member_id,
            form.given,
            version=version,
            now=now(),
            share_asn=bool(form.share_asn.data),
        )
    except member_edit.Changed as error:
        form.take_over(error.standing.values, but=error.touched)
        page = _page(form, member_id, error.standing, problem=str(error), theirs=True)
        return page, error.status
    except (Invalid, Conflict) as error:
        return _refused(form, error, member_id, standing._replace(version=version))
    toast(f"{form.name.data} is saved." if changed else "Nothing was changed.")
    return see_other(url_for(".show", member_id=member_id))


@bp.post("/<int:member_id>/follow")
def follow(member_id: int) -> ResponseReturnValue:
    """Give a field back to the imports."""
    actor = access.require_superuser()
    member_edit.follow_import(actor, member_id, request.form.get("field", ""), now=now())
    toast("The next import may set this field.")
    return see_other(url_for(".edit", member_id=member_id))


def _refused(
    form: MemberForm,
    error: Invalid | Conflict,
    member_id: int | None = None,
    standing: member_edit.Standing | None = None,
) -> ResponseReturnValue:
    if error.field in form:
        form[error.field].errors = [str(error)]
        problem = ""
    else:
        problem = str(error)
    twin = error.holder_id if isinstance(error, member_edit.SameAsn) else None
    return _page(form, member_id, standing, problem=problem, twin=twin), error.status


def _page(
    form: MemberForm,
    member_id: int | None = None,
    standing: member_edit.Standing | None = None,
    **told: Any,
) -> str:
    context: dict[str, Any] = {
        "form": form,
        "member_id": member_id,
        "standing": standing,
        "problem": "",
        "twin": None,
        "theirs": False,
        "sources": member_pages.get_page(member_id).sources if member_id else [],
        "imported": IMPORTED,
        "policies": POLICIES,
        "type_help": words.TYPE_HELP,
        "types": words.TYPES,
    }
    return render_template("member_admin/form.html", **context | told)
