"""The rows of a list, each look rendered once: a thousand rows have some dozens of looks."""

from typing import Any

from flask import current_app
from markupsafe import Markup, escape

from app.blueprints.peering.cells import Cells
from app.domain.classify import Tab
from app.services.peering import Peer

# Stand for a member's own words in a look; no stored text has control characters.
BLANKS = {"id": "\x01", "name": "\x02", "asn": "\x03", "policy": "\x04"}
Look = tuple[object, ...]


class Rows:
    """Renders the row of a member; lives for one answer. `context` is what every row is told."""

    def __init__(self, tab: Tab, **context: Any) -> None:
        # Not render_template: a row needs nothing of what every page is told.
        self._template = current_app.jinja_env.get_template("peering/_row.html")
        icon = current_app.jinja_env.get_template("macros/icons.html").module.icon  # type: ignore[attr-defined]
        drawn = {
            "dots": icon("three-dots"),
            "yes": icon("check-lg"),
            "no": icon("x-lg"),
            "back": icon("arrow-counterclockwise"),
        }
        self._context = {"cells": Cells(tab), **drawn, **context}
        self._known: dict[Look, str] = {}

    def __call__(self, peer: Peer, open_id: int | None) -> Markup:
        if peer.has_history or peer.id == open_id:
            return Markup(self._template.render(self._context, peer=peer, open_id=open_id))
        # Equal standings of one board are one object, which lives as long as the board.
        look = (id(peer.standing), bool(peer.policy), peer.mark, peer.left)
        known = self._known.get(look)
        if known is None:
            known = self._known[look] = self._look(peer)
        name, policy = escape(peer.name), escape(peer.policy or "")
        return Markup(known % {"id": peer.id, "name": name, "asn": peer.asn, "policy": policy})

    def _look(self, peer: Peer) -> str:
        """The row with a place for each of its own words."""
        blanks: dict[str, Any] = BLANKS | {"policy": peer.policy and BLANKS["policy"]}
        html = self._template.render(self._context, peer=peer._replace(**blanks))
        html = html.replace("%", "%%")
        for word, blank in BLANKS.items():
            html = html.replace(blank, f"%({word})s")
        return html
