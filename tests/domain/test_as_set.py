"""AS-SETs: what is one, what is not and why, and that reading them twice changes nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.as_set import parse, stated
from app.domain.errors import Invalid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        ("as-example", ("AS-EXAMPLE",)),
        ("ripe::as-example", ("RIPE::AS-EXAMPLE",)),
        ("AS1:AS-X, AS2:as-y:AS3", ("AS1:AS-X", "AS2:AS-Y:AS3")),
        ("AS064500", ("AS64500",)),
        ("AS-A as-a;AS-B", ("AS-A", "AS-B")),
    ],
)
def test_good_ones_are_written_one_way(text, found):
    assert parse(text) == found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("AS-GOOD 64500", "“64500” is no AS-SET"),
        ("AS0", "AS numbers go from AS1 to AS4294967295"),
        ("AS4294967296", "AS numbers go from AS1"),
        ("::AS-X", "before “::”"),
        ("AS1:AS2", "one part between the colons"),
        ("AS-", "letters, digits"),
        ("AS-X:", "is empty"),
        ("<b>", "“<b>” is no AS-SET"),
        ("AS-\u202eX", "letters, digits"),
        ("AS-X\x00", "letters, digits"),
        ("A" * 1_000_000, "too long"),
        (" ".join(f"AS{n}" for n in range(1, 12)), "At most 10"),
    ],
)
def test_wrong_ones_are_named_with_the_reason(text, why):
    with pytest.raises(Invalid, match=why) as refused:
        parse(text, "as_set_4")

    assert refused.value.field == "as_set_4"


@given(st.text(max_size=60) | st.from_regex(r"([A-Z]+::)?AS[-0-9A-Z:]{1,20}", fullmatch=True))
def test_what_was_read_reads_the_same_again(text):
    try:
        found = parse(text)
    except Invalid:
        return

    assert parse(" ".join(found)) == found


def test_nothing_for_ipv6_means_as_for_ipv4():
    assert stated(6, "AS-A AS-B", None) == ("AS-A", "AS-B")
    assert stated(6, "AS-A", "AS-V6") == ("AS-V6",)
    assert stated(4, None, "AS-V6") == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("64500", "written with AS before its number, AS64500"),
        ("HURRICANE", "must begin with AS-, as in AS-EXAMPLE"),
        ("AS-X-", "not end in “-” or “_”"),
        ("AS-Ä", "letters, digits, “-” and “_” only"),
        ("AS64500:", "a part between the colons is empty"),
        ("AS64500:AS64501", "one part between the colons must be a set, as in AS64500:AS-X"),
        ("1::AS-X", "before “::” write the name of a registry, as in RIPE::AS-X"),
        ("AS4294967296", "AS numbers go from AS1 to AS4294967295"),
    ],
)
def test_a_refusal_says_how_it_is_written(text, why):
    with pytest.raises(Invalid, match=re.escape(why)):
        parse(text)
