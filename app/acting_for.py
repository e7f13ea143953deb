"""The member that a session is for, of those its user may act for."""

from flask import session

from app.domain.actor import Actor
from app.web import toast


def chosen() -> dict[str, int]:
    """What a session keeps of it, for the next one of the same user."""
    return {"member_id": session["member_id"]} if "member_id" in session else {}


def choose(actor: Actor) -> None:
    """A session goes on for the member it began with, and says so when that is another."""
    tell_of_another(actor)
    if actor.member:
        session["member_id"] = actor.member.member_id


def tell_of_another(actor: Actor) -> None:
    """Say it once, when the member that was chosen is not theirs any more."""
    before = session.get("member_id")
    if before is None or actor.member is None or actor.viewing:
        return
    if actor.member.member_id != before:
        session["member_id"] = actor.member.member_id
        toast(
            "You do not act for the member any more that you acted for: it left, or somebody ended "
            f"that. You act for {actor.member.name}, AS{actor.member.asn}, now."
        )
