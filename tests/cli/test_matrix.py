"""`flask matrix` shows every pair but those who left, and records the density."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import update

from app.extensions import transaction
from app.models import Member, Vlan
from tests.factories import make_vlan


@pytest.fixture(autouse=True)
def flagged(cast):
    with transaction() as session:
        session.execute(update(Vlan).values(peering_matrix=True))
        session.execute(update(Member).where(Member.id == cast.beta.id).values(matrix_opt_out=True))


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_pairs_are_shown_without_who_left(runner, form):
    result = runner.invoke(args=["matrix", "show", "--vlan", "LAN 1", "--format", form])

    assert result.exit_code == 0
    assert "Mall" in result.output
    assert "Beta" not in result.output


def test_the_table_begins_with_the_vlan_and_the_protocol(runner):
    result = runner.invoke(args=["matrix", "show", "--protocol", "6"])

    assert result.output.startswith("LAN 1, IPv6\n")


def test_json_names_the_protocol(runner):
    result = runner.invoke(args=["matrix", "show", "--protocol", "6", "--format", "json"])

    assert json.loads(result.output)["protocol"] == 6


def test_an_unknown_vlan_is_a_sentence(runner):
    result = runner.invoke(args=["matrix", "show", "--vlan", "nowhere"])

    assert result.exit_code == 1
    assert "No such VLAN" in result.output


def test_a_name_that_two_vlans_have_is_refused_with_their_ids(runner, cast):
    other = make_vlan("LAN 1", tag=11, infrastructure="North", peering_matrix=True)

    result = runner.invoke(args=["matrix", "show", "--vlan", "LAN 1"])
    by_id = runner.invoke(args=["matrix", "show", "--vlan", str(other.id), "--format", "json"])

    assert result.exit_code == 1
    assert f"{cast.lan.id} is LAN 1 · Main; {other.id} is LAN 1 · North" in result.output
    assert json.loads(by_id.output)["vlan"] == "LAN 1 · North"


@pytest.mark.parametrize("command", ["show", "record"])
def test_switched_off_it_says_so(app, settings, runner, monkeypatch, command):
    monkeypatch.setitem(app.config, "SETTINGS", replace(settings, peering_matrix_disabled=True))

    result = runner.invoke(args=["matrix", command])

    assert result.exit_code == 1
    assert "The peering matrix is switched off" in result.output


def test_the_density_is_recorded(runner):
    assert "Recorded 2 matrices" in runner.invoke(args=["matrix", "record"]).output
