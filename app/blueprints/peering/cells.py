"""The cells of a list, each look of them rendered once: a thousand rows have few looks."""

from collections.abc import Iterable, Mapping

from jinja2 import Template
from markupsafe import Markup

from app.domain.absence_words import short
from app.domain.classify import Cell, Tab
from app.services.coverage import Coverage
from app.services.peering import Peer
from app.services.peering_rows import Column

Look = tuple[object, ...]
Words = tuple[str, str]  # of the IPv4 and the IPv6 cell
NOTHING: Words = ("", "")


class Cells:
    """Renders what stands in one VLAN's column of a row."""

    def __init__(
        self, tab: Tab, template: Template, silence: Mapping[int, Words] | None = None
    ) -> None:
        self.tab, self._template, self._silence = tab, template, silence or {}
        self._known: dict[Look, Markup] = {}

    def __call__(self, peer: Peer, column: Column) -> Markup:
        cells = peer.cells_on(column.vlan_id)
        look = (column, peer.mark is None, _look(cells[0]), _look(cells[1])) if cells else column
        found = self._known.get(look)
        if found is None:
            found = self._known[look] = self._render(cells, column, peer.mark is None)
        return found

    def _render(
        self, cells: tuple[Cell | None, Cell | None] | None, column: Column, observed: bool
    ) -> Markup:
        silence = self._silence.get(column.vlan_id, NOTHING)
        html = self._template.render(
            cells=cells, column=column, observed=observed, tab=self.tab, silence=silence
        )
        return Markup(html.strip())


class Silence:
    """What it means that cells show no session of their own, in a few words for each VLAN."""

    def __init__(self, coverage: Coverage, own_id: int, days: int) -> None:
        self._coverage, self._own_id, self._days = coverage, own_id, days

    def of(self, peer: Peer, columns: Iterable[Column]) -> tuple[Words, ...]:
        """In the order of the columns."""
        return tuple(self._on(peer, column) for column in columns)

    def _on(self, peer: Peer, column: Column) -> Words:
        four, six = peer.cells_on(column.vlan_id) or (None, None)
        return self._words(peer.id, four), self._words(peer.id, six)

    def _words(self, peer_id: int, cell: Cell | None) -> str:
        if cell is None or cell.confirmed or cell.possible:
            return ""
        found = self._coverage.in_cell(self._own_id, peer_id, (cell.vlan_id, cell.protocol))
        return short(found, self._days).replace(" %", "\u00a0%")  # no line begins with it


def _look(cell: Cell | None) -> Look | None:
    """All that is seen of a cell."""
    return cell and (cell.link, cell.confirmed, cell.pairs, cell.possible)
