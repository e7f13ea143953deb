"""What stands above the form of a request: facts nobody said, addresses that refused."""

import re
from typing import NamedTuple

from flask import current_app, url_for

from app.domain.completeness import Facts, gaps
from app.services.request_draft import Draft


class Missing(NamedTuple):
    """A fact that nobody said, and where one can; without a link only the other side can."""

    sentence: str
    link: str = ""
    warns: bool = False


def list_missing(draft: Draft, to: str) -> list[Missing]:
    """What the mail leaves out since nobody said it, and where to say it; first what is wrong
    with whom it goes to."""
    return [*_theirs(draft, to), *_ours(draft)]


def _ours(draft: Draft) -> list[Missing]:
    own = draft.own
    kinds = {one.kind for one in own.contacts}
    facts = Facts(
        "peering" in kinds,
        "noc" in kinds or bool(own.noc_phone),
        own.as_sets.get(4),
        own.as_sets.get(6),
        own.max_prefix.get(4),
        own.max_prefix.get(6),
        own.policy,
        own.in_peeringdb,
        frozenset(one.protocol for one in draft.offered) or frozenset({4, 6}),
    )
    there = url_for("details.index") if "details" in current_app.blueprints else ""
    return [
        Missing(
            f"{gap.what}: the message leaves it out, {gap.why}.", f"{there}#details-{gap.field}"
        )
        for gap in gaps(facts)
    ]


def _theirs(draft: Draft, to: str) -> list[Missing]:
    name, contacts = draft.peer.name, draft.peer.contacts
    found = []
    bad = {one.email.casefold() for one in contacts if one.refused}
    typed = [word for word in re.split(r"[\s,;<>]+", to) if word.casefold() in bad]
    if typed:
        good = [one.email for one in contacts if one.email.casefold() not in bad]
        way = (
            f"Use {good[0]}, or ask the exchange."
            if good
            else f"The exchange knows no other address of {name}; ask it for one."
        )
        said = f"A mail server refused {', '.join(dict.fromkeys(typed))} the last time. {way}"
        found.append(Missing(said, warns=True))
    if not any(one.kind == "peering" for one in contacts):
        lacks = (
            f"The exchange knows no peering address of {name}, so To is empty. Mail them yourself "
            "and press “Mark as sent”, or ask the exchange to add their address."
        )
        found.append(Missing(lacks))
    return found
