"""The cells of a list, each look of them rendered once: a thousand rows have few looks."""

from jinja2 import Template
from markupsafe import Markup

from app.domain.classify import Cell, Tab
from app.services.peering import Peer
from app.services.peering_rows import Column

Look = tuple[object, ...]


class Cells:
    """Renders what stands in one VLAN's column of a row."""

    def __init__(self, tab: Tab, template: Template) -> None:
        self.tab, self._template = tab, template
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
        html = self._template.render(cells=cells, column=column, observed=observed, tab=self.tab)
        return Markup(html.strip())


def _look(cell: Cell | None) -> Look | None:
    """All that is seen of a cell."""
    return cell and (cell.link, cell.confirmed, cell.pairs, cell.possible)
