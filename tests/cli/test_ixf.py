"""`flask ixf import`: what it prints, and what it leaves with the caller."""

import shlex

import pytest
from sqlalchemy import select

from app.extensions import db
from app.models import Member, Vlan
from tests.exports import crowd, entry, exchange, export, lan, network, octets, port


@pytest.fixture
def run(runner, tmp_path, monkeypatch):
    """Runs the import of an export, given as file `export.json`."""
    monkeypatch.chdir(tmp_path)

    def import_(document, *options):
        found = document if isinstance(document, bytes) else octets(document)
        (tmp_path / "export.json").write_bytes(found)
        return runner.invoke(args=["ixf", "import", "export.json", *options])

    return import_


def asns():
    db.session.rollback()
    return sorted(db.session.scalars(select(Member.asn)))


def test_the_plan_is_shown_then_applied(run):
    result = run(export(*crowd(1)))

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Plan for export.json, IX-F 1.0:",
        "+ infrastructure IX",
        "+ VLAN LAN 1 (no prefixes), without flags",
        "+ AS65001 Net 65001",
        "+ AS65001 Net 65001 on LAN 1: 192.0.2.1",
        "Members: 1 added, 0 changed, 0 returned, 0 left. Addresses: 1 added, 0 changed, 0 left.",
        "Applied.",
        "VLAN LAN 1 (IX) takes no part yet. To let it:",
        "  flask vlans set 'LAN 1' --infrastructure IX --peering-manager on",
    ]
    assert result.stderr == ""
    assert asns() == [65001]


def test_the_command_that_it_names_lets_the_vlan_take_part(run, runner):
    hint = run(export(*crowd(1))).stdout.splitlines()[-1]
    runner.invoke(args=shlex.split(hint)[1:], catch_exceptions=False)

    assert db.session.scalar(select(Vlan.peering_manager)) is True
    assert "takes no part" not in run(export(*crowd(1))).stdout


def test_the_same_file_again_says_that_there_is_nothing_to_do(run):
    run(export(*crowd(1)), "--enable-vlans")
    result = run(export(*crowd(1)))

    assert result.stdout.splitlines() == [
        "Plan for export.json, IX-F 1.0:",
        "Members: 0 added, 0 changed, 0 returned, 0 left. Addresses: 0 added, 0 changed, 0 left.",
        "Nothing to do.",
    ]


def test_a_dry_run_changes_nothing(run):
    result = run(export(*crowd(1)), "--dry-run", "--enable-vlans")

    assert result.stdout.splitlines()[-2:] == [
        "Dry run: nothing was changed.",
        "VLAN LAN 1 (IX) would take part.",
    ]
    assert asns() == []


def test_enabled_vlans_are_named(run):
    result = run(export(*crowd(1)), "--enable-vlans")

    assert result.stdout.splitlines()[-1] == "VLAN LAN 1 (IX) takes part now."


def test_skipped_entries_are_named_with_file_member_and_field(run):
    result = run(export(*crowd(1), network(64500, "192.0.2.x"), network(None)))

    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "! export.json: AS64500 Net 64500: connection_list[0].vlan_list[0].ipv4.address: "
        '"192.0.2.x" is no IPv4 address of a router; skipped',
        "! export.json: member 3 (Net None): asnum: null is no AS number; skipped",
    ]
    assert asns() == [65001]


def test_assumptions_are_part_of_the_plan(run):
    own = network(65500, "192.0.2.250", member_type="ixp")
    result = run(export(network(64500, port(entry("192.0.2.1", routeserver=True))), own))

    assert (
        "= AS65500 Net 65500 is the exchange's own without saying what it does; taken as route "
        "server. If not: flask members set --asn 65500 --type internal"
    ) in result.stdout.splitlines()
    assert "+ AS65500 Net 65500 (routeserver)" in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (b"{", "export.json: This is not JSON: "),
        (b"[]", "export.json: This is no IX-F member export: it has no list “member_list”."),
    ],
)
def test_what_is_no_export_is_refused(run, found, sentence):
    result = run(found)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {sentence}")
    assert len(result.stderr.splitlines()) == 1


def test_too_many_leaves_are_refused_until_they_are_accepted(run):
    run(export(*crowd(3)))
    refused = run(export(*crowd(2)))
    accepted = run(export(*crowd(2)), "--accept-leaves")

    assert (refused.exit_code, accepted.exit_code) == (1, 0)
    assert refused.stderr == (
        "Error: export.json: 1 of 3 members would leave, more than 5 %, as with an export that "
        "was cut off. Nothing was changed. If they really leave, import again with "
        "--accept-leaves.\n"
    )
    assert "- AS65003 Net 65003 leaves; kept with its history" in refused.stdout
    assert "Applied." in accepted.stdout


def test_one_exchange_of_several_can_be_chosen(run):
    two = [exchange(1, "One"), exchange(2, "Two", [lan(1, "Other")])]
    place = port(entry("192.0.2.1"), ixp_id=2)
    document = export(*crowd(1), network(64500, place), exchanges=two)
    refused = run(document, "--infrastructure", "Three")
    run(document, "--infrastructure", "two")

    assert refused.stderr == (
        "Error: export.json: This export has no exchange “Three”. It has “One”, “Two”.\n"
    )
    assert asns() == [64500]


def test_an_export_can_come_from_standard_input(runner):
    result = runner.invoke(args=["ixf", "import", "-"], input=octets(export(*crowd(1))))

    assert result.stdout.startswith("Plan for standard input, IX-F 1.0:")
    assert asns() == [65001]


def test_a_file_that_is_not_there_is_named(runner):
    result = runner.invoke(args=["ixf", "import", "nowhere.json"])

    assert result.exit_code != 0
    assert "nowhere.json" in result.stderr


def test_a_terminal_sees_a_progress_bar(run, monkeypatch):
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)
    result = run(export(*crowd(1)))

    assert "Importing" in result.stderr
    assert "100%" in result.stderr
    assert "Importing" not in result.stdout
