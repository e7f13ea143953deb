"""Texts of notes: what is stored, and how two of them become one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Invalid
from app.domain.notes import MOST_TEXT, checked, joined


def test_lines_end_alike_and_nothing_hangs_around():
    assert checked("\r\n\nfirst  \r\nsecond\rthird \n\n") == "first\nsecond\nthird"


def test_what_indents_a_line_stays():
    assert checked("    code\n  * item") == "    code\n  * item"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "needs a text"),
        (" \n\t\r\n", "needs a text"),
        ("a\x00b", "cannot be stored"),
        ("x" * (MOST_TEXT + 1), "this one has 5,001"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_why(text, word):
    with pytest.raises(Invalid, match=word):
        checked(text)


@given(st.text(max_size=200))
def test_what_was_checked_once_stays_as_it_is(text):
    try:
        once = checked(text)
    except Invalid:
        return
    assert checked(once) == once


@given(st.text(), st.text())
def test_both_texts_are_in_the_joined_one(theirs, mine):
    both = joined(theirs, mine)

    assert theirs in both
    assert mine in both


@given(st.text(), st.text())
def test_what_only_went_on_stands_once(start, lines):
    longer = f"{start}\n{lines}"

    assert joined(start, longer) == longer
    assert joined(longer, start) == longer


def test_a_line_that_goes_on_is_another_line():
    assert joined("max-prefix 100", "max-prefix 1000") == "max-prefix 100\n\nmax-prefix 1000"
    assert joined("AS-ONE-TWO", "AS-ONE") == "AS-ONE-TWO\n\nAS-ONE"
