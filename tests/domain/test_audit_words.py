"""The log speaks as the forms do."""

import ast
from pathlib import Path

import pytest

from app.domain import audit_words

SERVICES = Path(__file__).resolve().parents[2] / "app" / "services"


@pytest.mark.parametrize(
    ("action", "change", "shown"),
    [
        ("member changed", ["never_via_route_servers", "no", "yes"],
         ["Never reached via route servers", "no", "yes"]),
        ("mark changed", ["mark", "", "rejected"],
         ["Tab", "what is observed", "Rejected / Ignored"]),
        ("role changed", ["role", "CUSTUSER", "CUSTADMIN"],
         ["Role", "member user", "member administrator"]),
        ("contact imported", ["noc", "", "noc@x.example"], ["NOC contact", "", "noc@x.example"]),
        ("contact added", ["policy", "", "a@x.example"], ["Policy contact", "", "a@x.example"]),
        ("details changed", ["policy", "Open", "Closed"], ["Policy", "Open", "Closed"]),
        ("interface changed", ["IPv6 rs_client", "no", "yes"],
         ["IPv6 route-server client", "no", "yes"]),
        ("interface changed", ["IPv4", "192.0.2.1", ""], ["IPv4 address", "192.0.2.1", ""]),
        ("field follows imports", ["policy", "member", "ixf"],
         ["Policy", "said by the member", "said by imports"]),
        ("VLAN changed", ["some_new_field", "", "1"], ["Some new field", "", "1"]),
    ],
)  # fmt: skip
def test_a_field_and_its_values_are_called_as_in_the_forms(action, change, shown):
    assert audit_words.in_words(action, change) == shown


def test_a_word_that_is_shown_finds_the_value_that_is_stored():
    assert audit_words.stored_as("administrator") == ["CUSTADMIN"]
    assert audit_words.stored_as("ignored") == ["rejected"]
    assert audit_words.stored_as("xyz") == []


def test_every_field_that_a_service_names_has_its_word():
    named = {
        node.args[0].value
        for path in SERVICES.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Change"
        if isinstance(node.args[0], ast.Constant)
    }

    assert "role" in named
    assert named <= set(audit_words.FIELDS)
