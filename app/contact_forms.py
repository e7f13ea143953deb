"""The forms of a member's contacts: on its own page, and on the exchange's page about it."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.clock import now
from app.domain.actor import Actor
from app.domain.contact import KINDS, Wanted
from app.domain.errors import Conflict, Invalid
from app.services import contacts
from app.web import Undo, toast

ADDING = 0  # stands for the id of a contact that is yet to be stored


class Place(NamedTuple):
    """Where the forms stand: who uses them for which member, whose word a contact is then, what
    the addresses of the forms hold besides, and how such a request ends."""

    actor: Actor
    source: str
    where: dict[str, Any]
    done: Callable[[], ResponseReturnValue]
    refused: Callable[..., ResponseReturnValue]  # the error, and what the form tells then


def shown(actor: Actor, where: dict[str, Any]) -> dict[str, Any]:
    """What `details/_contacts.html` shows."""
    return {
        "whose": actor.member,
        "contacts": contacts.list_contacts(actor),
        "vlans": contacts.list_vlans(actor),
        "kinds": KINDS,
        "where": where,
    }


def add(place: Place) -> ResponseReturnValue:
    """Store a new contact."""
    try:
        contacts.add(place.actor, _wanted(), now=now(), source=place.source)
    except (Invalid, Conflict) as error:
        return place.refused(error, open_contact=ADDING)
    toast("The contact is saved.")
    return place.done()


def save(place: Place, contact_id: int) -> ResponseReturnValue:
    """Store a changed contact; refused, what was typed comes back."""
    version = request.form.get("version", "")
    try:
        contacts.edit(
            place.actor, contact_id, _wanted(), version=version, now=now(), source=place.source
        )
    except contacts.Changed as error:
        line = error.standing
        told = {"open_contact": contact_id, "contact_version": line.version}
        typed = {field: request.form.get(field, "") for field in error.touched}
        return place.refused(error, **told, typed=line._asdict() | typed)
    except (Invalid, Conflict) as error:
        return place.refused(error, open_contact=contact_id, contact_version=version)
    toast("The contact is saved.")
    return place.done()


def remove(place: Place, contact_id: int) -> ResponseReturnValue:
    """Take a contact away; the toast puts it back, as the word of who took it."""
    version = request.form.get("version", "")
    try:
        line = contacts.remove(place.actor, contact_id, version=version, now=now())
    except contacts.Changed as error:
        return place.refused(error, open_contact=contact_id, typed=None)
    assert place.actor.member is not None
    fields = {
        "member": str(place.actor.member.member_id),
        "kind": line.kind,
        "email": line.email,
        "phone": line.phone or "",
        "vlan_id": str(line.vlan_id or ""),
    }
    back = Undo(url_for(".add_contact", **place.where), fields, "details-contacts")
    toast(f"{line.name} is removed.", back)
    return place.done()


def _wanted() -> Wanted:
    form = request.form
    vlan = form.get("vlan_id", "")
    if vlan and not (vlan.isascii() and vlan.isdigit() and len(vlan) < 10):
        raise Invalid("Choose one of the VLANs, or all of them.", "vlan_id")
    return Wanted(
        form.get("kind", ""), form.get("email", ""), form.get("phone"), int(vlan) if vlan else None
    )
