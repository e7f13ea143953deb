"""The rows of a list, each look rendered once: a thousand rows have some dozens of looks."""

from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from jinja2 import Template
from markupsafe import Markup, escape

from app.blueprints.peering.cells import Cells
from app.domain.classify import Mark, Standing, Tab
from app.services.peering import Peer
from app.services.peering_rows import Column

TEMPLATES = ("peering/_row.html", "peering/_cells.html", "macros/icons.html")
OWN = ("id", "name", "asn", "policy")  # words of a member
SHARED = ("base", "query", "dots", "yes", "no", "back")  # words and icons of a list
# Stand for these words in a look; no stored text has control characters.
BLANKS = {word: chr(place) for place, word in enumerate((*OWN, *SHARED), start=14)}


class List(NamedTuple):
    """What all rows of a list have in common."""

    tab: Tab
    columns: tuple[Column, ...]
    may_act: bool


class Look(NamedTuple):
    """All that is seen of a member without history, but its own words."""

    standing: Standing
    has_policy: bool
    mark: Mark | None
    left: bool


class Rows:
    """Renders the row of a member; lives for one answer. `base` and `query` are what the links of
    a list begin and end with."""

    def __init__(self, of: List, *, base: str, query: str) -> None:
        # Not render_template: a row needs nothing of what every page is told.
        row, cells, icons = map(current_app.jinja_env.get_template, TEMPLATES)
        self._of, self._row, self._cells = of, row, cells
        icon = icons.module.icon  # type: ignore[attr-defined]
        self._shared = {
            "base": escape(base),
            "query": escape(query),
            "dots": icon("three-dots"),
            "yes": icon("check-lg"),
            "no": icon("x-lg"),
            "back": icon("arrow-counterclockwise"),
        }
        self._known: dict[tuple[object, ...], str] = {}

    def __call__(self, peer: Peer, open_id: int | None) -> Markup:
        if peer.has_history or peer.id == open_id:
            told = _told(self._of, self._cells)
            return Markup(self._row.render(told, **self._shared, peer=peer, open_id=open_id))
        # Equal standings of one board are one object, which lives as long as the board.
        key = (id(peer.standing), bool(peer.policy), peer.mark, peer.left)
        known = self._known.get(key)
        if known is None:
            look = Look(peer.standing, *key[1:])
            known = self._known[key] = _rendered(look, self._of, self._row, self._cells)
        own = {"name": escape(peer.name), "policy": escape(peer.policy or "")}
        return Markup(known % {"id": peer.id, "asn": peer.asn, **own, **self._shared})


@lru_cache(maxsize=2048)  # never stale: all it is made of is in its arguments
def _rendered(look: Look, of: List, row: Template, cells: Template) -> str:
    """The row with a place for each word of its own."""
    own: dict[str, Any] = {word: BLANKS[word] for word in OWN}
    if not look.has_policy:
        own["policy"] = None
    peer = Peer(**own, left=look.left, mark=look.mark, standing=look.standing)
    shared = {word: BLANKS[word] for word in SHARED}
    html = row.render(_told(of, cells), **shared, peer=peer).replace("%", "%%")
    for word, blank in BLANKS.items():
        html = html.replace(blank, f"%({word})s")
    return html


def _told(of: List, cells: Template) -> dict[str, Any]:
    return {"cells": Cells(of.tab, cells), "columns": of.columns, "may_act": of.may_act}
