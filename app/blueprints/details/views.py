"""Views of one's own details: small forms, each swapped in place."""

from functools import partial
from typing import Any

from flask import Blueprint, current_app, request, url_for
from flask.typing import ResponseReturnValue

from app import access, contact_forms
from app.clock import now
from app.config import Settings
from app.domain.actor import Actor
from app.domain.details import HOURS, POLICIES, SECTIONS, WORDS
from app.domain.errors import AppError, Forbidden, Invalid
from app.domain.wishes import WORDS as WISHES
from app.services import details, matrix, request_draft, request_wishes
from app.web import render, see_other, swap, toast, wants_partial

bp = Blueprint("details", __name__, url_prefix="/details")

SECTION = f"<any({', '.join(SECTIONS)}):section>"
MATRIX_SEEN_BY = {
    0: "everybody, even without a login",
    1: "every login",
    2: "the administrators of all members",
    3: "nobody but the exchange",
}


@bp.get("/")
def index() -> ResponseReturnValue:
    """Everything, with what a good request still misses."""
    return render("details/index.html", "details/_panel.html", **_context(access.require_member()))


@bp.post(f"/{SECTION}")
def save(section: str) -> ResponseReturnValue:
    """Store one section; refused, it comes back with what was typed."""
    actor = _editor()
    try:
        version = request.form.get("version", "")
        changed = details.save(actor, section, request.form, version=version, now=now())
    except details.Changed as error:
        told = {"standing": error.standing, "versions": {section: error.version}}
        return _refused(actor, section, error, touched=error.touched, **told)
    except Invalid as error:
        return _refused(actor, section, error, versions={section: version})
    toast("Your details are saved." if changed else "Nothing was changed.")
    return _done(actor, section)


@bp.post("/follow")
def follow() -> ResponseReturnValue:
    """Give a field back to the imports."""
    actor = _editor()
    details.follow_import(actor, request.form.get("field", ""), now=now())
    toast("The next import may set this field.")
    return _done(actor, "policy")


@bp.post("/contacts")
def add_contact() -> ResponseReturnValue:
    """Store a new contact."""
    return contact_forms.add(_contacts_of(_editor()))


@bp.post("/contacts/<int:contact_id>")
def save_contact(contact_id: int) -> ResponseReturnValue:
    """Store a changed contact; refused, what was typed comes back."""
    return contact_forms.save(_contacts_of(_editor()), contact_id)


@bp.post("/contacts/<int:contact_id>/remove")
def remove_contact(contact_id: int) -> ResponseReturnValue:
    """Take a contact away; the toast puts it back, as the member's own word."""
    return contact_forms.remove(_contacts_of(_editor()), contact_id)


@bp.post("/matrix")
def show_in_matrix() -> ResponseReturnValue:
    """Leave the peering matrix, or come back to it."""
    actor = _editor()
    if not _matrix_seen_by():
        raise Forbidden("The peering matrix is switched off by the exchange.")
    choice = request.form.get("on")
    if choice not in ("0", "1"):
        raise Invalid("Switch the matrix on or off.", "on")
    matrix.set_opt_out(actor, choice == "0", now=now())
    toast("You are in the peering matrix." if choice == "1" else "You are left out of the matrix.")
    return _done(actor, "matrix")


def _editor() -> Actor:
    actor = access.require_acting()
    access.check_same_member(actor)
    return actor


def _contacts_of(actor: Actor) -> contact_forms.Place:
    return contact_forms.Place(
        actor,
        details.MEMBER,
        {},
        done=partial(_done, actor, "contacts"),
        refused=partial(_refused, actor, "contacts"),
    )


def _refused(actor: Actor, section: str, error: AppError, **told: Any) -> ResponseReturnValue:
    context = _context(actor)
    context["versions"] |= told.pop("versions", {})
    context |= {
        "section": section,
        "at": section,
        "problem": str(error),
        "wrong": error.field,
        "typed": request.form,
        **told,
    }
    if wants_partial():
        return swap(f"details/_{_partial(section)}.html", status=error.status, **context)
    page = render("details/index.html", "details/_panel.html", **context)
    page.status_code = error.status
    return page


def _done(actor: Actor, section: str) -> ResponseReturnValue:
    if not wants_partial():
        return see_other(f"{url_for('.index')}#details-{section}")
    oob = ("details/_gaps.html",)
    return swap(f"details/_{_partial(section)}.html", oob=oob, **_context(actor), section=section)


def _partial(section: str) -> str:
    return section if section in ("contacts", "matrix") else "section"


def _context(actor: Actor) -> dict[str, Any]:
    found, member_id = details.get_details(actor), details.own_member(actor).member_id
    return {
        "details": found,
        "versions": dict(found.versions),
        **contact_forms.shown(actor, {}),
        "sections": SECTIONS,
        "words": WORDS,
        "stands_in": request_draft.list_defaults(member_id),
        "offered": {"policy": POLICIES, "noc_hours": HOURS},
        "imported": details.IMPORTED,
        "may_edit": access.may_act(),
        "wish": _wish(actor),
        "matrix_seen_by": _matrix_seen_by(),
        "matrix_out": matrix.is_out(member_id),
        "title": "Our details",
    }


def _matrix_seen_by() -> str:
    """Who may see the peering matrix, in words; empty while it is off."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.peering_matrix_disabled or "matrix" not in current_app.blueprints:
        return ""
    return MATRIX_SEEN_BY[settings.matrix_min_auth]


def _wish(actor: Actor) -> str:
    """How the member wishes to be asked, in words; empty while there are no requests."""
    settings: Settings = current_app.config["SETTINGS"]
    is_off = settings.peering_manager_disabled or "requests" not in current_app.blueprints
    if actor.member is None or is_off:
        return ""
    return WISHES[request_wishes.get_wish(actor.member.member_id)[0]]
