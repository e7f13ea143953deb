"""The rows of a list, each look rendered once: a thousand rows have some dozens of looks."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from flask import current_app
from jinja2 import Template
from markupsafe import Markup, escape

from app.blueprints.peering.cells import Cells, Silence, Words
from app.config import Settings
from app.domain.classify import Mark, Standing, Tab
from app.services.peering import Peer
from app.services.peering_rows import Column

ROW, CELLS, ICONS = "peering/_row.html", "peering/_cells.html", "macros/icons.html"
MADE_OF = (ROW, CELLS, "macros/badges.html")  # what a kept look is made of
OWN = ("id", "name", "asn", "policy")  # words of a member
SHARED = ("base", "query", "dots", "yes", "no", "back")  # words and icons of a list
# Stand for these words in a look; no stored text has control characters.
BLANKS = {word: chr(place) for place, word in enumerate((*OWN, *SHARED), start=14)}


class Frame(NamedTuple):
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
    silence: tuple[Words, ...]


class Rows:
    """Renders the row of a member; lives for one answer. `base` and `query` are what the links of
    a list begin and end with."""

    def __init__(
        self, frame: Frame, *, base: str, query: str, silence: Silence | None = None
    ) -> None:
        # Not render_template: a row needs nothing of what every page is told.
        get = current_app.jinja_env.get_template
        self._frame, self._row, self._cells = frame, get(ROW), get(CELLS)
        icon = get(ICONS).module.icon  # type: ignore[attr-defined]
        self._shared = {
            "base": escape(base),
            "query": escape(query),
            "dots": icon("three-dots"),
            "yes": icon("check-lg"),
            "no": icon("x-lg"),
            "back": icon("arrow-counterclockwise"),
        }
        self._silence = silence
        self._contexts: dict[tuple[Words, ...], dict[str, Any]] = {}
        self._keeps = _may_keep(get(name) for name in MADE_OF)
        self._known: dict[tuple[object, ...], str] = {}

    def __call__(self, peer: Peer, open_id: int | None) -> Markup:
        silence = self._silence.of(peer, self._frame.columns) if self._silence else ()
        if not self._keeps or peer.has_history or peer.id == open_id:
            told = self._told(silence)
            return Markup(self._row.render(told, peer=peer, open_id=open_id))
        # Equal standings of one board are one object, which lives as long as the board.
        key = (id(peer.standing), bool(peer.policy), peer.mark, peer.left, silence)
        known = self._known.get(key)
        if known is None:
            look = Look(peer.standing, *key[1:])
            known = self._known[key] = _rendered(look, self._frame, self._row, self._cells)
        own = {"name": escape(peer.name), "policy": escape(peer.policy or "")}
        return Markup(known % {"id": peer.id, "asn": peer.asn, **own, **self._shared})

    def _told(self, silence: tuple[Words, ...]) -> dict[str, Any]:
        if silence not in self._contexts:
            told = _context(self._frame, self._cells, silence)
            self._contexts[silence] = told | self._shared
        return self._contexts[silence]


def _may_keep(templates: Iterable[Template]) -> bool:
    """Whether looks outlive an answer: our own templates say nothing of who asks. Those of a skin
    may, and while debugging they change."""
    settings: Settings = current_app.config["SETTINGS"]
    ours = current_app.root_path
    return not settings.debug and all(
        (template.filename or "").startswith(ours) for template in templates
    )


@lru_cache(maxsize=2048)  # never stale: all it is made of is in its arguments
def _rendered(look: Look, frame: Frame, row: Template, cells: Template) -> str:
    """The row with a place for each word of its own."""
    own: dict[str, Any] = {word: BLANKS[word] for word in OWN}
    if not look.has_policy:
        own["policy"] = None
    peer = Peer(**own, left=look.left, mark=look.mark, standing=look.standing)
    shared = {word: BLANKS[word] for word in SHARED}
    html = row.render(_context(frame, cells, look.silence), **shared, peer=peer).replace("%", "%%")
    for word, blank in BLANKS.items():
        html = html.replace(blank, f"%({word})s")
    return html


def _context(frame: Frame, cells: Template, silence: tuple[Words, ...]) -> dict[str, Any]:
    pairs = zip(frame.columns, silence, strict=False)
    drawn = Cells(frame.tab, cells, {column.vlan_id: words for column, words in pairs})
    return {"cells": drawn, "columns": frame.columns, "may_act": frame.may_act}
