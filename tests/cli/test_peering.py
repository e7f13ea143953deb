"""`flask peering tabs`."""

import json
from datetime import timedelta

import pytest

from tests.cast import make_session
from tests.conftest import NOON
from tests.factories import make_member

AT = NOON.isoformat()


def tabs(runner, *more):
    return runner.invoke(args=["peering", "tabs", *more])


def test_json_holds_four_tabs_with_members_and_cells(runner, cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.beta_ends.v4, last_seen=NOON)

    board = json.loads(tabs(runner, "--asn", "64496", "--at", AT, "--format", "json").output)

    assert list(board) == ["potential", "potential-bilateral", "peers", "rejected"]
    assert board["potential"][0]["name"] == "Mall"
    assert board["peers"][0] == {
        "asn": 64497,
        "name": "Beta",
        "cells": [
            {"vlan": "LAN 1", "protocol": 4, "route_server": True, "bilateral": True},
            {"vlan": "LAN 1", "protocol": 6, "route_server": True, "bilateral": False},
        ],
    }


def test_the_look_back_window_ends_at_the_time_asked_for(runner, cast):
    make_session(cast.lan, cast.alpha_ends.v4, cast.mall_ends.v4, last_seen=NOON)
    later = (NOON + timedelta(days=29)).isoformat()

    board = json.loads(tabs(runner, "--asn", "64496", "--at", later, "--format", "json").output)

    assert [peer["name"] for peer in board["peers"]] == ["Beta"]


def test_the_table_is_for_people(runner, cast):
    output = tabs(runner, "--asn", "64496", "--at", AT).output

    assert "potential (1)" in output
    assert "v4 route-server  v6 route-server" in output


def test_two_members_with_one_asn_are_refused_with_their_ids(runner, cast):
    twin = make_member(64496, "Twin")

    answer = tabs(runner, "--asn", "64496")

    assert answer.exit_code == 1
    assert str(twin.id) in answer.output
    assert str(cast.alpha.id) in answer.output


def test_one_of_them_can_be_chosen_by_id(runner, cast):
    make_member(64496, "Twin")

    assert tabs(runner, "--id", str(cast.alpha.id), "--at", AT).exit_code == 0


def test_an_unknown_asn_is_refused(runner, cast):
    assert tabs(runner, "--asn", "1").exit_code == 1


def test_nonsense_times_are_refused(runner, cast):
    answer = tabs(runner, "--asn", "64496", "--at", "yesterday")

    assert answer.exit_code == 2
    assert "2026-01-15T12:00Z" in answer.output


def test_an_asn_may_be_written_with_as_in_front(runner, cast):
    assert tabs(runner, "--asn", "as64496", "--at", AT).exit_code == 0


@pytest.mark.parametrize("asn", ["ASx", "64500.1", "-1", "AS" + "9" * 11])
def test_what_is_no_asn_is_refused(runner, cast, asn):
    answer = tabs(runner, "--asn", asn)

    assert answer.exit_code == 2
    assert "is no AS number" in answer.output


def test_a_member_on_no_vlan_that_takes_part_is_told_so(runner, app):
    make_member(64496)

    assert "`flask vlans list` shows which do" in tabs(runner, "--asn", "64496").output


def test_a_verb_that_is_none_is_answered_with_those_there_are(runner):
    result = runner.invoke(args=["peering", "list"])

    assert result.exit_code == 2
    assert "No such command 'list'. There is: tabs." in result.output
    assert "No such option" in runner.invoke(args=["peering", "--nothing"]).output
