"""The picture of a matrix."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from app.domain.classify import Link
from app.domain.evidence import Grade
from app.domain.matrix import Cut, Party, make_matrix
from app.matrix_picture import EDGE, HEAD, LINE_OF_HEAD, MOST_SHAPES, WHOLE, as_png
from app.matrix_shapes import CELL, DOT

DAY = date(2026, 11, 26)


def matrix_of(many: int, asn: int = 64496):
    parties = [Party(n, f"Member {n}", asn + n, None, n == 1, (n,)) for n in range(many)]
    return make_matrix(parties, [(0, Grade.CONFIRMED, [1])])


def picture(matrix, vlan: str = "LAN 1", day: date = DAY, cut: Cut = WHOLE) -> Image.Image:
    png = as_png(matrix.narrowed(cut), vlan, 4, day, cut)
    return Image.open(BytesIO(png)).convert("RGB")


def ink(image: Image.Image) -> int:
    return sum(many for many, colour in image.getcolors(2**24) if max(colour) < 90)


@pytest.mark.parametrize("many", [0, 1, 2, 121, MOST_SHAPES + 1])
def test_any_number_of_members_makes_a_picture(many):
    image = picture(matrix_of(many))

    assert image.format is None or image.format == "PNG"
    assert image.height >= HEAD + many


def test_rows_and_columns_have_their_asns():
    short, long = picture(matrix_of(3)), picture(matrix_of(3, asn=4200000000))

    assert long.height > short.height  # the margin grows with the longest
    margin = short.height - 2 * EDGE - HEAD - 3 * CELL * 2
    left = short.crop((EDGE, EDGE + HEAD + margin, EDGE + margin, short.height))
    above = short.crop((EDGE + margin, EDGE + HEAD, EDGE + margin + 48, EDGE + HEAD + margin))
    assert ink(left) > 50
    assert ink(above) > 50


def test_a_link_is_drawn_on_both_sides_of_the_diagonal():
    plain, linked = picture(make_matrix(matrix_of(2).parties, [])), picture(matrix_of(2))
    margin = linked.height - 2 * EDGE - HEAD - 2 * CELL * 2
    left, top, cell = EDGE + margin, EDGE + HEAD + margin, CELL * 2
    for x, y in ((1, 0), (0, 1)):
        box = (left + x * cell, top + y * cell, left + x * cell + cell, top + y * cell + cell)
        assert plain.crop(box).tobytes() != linked.crop(box).tobytes()


def test_it_says_of_which_lan_and_day_it_is():
    head = (0, 0, 420, EDGE + 20)
    one = picture(matrix_of(2)).crop(head).tobytes()

    assert one != picture(matrix_of(2), vlan="LAN 2").crop(head).tobytes()
    assert one != picture(matrix_of(2), day=date(2026, 11, 27)).crop(head).tobytes()


@pytest.mark.parametrize("vlan", ["Köln", "東京", "\x00", ""])
def test_a_name_that_the_font_does_not_have_spoils_nothing(vlan):
    assert ink(picture(matrix_of(2), vlan=vlan).crop((0, 0, 420, EDGE + 20))) > 100


FOOT = EDGE + HEAD - 40  # where the legend begins


def test_what_is_left_away_is_said_and_is_not_the_mark_of_no_link():
    matrix, cell = matrix_of(3), CELL * 2
    whole, part, linked = (
        picture(matrix, cut=Cut(kinds)) for kinds in ((), (Link.BILATERAL,), (Link.NONE,))
    )
    left = whole.height - EDGE - HEAD - 3 * cell

    def at(image, x):
        top = image.height - EDGE - 3 * cell
        box = (left + x * cell, top, left + x * cell + cell, top + cell)
        return image.crop(box).tobytes()

    assert part.height == whole.height + LINE_OF_HEAD
    assert ink(part.crop((0, EDGE + LINE_OF_HEAD, 420, FOOT + LINE_OF_HEAD))) > 100
    assert at(part, 1) != at(whole, 2)  # not shown, against no link
    assert at(part, 2) == at(whole, 2)
    assert at(linked, 2) == at(whole, 2)  # empty, and the legend knows no "no link"
    legend = (0, FOOT + LINE_OF_HEAD, 420, EDGE + HEAD + LINE_OF_HEAD)
    assert linked.crop(legend).tobytes() != part.crop(legend).tobytes()


def test_many_are_told_apart_by_dots_and_so_says_the_legend():
    few, many = matrix_of(MOST_SHAPES), matrix_of(MOST_SHAPES + 1)
    large = picture(many)
    left, top = EDGE, large.height - EDGE - DOT * (MOST_SHAPES + 1)

    assert large.width == 2 * EDGE + DOT * (MOST_SHAPES + 1)
    pair = large.crop((left + DOT, top, left + 2 * DOT, top + DOT))  # of the first two: bilateral
    assert [max(pixel) < 120 for pixel in pair.get_flattened_data()] == [True, True, True, False]
    legend = (0, FOOT, 420, EDGE + HEAD)
    assert large.crop(legend).tobytes() != picture(few).crop(legend).tobytes()
