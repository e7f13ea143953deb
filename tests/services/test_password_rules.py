"""Which passwords are refused, and what is said."""

import pytest

from app.domain.errors import Invalid
from app.services import password_rules, passwords
from app.services.password_rules import ADVICE, OWN, RULES

ALICE = ("alice", "alice.archer@alpha.example", "Alice Archer", "Alpha Networks")


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("short", "at least 10 characters"),
        ("x" * 1025, "at most 1024 octets"),
        ("ä" * 600, "at most 1024 octets"),
        ("aaaaaaaaaa", RULES["repeat"]),
        ("xyxyxyxyxyxy", RULES["repeat"]),
        ("abcdefghijk", RULES["sequence"]),
        ("9876543210", RULES["sequence"]),
        ("oiuytrewqq", RULES["spatial"]),
        ("password123", RULES["dictionary"]),
        ("iloveyou123", RULES["dictionary"]),
        ("alice.archer@alpha.example", OWN),
        ("Alice Archer", OWN),
        ("alphanetworks", OWN),
        ("AlphaNetworks1", OWN),
    ],
)
def test_a_password_that_is_tried_first_is_refused_with_the_rule(password, rule):
    with pytest.raises(Invalid) as refusal:
        password_rules.check(password, ALICE)

    assert rule in str(refusal.value)
    assert (ADVICE in str(refusal.value)) == ("octets" not in rule and "characters" not in rule)
    assert refusal.value.field == "new"


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "x9$kQ2!vLp", "alice likes long walks", "ночной поезд в Омск",
     "a b c d e f g h i j k l", "lantern-demo", "x9$kQ2!vLp" * 60, "🦊🐢🦉🐝🦀🐙🦋🐌🐞🦎"],
)  # fmt: skip
def test_a_password_that_takes_guessing_is_taken(password):
    password_rules.check(password, ALICE)


def test_what_is_known_of_a_user_are_its_names_and_members(cast):
    assert passwords.known_of(cast.users["alice"]) == [
        "alice", "alice@example.net", "Alice", "Alpha"
    ]  # fmt: skip
