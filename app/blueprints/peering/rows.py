"""The rows of a list, each look rendered once: a thousand rows have some dozens of looks."""

import re
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.blueprints.peering.cells import Cells
from app.domain.classify import Tab
from app.services.peering import Peer

# Stand for a member's own words in a look; no stored text has control characters.
ID, NAME, ASN, POLICY = "\x01", "\x02", "\x03", "\x04"
OWN_WORDS = re.compile(f"([{ID}{NAME}{ASN}{POLICY}])")

Look = tuple[object, ...]


class Rows:
    """Renders the row of a member; lives for one answer. `context` is what every row is told."""

    def __init__(self, tab: Tab, **context: Any) -> None:
        # Not render_template: a row needs nothing of what every page is told.
        self._template = current_app.jinja_env.get_template("peering/_row.html")
        self._context = {"cells": Cells(tab), **context}
        self._known: dict[Look, list[str]] = {}

    def __call__(self, peer: Peer, open_id: int | None) -> Markup:
        if peer.has_history or peer.id == open_id:
            return Markup(self._template.render(self._context, peer=peer, open_id=open_id))
        # Equal standings of one board are one object, which lives as long as the board.
        look = (id(peer.standing), bool(peer.policy), peer.mark, peer.left)
        parts = self._known.get(look)
        if parts is None:
            blank: Any = {"id": ID, "name": NAME, "asn": ASN, "policy": peer.policy and POLICY}
            html = self._template.render(self._context, peer=peer._replace(**blank))
            parts = self._known[look] = OWN_WORDS.split(html)
        words = {
            ID: str(peer.id),
            NAME: escape(peer.name),
            ASN: str(peer.asn),
            POLICY: escape(peer.policy or ""),
        }
        return Markup("".join([words.get(part, part) for part in parts]))
