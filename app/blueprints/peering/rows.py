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
from app.services.noted import Counts
from app.services.peering import Peer
from app.services.peering_rows import Column

ROW, CELLS, ICONS = "peering/_row.html", "peering/_cells.html", "macros/icons.html"
ASKED = "macros/asked.html"
MADE_OF = (ROW, CELLS, ICONS, "macros/badges.html", "macros/notes.html")  # a kept look
OWN = ("id", "name", "asn", "policy", "folded", "cell")  # words of a member
SHARED = ("base", "query", "dots", "yes", "no", "back")  # words and icons of a list
# Stand for these words in a look; no stored text has control characters.
BLANKS = {word: chr(place) for place, word in enumerate((*OWN, *SHARED), start=14)}
NO_WORDS = {"folded": "", "cell": ""}


class Frame(NamedTuple):
    """What all rows of a list have in common."""

    tab: Tab
    columns: tuple[Column, ...]
    may_act: bool
    may_ask: bool


class Told(NamedTuple):
    """What a row says of requests, or on Rejected of the move: under the name, and in the column
    of its own."""

    folded: str
    cell: str


class Look(NamedTuple):
    """All that is seen of a member, but its own words."""

    standing: Standing
    has_policy: bool
    mark: Mark | None
    left: bool
    notes: Counts
    told: bool
    again: bool  # it can only be asked again
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
        self._asked: Any = get(ASKED).module
        icon = get(ICONS).module.icon  # type: ignore[attr-defined]
        self._shared = {
            "base": escape(base),
            "query": escape(query),
            "dots": icon("three-dots"),
            "yes": icon("check-lg"),
            "no": icon("x-lg"),
            "back": icon("arrow-counterclockwise"),
        }
        self._filled = [
            (BLANKS[word], str(text).replace("%", "%%")) for word, text in self._shared.items()
        ]
        self._silence = silence
        self._contexts: dict[tuple[Words, ...], dict[str, Any]] = {}
        self._keeps = _may_keep(get(name) for name in MADE_OF)
        self._known: dict[tuple[object, ...], str] = {}

    def __call__(self, peer: Peer, open_id: int | None, moved_id: int | None = None) -> Markup:
        """`open_id` is of the member whose drawer is open, `moved_id` of the one that was moved."""
        silence = self._silence.of(peer, self._frame.columns) if self._silence else ()
        told = self._tell(peer)
        if not self._keeps or peer.reason or peer.until or peer.id in (open_id, moved_id):
            context = self._context(silence) | {"told": told, "again": peer.asked is not None}
            places = {"open_id": open_id, "moved_id": moved_id}
            return Markup(self._row.render(context, peer=peer, **places))
        # Equal standings of one board are one object, which lives as long as the board.
        seen = (bool(peer.policy), peer.mark, peer.left, peer.notes, told is not None)
        key = (id(peer.standing), *seen, peer.asked is not None, silence)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._fill(Look(peer.standing, *key[1:]))
        words = told._asdict() if told else NO_WORDS
        own = {"name": escape(peer.name), "policy": escape(peer.policy or "")}
        return Markup(known % {"id": peer.id, "asn": peer.asn, **own, **words})

    def _tell(self, peer: Peer) -> Told | None:
        if self._frame.tab is Tab.REJECTED:
            return Told(self._asked.moved_folded(peer), self._asked.moved(peer))
        if not (peer.asked or peer.refused or peer.asked_us):
            return None
        return Told(self._asked.folded(peer), self._asked.asked(peer))

    def _fill(self, look: Look) -> str:
        """The row as this list has it, with a place for each word of a member's own."""
        html = _rendered(look, self._frame, self._row, self._cells)
        for blank, text in self._filled:
            html = html.replace(blank, text)
        return html

    def _context(self, silence: tuple[Words, ...]) -> dict[str, Any]:
        if silence not in self._contexts:
            context = _context(self._frame, self._cells, silence)
            self._contexts[silence] = context | self._shared
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
    """The row with a blank for each word of a list, and `%(word)s` for each of a member."""
    own: dict[str, Any] = {word: BLANKS[word] for word in ("id", "name", "asn", "policy")}
    if not look.has_policy:
        own["policy"] = None
    peer = Peer(**own, left=look.left, mark=look.mark, standing=look.standing, notes=look.notes)
    told = Told(BLANKS["folded"], BLANKS["cell"]) if look.told else None
    shared = {word: BLANKS[word] for word in SHARED}
    context = _context(frame, cells, look.silence)
    html = row.render(context, **shared, peer=peer, told=told, again=look.again)
    html = html.replace("%", "%%")
    for word in OWN:
        html = html.replace(BLANKS[word], f"%({word})s")
    return html


def _context(frame: Frame, cells: Template, silence: tuple[Words, ...]) -> dict[str, Any]:
    pairs = zip(frame.columns, silence, strict=False)
    drawn = Cells(frame.tab, cells, {column.vlan_id: words for column, words in pairs})
    return frame._asdict() | {"cells": drawn}
