"""The marks of a pair in the picture of a matrix, line by line, in numbers of its palette.

They differ in shape, and where no shape has room in how many dots are filled and where, so that
grey paper tells them too. matrix-drawing.js draws the same.
"""

CELL = 8  # a shape with a line of ground to its right and below
DOT = 2
WHITE, LINE, YELLOW, BLUE, GREEN, LIGHT = range(6)
_GREYS = 128  # from black to white, for words
PALETTE = bytes.fromhex("ffffff d0d0ca 6a5200 14508a 12604e 8cc1f2") + b"".join(
    bytes([255 * n // (_GREYS - 1)]) * 3 for n in range(_GREYS)
)
_OF_GREY = bytes(LIGHT + 1 + grey * (_GREYS - 1) // 255 for grey in range(256))

SHAPES = (  # in order of the codes: empty, ring, small box, disc, box in a box, oneself, not shown
    "0000000 0000000 0000000 0000000 0000000 0000000 0000000",
    "0000000 0022200 0200020 0200020 0200020 0022200 0000000",
    "0000000 0000000 0033300 0033300 0033300 0000000 0000000",
    "0000000 0044400 0444440 0444440 0444440 0044400 0000000",
    "4444444 4444444 4455544 4455544 4455544 4444444 4444444",
    "1111111 1111111 1111111 1111111 1111111 1111111 1111111",
    "0000000 0000010 0000100 0001000 0010000 0100000 0000000",
)
DOTS = ("00 00", "20 00", "30 03", "44 40", "44 44", "11 11", "01 00")


def _tables(marks: tuple[str, ...]) -> list[list[bytes]]:
    """For every pixel of a mark what each code makes of it."""
    pixels = [[bytes(map(int, line)) for line in mark.split()] for mark in marks]
    side = range(len(pixels[0]))
    return [[bytes(mark[y][x] for mark in pixels).ljust(256, b"\0") for x in side] for y in side]


_SHAPES, _DOTS = _tables(SHAPES), _tables(DOTS)


def line_of_shapes(row: bytes | bytearray, y: int) -> bytes:
    """One line of pixels through a row of shapes, of CELL lines."""
    if y == CELL - 1:
        return bytes([LINE]) * (CELL * len(row))
    line = bytearray([LINE]) * (CELL * len(row))
    for x, table in enumerate(_SHAPES[y]):
        line[x::CELL] = row.translate(table)
    return bytes(line)


def line_of_dots(row: bytes | bytearray, y: int) -> bytes:
    """One line of pixels through a row of dots, of DOT lines."""
    line = bytearray(DOT * len(row))
    for x, table in enumerate(_DOTS[y]):
        line[x::DOT] = row.translate(table)
    return bytes(line)


def of_greys(octets: bytes) -> bytes:
    """Shades of grey in numbers of the palette."""
    return octets.translate(_OF_GREY)
