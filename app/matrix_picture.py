"""The matrix as a PNG for slides: shapes with their ASNs, what they mean, and of when it is."""

import unicodedata
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from app.domain.classify import Link
from app.domain.matrix import CODES, Matrix

WHITE, LINE, YELLOW, BLUE, GREEN, LIGHT = range(6)
PALETTE = bytes.fromhex("ffffff d0d0ca 6a5200 14508a 12604e 8cc1f2")
INK = (32, 32, 36)
GLYPHS = (  # 7 by 7, in order of the codes: empty, ring, small box, disc, box in a box, oneself,
    # and empty once more for what is hidden
    "0000000 0000000 0000000 0000000 0000000 0000000 0000000",
    "0000000 0022200 0200020 0200020 0200020 0022200 0000000",
    "0000000 0000000 0033300 0033300 0033300 0000000 0000000",
    "0000000 0044400 0444440 0444440 0444440 0044400 0000000",
    "4444444 4444444 4455544 4455544 4455544 4444444 4444444",
    "1111111 1111111 1111111 1111111 1111111 1111111 1111111",
    "0000000 0000000 0000000 0000000 0000000 0000000 0000000",
)  # they differ in shape, so that grey paper tells them too
MEANINGS = {
    Link.NONE: "no link",
    Link.POSSIBLE: "possible",
    Link.ROUTE_SERVER: "route server",
    Link.BILATERAL: "bilateral",
    Link.BOTH: "both",
}
SMALL = bytes((WHITE, YELLOW, BLUE, GREEN, LIGHT, LINE, WHITE))  # a pixel a pair
CELL = 8  # a glyph with a line of ground to its right and below
MOST_LARGE, MOST_GLYPHS = 120, 300  # members; more get smaller shapes, and then a pixel each
EDGE, HEAD = 12, 64  # pixels around, and above for what it is and what the shapes mean
WIDEST = 420  # of the head, which is wider than the matrix of a few


def as_png(matrix: Matrix, vlan: str, protocol: int, day: date) -> bytes:
    """The picture. Each row and column has its ASN as long as there are shapes."""
    drawn = _drawn(matrix)
    margin = _margin(matrix) if matrix.parties and len(matrix.parties) <= MOST_GLYPHS else 0
    width = max(margin + drawn.width, WIDEST) + 2 * EDGE
    picture = Image.new("RGB", (width, HEAD + margin + drawn.height + 2 * EDGE), "white")
    left, top = EDGE + margin, EDGE + HEAD + margin
    picture.paste(drawn, (left, top))
    _head(picture, f"Peering matrix of {_plain(vlan)}, IPv{protocol}, {day.isoformat()} (UTC)")
    if margin:
        _label(picture, matrix, left, top, drawn.width // len(matrix.parties))
    out = BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def _plain(text: str) -> str:
    """Without accents, and without what the font does not draw."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip() or "VLAN"


def _drawn(matrix: Matrix) -> Image.Image:
    many = len(matrix.parties)
    if many > MOST_GLYPHS:
        table = SMALL + bytes(256 - len(SMALL))
        return _image(many, b"".join(bytes(row.translate(table)) for row in matrix.rows))
    drawn = _image(many * CELL, b"".join(_line(row, y) for row in matrix.rows for y in range(CELL)))
    scale = _scale(matrix)
    return drawn.resize((drawn.width * scale, drawn.height * scale), Image.Resampling.NEAREST)


def _image(side: int, octets: bytes) -> Image.Image:
    if not side:
        return Image.new("RGB", (1, 1), "white")
    image = Image.frombytes("P", (side, side), octets)
    image.putpalette(PALETTE)
    return image.convert("RGB")


def _scale(matrix: Matrix) -> int:
    return 2 if len(matrix.parties) <= MOST_LARGE else 1


def _line(row: bytes | bytearray, y: int) -> bytes:
    """One line of pixels through a row of shapes."""
    if y == CELL - 1:
        return bytes([LINE]) * (CELL * len(row))
    return b"".join(TILES[code][y] for code in row)


TILES = [[bytes(map(int, line)) + bytes([LINE]) for line in glyph.split()] for glyph in GLYPHS]


def _head(picture: Image.Image, title: str) -> None:
    draw = ImageDraw.Draw(picture)
    draw.text((EDGE, EDGE), title, fill=INK, font=_font(14))
    left = EDGE
    for code, link in enumerate(CODES):
        shape = _image(CELL, b"".join(_line(bytes([code]), y) for y in range(CELL)))
        picture.paste(shape.resize((16, 16), Image.Resampling.NEAREST), (left, EDGE + 26))
        draw.text((left + 20, EDGE + 28), MEANINGS[link], fill=INK, font=_font(11))
        left += 30 + int(draw.textlength(MEANINGS[link], font=_font(11)))


def _label(picture: Image.Image, matrix: Matrix, left: int, top: int, step: int) -> None:
    """The ASNs: of the rows to their left, of the columns above them, read from below."""
    font, draw = _font(_size(matrix)), ImageDraw.Draw(picture)
    for place, party in enumerate(matrix.parties):
        text, middle = str(party.asn), place * step + step // 2
        draw.text((left - 4, top + middle), text, fill=INK, font=font, anchor="rm")
        upright = Image.new("L", (_margin(matrix), step), 0)
        ImageDraw.Draw(upright).text((2, step // 2), text, fill=255, font=font, anchor="lm")
        mask = upright.rotate(90, expand=True)
        picture.paste(INK, (left + place * step, top - mask.height), mask)


def _size(matrix: Matrix) -> int:
    return 12 if _scale(matrix) == 2 else CELL


def _margin(matrix: Matrix) -> int:
    """Room for the longest ASN."""
    font = _font(_size(matrix))
    return int(max(font.getlength(str(party.asn)) for party in matrix.parties)) + 8


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
