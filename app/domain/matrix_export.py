"""The matrix as files: CSV, JSON, GraphML."""

import csv
import json
from io import StringIO
from xml.sax.saxutils import escape, quoteattr

from app.domain.classify import Link
from app.domain.matrix import Matrix

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(matrix: Matrix) -> str:
    """A line for each pair. A name that a spreadsheet would run as a formula gets a quote."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("asn_a", "name_a", "asn_b", "name_b", "link"))
    for one, other, link in matrix.pairs():
        writer.writerow((one.asn, _cell(one.name), other.asn, _cell(other.name), link.value))
    return out.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def as_json(matrix: Matrix, vlan: str, protocol: int) -> str:
    """Members once, and every pair by their ids."""
    members = [{"id": p.id, "asn": p.asn, "name": p.name} for p in matrix.parties]
    pairs = [{"a": a.id, "b": b.id, "link": link.value} for a, b, link in matrix.pairs()]
    whole = {"vlan": vlan, "protocol": protocol, "members": members, "pairs": pairs}
    return json.dumps(whole, ensure_ascii=False)


def as_graphml(matrix: Matrix) -> str:
    """Members as nodes, pairs with a link as edges."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="asn" for="node" attr.name="asn" attr.type="long"/>',
        '<key id="name" for="node" attr.name="name" attr.type="string"/>',
        '<key id="link" for="edge" attr.name="link" attr.type="string"/>',
        '<graph edgedefault="undirected">',
    ]
    lines += [
        f'<node id={quoteattr(f"m{p.id}")}><data key="asn">{p.asn}</data>'
        f'<data key="name">{escape(_legal(p.name))}</data></node>'
        for p in matrix.parties
    ]
    lines += [
        f'<edge source="m{a.id}" target="m{b.id}"><data key="link">{link.value}</data></edge>'
        for a, b, link in matrix.pairs()
        if link not in (Link.NONE, Link.POSSIBLE)
    ]
    return "\n".join([*lines, "</graph></graphml>", ""])


def _legal(text: str) -> str:
    """Without what XML 1.0 forbids."""
    return "".join(c for c in text if c >= " " and c not in "\ufffe\uffff")
