"""The matrix as a PNG for slides: shapes with their ASNs, what they mean, and of when it is.

All of it is numbers of one palette, an octet a pixel: of 2,500 members there are 25 million.
"""

import unicodedata
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from app.domain.classify import Link
from app.domain.matrix import CODES, HIDDEN, MEANINGS, Cut, Matrix
from app.matrix_shapes import CELL, DOT, PALETTE, WHITE, line_of_dots, line_of_shapes, of_greys

INK = 33  # as grey
MOST_LARGE, MOST_SHAPES = 120, 300  # members; more get smaller shapes, and then dots
EDGE, HEAD, LINE_OF_HEAD = 12, 64, 18  # pixels around, above for title and legend, a line more
SAMPLE = 16  # pixels of a shape in the legend
WHOLE = Cut()
NOT_FOR_ALL = "With members who left the matrix: for the exchange only."


def as_png(matrix: Matrix, vlan: str, protocol: int, day: date, cut: Cut = WHOLE) -> bytes:
    """The picture of what `cut` left of a matrix. Each row and column has its ASN as long as there
    are shapes."""
    drawn = _drawn(matrix, _empties(cut))
    title = f"Peering matrix of {_plain(vlan)}, IPv{protocol}, {day.isoformat()} (UTC)"
    left_out = NOT_FOR_ALL if any(party.out for party in matrix.parties) else ""
    head = _head([title, *filter(None, (cut.words, left_out))], _legend(cut), _has_shapes(matrix))
    margin = _margin(matrix) if matrix.parties and _has_shapes(matrix) else 0
    width = max(margin + drawn.width, head.width) + 2 * EDGE
    picture = _blank(width, head.height + margin + drawn.height + 2 * EDGE)
    picture.paste(head, (EDGE, EDGE))
    left, top = EDGE + margin, EDGE + head.height + margin
    picture.paste(drawn, (left, top))
    if margin:
        step = drawn.width // len(matrix.parties)
        rows, columns = _labels(matrix, margin, step)
        picture.paste(rows, (EDGE, top))
        picture.paste(columns, (left, EDGE + head.height))
    out = BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()


def _has_shapes(matrix: Matrix) -> bool:
    return len(matrix.parties) <= MOST_SHAPES


def _empties(cut: Cut) -> bool:
    """Whether what is not shown may be drawn empty: where no pair is empty for another reason."""
    return Link.NONE in cut.hidden


def _legend(cut: Cut) -> list[tuple[int, str]]:
    """The codes that may be in the picture, each with its meaning."""
    kinds = [(n, MEANINGS[link]) for n, link in enumerate(CODES) if link not in cut.hidden]
    rest = 0 if _empties(cut) else HIDDEN
    return [*kinds, (rest, "not shown")] if cut.words else kinds


def _plain(text: str) -> str:
    """Without accents, and without what the font does not draw."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().strip() or "VLAN"


def _blank(width: int, height: int) -> Image.Image:
    picture = Image.new("P", (width, height), WHITE)
    picture.putpalette(PALETTE)
    return picture


def _image(width: int, octets: bytes) -> Image.Image:
    image = Image.frombytes("P", (width, len(octets) // width), octets)
    image.putpalette(PALETTE)
    return image


def _drawn(matrix: Matrix, empties: bool) -> Image.Image:
    """Every pair, whatever is hidden as a mark of its own or empty."""
    many, table = len(matrix.parties), bytearray(range(256))
    if empties:
        table[HIDDEN] = 0
    rows = [row.translate(table) for row in matrix.rows]
    if not many:
        return _blank(1, 1)
    if not _has_shapes(matrix):
        lines = (line_of_dots(row, y) for row in rows for y in range(DOT))
        return _image(many * DOT, b"".join(lines))
    lines = (line_of_shapes(row, y) for row in rows for y in range(CELL))
    drawn = _image(many * CELL, b"".join(lines))
    scale = _scale(matrix)
    return drawn.resize((drawn.width * scale, drawn.height * scale), Image.Resampling.NEAREST)


def _scale(matrix: Matrix) -> int:
    return 2 if len(matrix.parties) <= MOST_LARGE else 1


def _head(texts: list[str], legend: list[tuple[int, str]], shapes: bool) -> Image.Image:
    """The title and further sentences, beneath them what the marks mean."""
    large, small = _font(14), _font(11)
    step = [SAMPLE + 14 + int(small.getlength(word)) for _, word in legend]
    width = max(sum(step), *(int(large.getlength(text)) + 1 for text in texts))
    height = HEAD + LINE_OF_HEAD * (len(texts) - 1)
    words = Image.new("L", (width, height), 255)
    draw, foot = ImageDraw.Draw(words), height - HEAD + 26
    for number, text in enumerate(texts):
        draw.text((0, number * LINE_OF_HEAD), text, fill=INK, font=large if not number else small)
    for number, (_, word) in enumerate(legend):
        draw.text((sum(step[:number]) + SAMPLE + 4, foot + 2), word, fill=INK, font=small)
    head = _of_words(words)
    for number, (code, _) in enumerate(legend):
        head.paste(_sample(code, shapes), (sum(step[:number]), foot))
    return head


def _sample(code: int, shapes: bool) -> Image.Image:
    """A mark as it is in the picture, larger and in a frame."""
    side, line = (CELL, line_of_shapes) if shapes else (DOT, line_of_dots)
    mark = _image(side, b"".join(line(bytes([code]), y) for y in range(side)))
    sample = mark.resize((SAMPLE, SAMPLE), Image.Resampling.NEAREST)
    ImageDraw.Draw(sample).rectangle((0, 0, SAMPLE - 1, SAMPLE - 1), outline=WHITE + 1)
    return sample


def _of_words(words: Image.Image) -> Image.Image:
    return _image(words.width, of_greys(words.tobytes()))


def _labels(matrix: Matrix, margin: int, step: int) -> tuple[Image.Image, Image.Image]:
    """The ASNs: of the rows for their left, of the columns for above them, read from below."""
    font, high = _font(_size(matrix)), step * len(matrix.parties)
    rows, columns = (Image.new("L", (margin, high), 255) for _ in range(2))
    right, upright = ImageDraw.Draw(rows), ImageDraw.Draw(columns)
    for place, party in enumerate(matrix.parties):
        text, middle = str(party.asn), place * step + step // 2
        right.text((margin - 4, middle), text, fill=INK, font=font, anchor="rm")
        upright.text((2, middle), text, fill=INK, font=font, anchor="lm")
    return _of_words(rows), _of_words(columns.rotate(90, expand=True))


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
