"""Which sessions a message names."""

import pytest

from app.domain.letter_names import named, names_others

PAIRS = {
    "1-3": ("192.0.2.1", "192.0.2.3"),
    "1-30": ("192.0.2.1", "192.0.2.30"),
    "6-7": ("2001:db8::1", "2001:db8::3"),
}


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        ("", set()),
        ("Shall we peer?", set()),
        ("| LAN 1 | IPv4 | 192.0.2.1 | 192.0.2.3 |", {"1-3"}),
        ("Ours is 192.0.2.1, yours 192.0.2.30.", {"1-30"}),
        ("From 192.0.2.1 to 192.0.2.3 and 192.0.2.30", {"1-3", "1-30"}),
        ("2001:DB8::1 with 2001:db8::3: yes", {"6-7"}),
        ("Ours is 192.0.2.1.\nYours is 192.0.2.3.", set()),
    ],
)
def test_a_pair_is_named_by_both_addresses_in_one_line(message, keys):
    assert named(message, PAIRS) == keys


def test_others_are_named_where_any_is_and_not_just_those():
    text = "192.0.2.1 and 192.0.2.3"
    assert not names_others(text, PAIRS, ["1-3"])
    assert names_others(text, PAIRS, ["1-3", "6-7"])
    assert names_others(text, PAIRS, ["6-7"])
    assert not names_others("Shall we peer?", PAIRS, ["6-7"])
