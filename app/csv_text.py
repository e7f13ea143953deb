"""Lists as files for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence

from app.domain.csv_cells import safe


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """RFC 4180 with a heading line; no text is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return safe(value)
    return "" if value is None else value
