"""What an operator types of a VLAN."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import vlan_form
from app.domain.errors import Invalid


@pytest.mark.parametrize(("text", "tag"), [("", None), (" 1 ", 1), ("4094", 4094)])
def test_a_tag_is_a_number_or_none(text, tag):
    assert vlan_form.read_tag(text) == tag


@pytest.mark.parametrize("text", ["0", "4095", "-1", "x", "1.5", "٣", "9" * 40])
def test_a_tag_out_of_range_is_refused(text):
    with pytest.raises(Invalid) as refused:
        vlan_form.read_tag(text)
    assert refused.value.field == "tag"


def test_prefixes_become_canonical_and_stand_once():
    text = "192.0.2.0/24, 2001:DB8:1:0::/64\n192.0.2.0/24"

    assert vlan_form.read_prefixes(text) == ["192.0.2.0/24", "2001:db8:1::/64"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("192.0.2.1/24", "192.0.2.0/24 may be meant"),
        ("2001:db8::1/64", "2001:db8::/64 may be meant"),
        ("192.0.2.0", "lacks its length"),
        ("LAN", "no prefix"),
        ("192.0.2.0/33", "no prefix"),
        (" ".join(f"10.0.{n}.0/24" for n in range(21)), "at most 20"),
    ],
)
def test_what_is_no_prefix_is_refused_with_why(text, word):
    with pytest.raises(Invalid, match=word):
        vlan_form.read_prefixes(text)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    for read in (vlan_form.read_tag, vlan_form.read_ixf_id, vlan_form.read_prefixes):
        with suppress(Invalid):
            assert read(text) is not text


def test_overlap_is_seen_within_one_protocol():
    assert vlan_form.overlap("192.0.2.0/24", "192.0.2.128/25")
    assert not vlan_form.overlap("192.0.2.0/25", "192.0.2.128/25")
    assert not vlan_form.overlap("192.0.2.0/24", "2001:db8::/64")
