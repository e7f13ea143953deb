"""What a request lacks."""

from dataclasses import replace

import pytest

from app.domain.completeness import Facts, gaps

FULL = Facts(True, True, "AS-X", None, 100, 50, "Open", True)


def test_a_member_with_everything_lacks_nothing():
    assert gaps(FULL) == []


@pytest.mark.parametrize(
    ("without", "field"),
    [
        ({"has_peering_email": False}, "contacts"),
        ({"has_noc": False}, "contacts"),
        ({"as_set_4": None}, "as_set_4"),
        ({"max_prefix_6": None}, "max_prefix_6"),
        ({"policy": None}, "policy"),
        ({"in_peeringdb": False}, "in_peeringdb"),
    ],
)
def test_each_missing_fact_is_named_with_its_field(without, field):
    assert [gap.field for gap in gaps(replace(FULL, **without))] == [field]


def test_a_protocol_that_is_not_spoken_lacks_nothing():
    assert gaps(replace(FULL, max_prefix_6=None, protocols=frozenset({4}))) == []
