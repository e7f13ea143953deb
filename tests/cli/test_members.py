"""`flask members`."""

import json
from datetime import date

import pytest

from app.extensions import db
from app.models import Member
from app.services import members
from tests.factories import make_interface, make_member, make_vlan


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


# -- Made, gone and back ---------------------------------------------------------------------


def test_a_member_is_made_with_what_is_said_of_it(runner, app):
    answer = run(runner, "create", "AS64510", "--name", "New", "--since", "2024-05-31")

    assert (answer.exit_code, "AS64510 New is a member now (id " in answer.output) == (0, True)
    row = db.session.query(Member).one()
    assert (row.asn, row.name, row.type, row.joined_at) == (
        64510, "New", "peering", date(2024, 5, 31),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["64510"], 1, "A member needs a name."),
        (["64510", "--name", "New", "--since", "9999-01-01"], 1, "more than a year ahead"),
        (["64510", "--name", "New", "--type", "friend"], 2, "friend"),
        (["64496", "--name", "New"], 1, "add --share-asn"),
        (["0", "--name", "New"], 1, "AS numbers go from 1"),
        (["x", "--name", "New"], 2, "no AS number"),
        ([], 2, "ASN"),
    ],
)
def test_what_makes_no_member_is_refused_with_a_sentence(runner, app, words, code, sentence):
    make_member(64496, "Alpha")

    answer = run(runner, "create", *words)

    assert (answer.exit_code, sentence in answer.output) == (code, True)
    assert db.session.query(Member).count() == 1


def test_two_members_share_an_asn_when_that_is_said(runner, app):
    make_member(64496, "Alpha")

    assert run(runner, "create", "64496", "--name", "Twin", "--share-asn").exit_code == 0


def test_a_member_leaves_and_returns_with_its_addresses(runner, app):
    make_interface(make_member(64496, "Alpha"), make_vlan(), "192.0.2.1")

    gone, again = run(runner, "leave", "--asn", "64496"), run(runner, "leave", "--asn", "64496")
    back, twice = run(runner, "return", "--asn", "64496"), run(runner, "return", "--asn", "64496")

    assert gone.output == "AS64496 Alpha has left: 1 interfaces and 1 addresses ended.\n"
    assert (again.exit_code, "has left already" in again.output) == (1, True)
    assert back.output == "AS64496 Alpha is back with 1 interfaces.\n"
    assert (twice.exit_code, "has not left" in twice.output) == (1, True)


def test_a_member_returns_beside_its_twin_when_that_is_said(runner, app):
    one = str(make_member(64496, "Alpha", status="left").id)
    make_member(64496, "New Alpha")

    refused = run(runner, "return", "--id", one)

    assert (refused.exit_code, "add --share-asn" in refused.output) == (1, True)
    assert run(runner, "return", "--id", one, "--share-asn").exit_code == 0


def test_a_member_is_suspended_and_resumed(runner, app):
    one = str(make_member(64496, "Alpha").id)

    assert run(runner, "suspend", "--id", one).output == "AS64496 Alpha is suspended.\n"
    assert run(runner, "suspend", "--id", one).exit_code == 1
    assert run(runner, "resume", "--id", one).output == "AS64496 Alpha takes part again.\n"


@pytest.mark.parametrize("command", ["leave", "return", "suspend", "resume"])
def test_a_member_that_is_not_there_or_not_named_is_said(runner, app, command):
    assert "There is no member with AS64496" in run(runner, command, "--asn", "64496").output
    assert "There is no member with id 4711" in run(runner, command, "--id", "4711").output
    assert run(runner, command).exit_code == 2


def test_since_and_organisation_are_set_and_nonsense_is_not(runner, app):
    make_member(64496, "Alpha")

    good = run(runner, "set", "--asn", "64496", "--since", "2024-05-31", "--organisation", "House")
    bad = run(runner, "set", "--asn", "64496", "--since", "9999-12-31")

    assert "  organisation: none -> House\n" in good.output
    assert "  joined_at: none -> 2024-05-31\n" in good.output
    assert (bad.exit_code, "more than a year ahead" in bad.output) == (1, True)
