"""AS-SETs: what is one, what is not and why, and that reading them twice changes nothing."""

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
        ("AS0", "AS numbers go from 1 to 4294967295"),
        ("AS4294967296", "AS numbers go from 1"),
        ("::AS-X", "before “::”"),
        ("AS1:AS2", "one part of a hierarchical name"),
        ("AS-", "neither a set"),
        ("AS-X:", "neither a set"),
        ("<b>", "“<b>” is no AS-SET"),
        ("AS-\u202eX", "neither a set"),
        ("AS-X\x00", "neither a set"),
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
