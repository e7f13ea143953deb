"""`flask members`."""

import json

import pytest

from app.services import members
from tests.factories import make_member


def run(runner, *words):
    return runner.invoke(args=["members", *words])


def test_the_list_is_json_for_programs(runner, app):
    alpha = make_member(64496, "Älpha", policy="open")

    assert json.loads(run(runner, "list", "--format", "json").output) == [
        {
            "id": alpha.id,
            "asn": 64496,
            "name": "Älpha",
            "type": "peering",
            "status": "active",
            "policy": "open",
            "interfaces": 0,
        }
    ]


def test_the_list_is_a_table_for_people_with_names_as_they_are(runner, app):
    make_member(64496, "1e5")

    output = run(runner, "list").output

    assert "AS64496" in output
    assert "1e5" in output


def test_those_that_left_are_listed_when_asked_for(runner, app):
    make_member(64496, "Gone", status="left")

    assert "Gone" not in run(runner, "list").output
    assert "Gone" in run(runner, "list", "--all").output


def test_fields_are_set_and_shown_old_and_new(runner, app):
    alpha = make_member(64496, "Alpha")

    answer = run(
        runner, "set", "--asn", "64496", "--type", "RouteServer", "--name", "Beta",
        "--policy", "open", "--never-via-route-servers", "Yes",
    )  # fmt: skip

    assert (answer.exit_code, answer.output) == (
        0,
        f"AS64496 Alpha (id {alpha.id})\n"
        "  type: peering -> routeserver\n"
        "  name: Alpha -> Beta\n"
        "  policy: none -> open\n"
        "  never_via_route_servers: off -> on\n",
    )
    assert members.list_members(False)[0][1:6] == (64496, "Beta", "routeserver", "active", "open")


def test_what_stands_already_changes_nothing(runner, app):
    make_member(64496, "Alpha")

    answer = run(runner, "set", "--asn", "64496", "--never-via-route-servers", "0")

    assert (answer.exit_code, answer.output) == (0, "Nothing changed.\n")


def test_one_of_two_with_an_asn_is_chosen_by_id(runner, app):
    make_member(64496, "Alpha")
    twin = make_member(64496, "Twin")

    refused = run(runner, "set", "--asn", "64496", "--name", "Other")
    done = run(runner, "set", "--id", str(twin.id), "--name", "Other")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert f"id {twin.id} Twin (active)" in refused.output
    assert [line.name for line in members.list_members(False)] == ["Alpha", "Other"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Say what to set"),
        (["--asn", "64496"], "Say what to set"),
        (["--name", "Beta"], "Name the member"),
        (["--asn", "64496", "--id", "1", "--name", "Beta"], "Name the member"),
        (["--asn", "64496", "--type", "router"], "routeserver"),
        (["--asn", "64496", "--never-via-route-servers", "maybe"], "On, 1, True or Yes"),
    ],
    ids=str,
)
def test_a_command_that_makes_no_sense_is_refused(runner, app, words, reason):
    make_member(64496, "Alpha")

    answer = run(runner, "set", *words)

    assert answer.exit_code == 2
    assert reason in answer.output


@pytest.mark.parametrize(
    "words",
    [
        ["--asn", "1", "--name", "Beta"],
        ["--id", "99", "--name", "Beta"],
        ["--id", str(2**70), "--name", "Beta"],
        ["--asn", "64496", "--policy", "open", "--name", " "],
        ["--asn", "64496", "--policy", "x" * 65, "--name", "Beta"],
    ],
    ids=str,
)
def test_nonsense_is_refused_in_one_line_and_nothing_is_half_done(runner, app, words):
    make_member(64496, "Alpha")

    answer = run(runner, "set", *words)

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert answer.output.count("\n") == 1
    assert [(line.name, line.policy) for line in members.list_members(True)] == [("Alpha", None)]
