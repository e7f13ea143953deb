"""`flask vlans`."""

import json

import pytest

from app.services import vlans
from tests.factories import make_interface, make_member, make_vlan


def run(runner, *words):
    return runner.invoke(args=["vlans", *words])


def test_the_list_is_json_for_programs(runner, app):
    lan = make_vlan("LAN", tag=10)

    assert json.loads(run(runner, "list", "--format", "json").output) == [
        {
            "id": lan.id,
            "infrastructure": "Main",
            "name": "LAN",
            "tag": 10,
            "ixf_vlan_id": None,
            "peering_manager": True,
            "peering_matrix": False,
            "private": False,
            "prefixes": [],
            "interfaces": 0,
            "members": 0,
        }
    ]


def test_the_list_is_a_table_for_people_with_names_as_they_are(runner, app):
    make_vlan("007")

    output = run(runner, "list").output

    assert "Infrastructure" in output
    assert "007" in output


def test_flags_and_tag_are_set_and_shown_old_and_new(runner, app):
    lan = make_vlan("LAN", peering_manager=False)

    answer = run(
        runner, "set", "lan", "--peering-manager", "TRUE", "--peering-matrix", "1", "--tag", "10"
    )

    assert (answer.exit_code, answer.output) == (
        0,
        f"Main / LAN (id {lan.id})\n"
        "  peering_manager: off -> on\n"
        "  peering_matrix: off -> on\n"
        "  tag: none -> 10\n",
    )
    assert vlans.find("10", None).peering_manager


def test_a_tag_can_be_taken_away(runner, app):
    make_vlan("LAN", tag=10)

    answer = run(runner, "set", "10", "--tag", "None")

    assert "tag: 10 -> none" in answer.output


def test_what_stands_already_changes_nothing(runner, app):
    make_vlan("LAN", tag=10)

    answer = run(runner, "set", "LAN", "--private", "No", "--tag", "10")

    assert (answer.exit_code, answer.output) == (0, "Nothing changed.\n")


def test_the_infrastructure_tells_two_of_one_name_apart(runner, app):
    make_vlan("LAN", infrastructure="East")
    make_vlan("LAN", infrastructure="West")

    refused = run(runner, "set", "LAN", "--tag", "10")
    done = run(runner, "set", "LAN", "--infrastructure", "West", "--tag", "10")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "East / LAN (no tag)" in refused.output
    assert [line.tag for line in vlans.list_vlans()] == [None, 10]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "Missing argument"),
        (["LAN"], "Say what to set"),
        (["LAN", "--private", "maybe"], "On, 1, True or Yes"),
        (["LAN", "--tag", "ten"], "neither a number nor"),
        (["LAN", "--tag=-1"], "neither a number nor"),
        (["LAN", "--tag", "1" * 5000], "neither a number nor"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_command_that_makes_no_sense_is_refused(runner, app, words, reason):
    make_vlan("LAN")

    answer = run(runner, "set", *words)

    assert answer.exit_code == 2
    assert reason in answer.output


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere", "--private", "off"],
        ["LAN", "--peering-matrix", "on", "--tag", "4095"],
        ["LAN", "--peering-matrix", "on", "--tag", "20"],
        ["LAN", "--peering-matrix", "on", "--private", "on"],
    ],
    ids=str,
)
def test_nonsense_is_refused_in_one_line_and_nothing_is_half_done(runner, app, words):
    make_vlan("LAN", tag=10)
    make_vlan("Other", tag=20)
    before = vlans.list_vlans()

    answer = run(runner, "set", *words)

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert answer.output.count("\n") == 1
    assert vlans.list_vlans() == before


# -- Made and taken away ---------------------------------------------------------------------


def test_a_vlan_is_made_and_taken_away(runner, app):
    made = run(
        runner, "create", "LAN 9", "--infrastructure", "Main", "--tag", "9",
        "--prefix", "192.0.2.0/24", "--prefix", "2001:db8::/64",
    )  # fmt: skip
    line = vlans.list_vlans()[0]
    gone = run(runner, "delete", "LAN 9")

    assert made.output == f"Main / LAN 9 is there (id {line.id}).\n"
    assert (line.tag, line.prefixes, line.peering_manager) == (
        9, ["192.0.2.0/24", "2001:db8::/64"], False,
    )  # fmt: skip
    assert gone.output == "Main / LAN 9 is deleted.\n"
    assert vlans.list_vlans() == []


def test_a_vlan_in_use_goes_only_when_all_of_it_may(runner, app):
    make_interface(make_member(64496), make_vlan("LAN 1"), "192.0.2.1")

    kept = run(runner, "delete", "LAN 1")
    assert kept.exit_code == 1
    assert "With LAN 1 go 1 interfaces, 1 addresses. To delete all of it, add --yes." in kept.output
    assert run(runner, "delete", "LAN 1", "--yes").exit_code == 0
    assert vlans.list_vlans() == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["LAN", "--tag", "4095"], 1, "from 1 to 4094"),
        (["LAN", "--prefix", "192.0.2.1/24"], 1, "192.0.2.0/24 may be meant"),
        (["LAN 1"], 1, "Main has a VLAN LAN 1 already"),
        ([" "], 1, "needs a name"),
        (["LAN", "--tag", "x"], 2, "neither a number nor"),
    ],
)
def test_what_makes_no_vlan_is_refused_with_a_sentence(runner, app, words, code, sentence):
    make_vlan("LAN 1")

    answer = run(runner, "create", *words, "--infrastructure", "Main")

    assert (answer.exit_code, sentence in answer.output) == (code, True)
    assert len(vlans.list_vlans()) == 1


def test_a_vlan_that_is_not_there_is_not_deleted(runner, app):
    assert run(runner, "delete", "LAN 9", "--yes").exit_code == 1
