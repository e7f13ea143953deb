"""Two people who save one form: each keeps what they touched, and is told where both did."""

import pytest

from app.domain.form_version import merged, version_of

BEGAN = {"name": "LAN", "tag": 10, "notes": None}
VERSION = version_of(BEGAN, BEGAN)


def test_what_a_form_did_not_touch_stays_as_somebody_else_wrote_it():
    found = merged(BEGAN | {"tag": 20}, BEGAN | {"name": "Mine"}, VERSION)

    assert found == ({"name": "Mine", "tag": 20, "notes": None}, ["name"], [])


@pytest.mark.parametrize("theirs", ["Theirs", "Mine"])
def test_a_field_that_both_touched_clashes_even_where_both_wrote_the_same(theirs):
    found = merged(BEGAN | {"name": theirs}, BEGAN | {"name": "Mine", "tag": 20}, VERSION)

    assert (found.touched, found.clashes) == (["name", "tag"], ["name"])


@pytest.mark.parametrize("version", ["", "1", VERSION + "0", "x" * 500])
def test_a_version_that_is_none_clashes_all_over(version):
    assert merged(BEGAN, BEGAN, version).clashes == list(BEGAN)
