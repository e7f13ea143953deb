"""The matrix as files: CSV, JSON, GraphML, and a picture for slides."""

import csv
import json
import struct
import zlib
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


# White, line, yellow, blue, green; the glyphs differ in shape, so that grey paper tells them too.
PALETTE = bytes.fromhex("ffffff d0d0ca 6a5200 14508a 12604e 8cc1f2")
GLYPHS = (  # 7 by 7, in order of the codes: empty, ring, small box, disc, box in a box, oneself
    "0000000 0000000 0000000 0000000 0000000 0000000 0000000",
    "0000000 0022200 0200020 0200020 0200020 0022200 0000000",
    "0000000 0000000 0033300 0033300 0033300 0000000 0000000",
    "0000000 0044400 0444440 0444440 0444440 0044400 0000000",
    "4444444 4444444 4455544 4455544 4455544 4444444 4444444",
    "1111111 1111111 1111111 1111111 1111111 1111111 1111111",
)
SMALL = bytes((0, 2, 3, 4, 5, 1))  # a pixel a pair
MOST_GLYPHS = 300  # members that get shapes; beyond, a picture would be too large


def as_png(matrix: Matrix) -> bytes:
    """A picture: a shape for each pair, or a pixel where there are too many members."""
    lines = _lines(matrix) if len(matrix.parties) <= MOST_GLYPHS else _pixels(matrix)
    side = len(lines[0]) if lines else 1
    lines = lines or [b"\0"]
    header = struct.pack(">IIBBBBB", side, len(lines), 8, 3, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + line for line in lines), 6)
    chunks = ((b"IHDR", header), (b"PLTE", PALETTE), (b"IDAT", body), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _lines(matrix: Matrix) -> list[bytes]:
    """Each glyph with a line of ground to its right and below."""
    drawn = [[bytes(map(int, line)) + b"\1" for line in glyph.split()] for glyph in GLYPHS]
    lines = []
    for row in matrix.rows:
        lines += [b"".join(drawn[code][y] for code in row) for y in range(7)]
        lines.append(b"\1" * (8 * len(row)))
    return lines


def _pixels(matrix: Matrix) -> list[bytes]:
    table = SMALL + bytes(256 - len(SMALL))
    return [bytes(row.translate(table)) for row in matrix.rows]
