"""The matrix as files: CSV, JSON, GraphML, a table for a terminal.

Each is made piece by piece, one for every row of the matrix: of 2,500 members there are three
million pairs, which nobody shall have to keep in memory at once.
"""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from xml.sax.saxutils import escape, quoteattr

from app.domain.csv_cells import safe
from app.domain.matrix import CODES, LINKED, SELF, Matrix, Party

WORDS = tuple(link.value for link in CODES)
HEADINGS = ("ASN", "Member", "ASN", "Member", "Link")


def as_csv(matrix: Matrix, vlan: str, protocol: int) -> Iterator[str]:
    """A line for each pair, which says of which LAN it is. A name that a spreadsheet would run as
    a formula gets a quote."""
    yield _line("asn_a", "name_a", "asn_b", "name_b", "link", "vlan", "protocol") + "\r\n"
    cells = [_line(party.asn, safe(party.name)) for party in matrix.parties]
    ends = [f",{word},{_line(safe(vlan), protocol)}\r\n" for word in WORDS]
    for place, row in _halves(matrix):
        head = f"{cells[place]},"
        yield "".join(f"{head}{cells[other]}{ends[code]}" for other, code in row)


def _line(*cells: object) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="").writerow(cells)
    return out.getvalue()


def _halves(matrix: Matrix) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
    """Each place, and the places after it with which it is a pair that is shown, with its code."""
    for place, row in enumerate(matrix.rows):
        after = enumerate(row[place + 1 :], place + 1)
        yield place, ((other, code) for other, code in after if code < SELF)


def as_json(matrix: Matrix, vlan: str, protocol: int) -> Iterator[str]:
    """Members once, and every pair by their ids; `left_out` stands with members who left."""
    head = {"vlan": vlan, "protocol": protocol, "members": [_member(p) for p in matrix.parties]}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "pairs": ['
    between = ""
    for place, row in _halves(matrix):
        one = f'{{"a": {matrix.parties[place].id}, "b": '
        pairs = ", ".join(
            f'{one}{matrix.parties[other].id}, "link": "{WORDS[code]}"}}' for other, code in row
        )
        if pairs:
            yield f"{between}{pairs}"
            between = ", "
    yield "]}"


def _member(party: Party) -> dict[str, object]:
    said: dict[str, object] = {"id": party.id, "asn": party.asn, "name": party.name}
    return said | {"left_out": True} if party.out else said


def as_graphml(matrix: Matrix) -> Iterator[str]:
    """Members as nodes, pairs with a link as edges."""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
        '<key id="asn" for="node" attr.name="asn" attr.type="long"/>\n'
        '<key id="name" for="node" attr.name="name" attr.type="string"/>\n'
        '<key id="link" for="edge" attr.name="link" attr.type="string"/>\n'
        '<graph edgedefault="undirected">\n'
    )
    yield "".join(
        f'<node id={quoteattr(f"m{p.id}")}><data key="asn">{p.asn}</data>'
        f'<data key="name">{escape(_legal(p.name))}</data></node>\n'
        for p in matrix.parties
    )
    ids = [party.id for party in matrix.parties]
    for place, row in _halves(matrix):
        head = f'<edge source="m{ids[place]}" target="m'
        yield "".join(
            f'{head}{ids[other]}"><data key="link">{WORDS[code]}</data></edge>\n'
            for other, code in row
            if CODES[code] in LINKED
        )
    yield "</graph></graphml>\n"


def _legal(text: str) -> str:
    """Without what XML 1.0 forbids."""
    return "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")


def as_table(matrix: Matrix) -> Iterator[str]:
    """Lines for a terminal, a heading above them."""
    asns = [f"AS{party.asn}" for party in matrix.parties]
    names = [_legal(party.name) for party in matrix.parties]
    asn, name = (max(map(len, [heading, *column])) for heading, column in
                 zip(HEADINGS, (asns, names), strict=False))  # fmt: skip
    form = f"{{:{asn}}}  {{:{name}}}  {{:{asn}}}  {{:{name}}}  {{}}\n"
    rule = ["-" * width for width in (asn, name, asn, name, max(map(len, WORDS)))]
    yield form.format(*HEADINGS) + form.format(*rule)
    for place, row in _halves(matrix):
        yield "".join(
            form.format(asns[place], names[place], asns[other], names[other], WORDS[code])
            for other, code in row
        )
