"""The list of members, and one with all it has."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import access, contact_forms
from app.blueprints.member_admin import words
from app.blueprints.member_admin.room import bp
from app.domain import audit_log as sought_in
from app.domain import member_list
from app.domain.member_fields import FIELDS
from app.services import audit_log, contacts, member_pages
from app.web import render

PAGE = 100
FARTHEST = 1_000_000
RECENT = 8


@bp.get("/")
def index() -> ResponseReturnValue:
    """Members by name, with a search, filters and an order, all of it in the address."""
    access.require_superuser()
    sought = member_list.read(request.args)
    lines = member_pages.list_lines()
    found = member_list.find(lines, sought)
    offset = min(max(0, request.args.get("from", 0, type=int)), FARTHEST)
    return render(
        "member_admin/index.html",
        "member_admin/_list.html",
        lines=found[offset : offset + PAGE],
        total=len(found),
        offset=offset,
        size=PAGE,
        sought=sought,
        everybody=len(lines),
        words=words,
        title="Members",
    )


@bp.get("/<int:member_id>")
def show(member_id: int) -> ResponseReturnValue:
    """One member: what it says, where it is connected, who acts for it, what changed."""
    return page_of(member_id)


def page_of(member_id: int, problem: str = "", **told: Any) -> str:
    """The page of a member; `problem` says why something was refused, `twin` that another has its
    ASN; `told` may say what else a refused form shows."""
    context = context_of(member_id) | {"problem": problem, "twin": False} | told
    return render_template("member_admin/member.html", **context)


def context_of(member_id: int) -> dict[str, Any]:
    """What the page of a member shows, and what a swap of a part of it does."""
    actor = access.require_superuser()
    member = member_pages.get_page(member_id)
    about = sought_in.Sought(member_id=member_id)
    entries: list[audit_log.Entry] = []
    if not actor.viewing:  # who looks as a member reads that member's log, elsewhere
        entries, _ = audit_log.list_entries(actor, about, most=RECENT)
    return {
        **contact_forms.shown(contacts.kept_by(actor, member_id), {"member_id": member_id}),
        "may_edit": True,
        "member": member,
        "fields": FIELDS,
        "entries": entries,
        "words": words,
    }
