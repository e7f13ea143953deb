"""`flask sessions`: what is printed, and what is refused."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.sflow.encode import flow_datagram, flow_sample, tcp_frame
from tests.lab import LAB, make_lab, truth
from tests.recordings import outer, write_pcap
from tests.services.replays import UPDATE, datagram, make_lan, replay

LAB_A = str(LAB / "lab-a.pcap")
KEYS = [
    "protocol", "vlan", "tag", "a_asn", "a_address", "b_asn", "b_address", "kind", "grade",
    "first_seen", "last_seen", "samples", "attempts",
]  # fmt: skip


@pytest.fixture
def flask(app, runner):
    return lambda *arguments: runner.invoke(args=["sessions", *arguments])


@pytest.fixture
def lab(flask):
    make_lab()
    return flask("replay", LAB_A, "--confirm-seconds", "10")


def listed(flask):
    return json.loads(flask("list", "--format", "json").stdout)


def test_a_replay_prints_what_it_read(lab):
    assert lab.exit_code == 0, lab.output
    for line in (
        "Datagrams                1,443",
        "Flow samples            10,256",
        "Counter samples             11",
        "  UPDATE                    77",
        "  confirmed                 19",
    ):
        assert line in lab.stdout.splitlines()


def test_progress_goes_to_standard_error(lab):
    assert "Reading lab-a.pcap" in lab.stderr
    assert "Reading" not in lab.stdout


def test_a_second_replay_says_that_nothing_changed(flask, lab):
    before = listed(flask)

    again = flask("replay", LAB_A, "--confirm-seconds", "10")

    assert again.exit_code == 0
    assert "Nothing changed." in again.stdout
    assert listed(flask) == before


def test_json_has_one_object_per_pair_with_its_keys_in_order(flask, lab):
    rows = listed(flask)

    assert {tuple(row) for row in rows} == {tuple(KEYS)}
    confirmed = {
        frozenset((row["a_address"], row["b_address"]))
        for row in rows
        if (row["kind"], row["grade"]) == ("bilateral", "confirmed")
    }
    assert confirmed == set(truth())


def test_json_tells_vlan_tag_and_times(flask, lab):
    row = next(row for row in listed(flask) if row["a_address"] == "198.51.100.11")

    assert (row["vlan"], row["tag"], row["protocol"]) == ("peering2", 20, 4)
    assert row["first_seen"].startswith("2026-11-23T03:05:")
    assert row["first_seen"].endswith("Z")
    assert datetime.fromisoformat(row["last_seen"]) > datetime.fromisoformat(row["first_seen"])


def test_an_attempt_has_no_times(flask, lab):
    row = next(row for row in listed(flask) if row["grade"] == "attempt")

    assert (row["first_seen"], row["last_seen"], row["tag"]) == (None, None, None)
    assert row["attempts"] > 0


def test_csv_has_the_same_rows(flask, lab):
    rows = list(csv.DictReader(io.StringIO(flask("list", "--format", "csv").stdout)))

    assert list(rows[0]) == KEYS
    assert [row["a_address"] for row in rows] == [row["a_address"] for row in listed(flask)]


def test_the_table_is_the_default(flask, lab):
    lines = flask("list").stdout.splitlines()

    assert lines[0].split() == KEYS
    assert "route-server" in lines[2]


def test_an_empty_list_says_what_to_do(flask):
    assert "flask sessions replay" in flask("list").stdout
    assert listed(flask) == []


def test_times_can_be_shifted_so_that_the_last_is_now(flask):
    make_lab()
    flask("replay", LAB_A, "--confirm-seconds", "10", "--shift-to-now")

    times = [datetime.fromisoformat(row["last_seen"]) for row in listed(flask) if row["last_seen"]]
    assert timedelta(0) <= datetime.now(UTC) - max(times) < timedelta(minutes=2)


def test_the_setting_decides_where_no_confirm_time_is_given(make_app, tmp_path):
    frame = tcp_frame("192.0.2.11", "192.0.2.12", 40000, 179)
    datagram = outer(flow_datagram("198.51.100.1", [flow_sample(frame)]))
    path = write_pcap(tmp_path / "two.pcap", [(0, datagram), (7, datagram)])
    app = make_app(confirm_seconds=7)
    with app.app_context():
        make_lab()
        app.test_cli_runner().invoke(args=["sessions", "replay", str(path)])
        output = app.test_cli_runner().invoke(args=["sessions", "list", "--format", "json"]).stdout

    assert [row["grade"] for row in json.loads(output)] == ["confirmed"]


@pytest.mark.parametrize(
    ("octets", "sentence"), [(b"", "is empty"), (b"no recording at all" * 9, "is no recording")]
)
def test_a_file_that_is_no_recording_is_refused_in_one_line(flask, tmp_path, octets, sentence):
    make_lab()
    path = tmp_path / "broken.pcap"
    path.write_bytes(octets)

    refused = flask("replay", str(path))

    assert refused.exit_code == 1
    assert f"Error: {path} {sentence}" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_recording_that_ends_too_early_is_read_and_reported(flask, tmp_path):
    make_lab()
    path = write_pcap(tmp_path / "cut.pcap", [(0, outer(b"x" * 60)), (1, outer(b"x" * 60))])
    path.write_bytes(path.read_bytes()[:-5])

    replayed = flask("replay", str(path))

    assert replayed.exit_code == 0
    assert "ends in the middle of a packet" in replayed.stderr
    assert "skipped: not sFlow version 5" in replayed.stdout


def test_without_members_a_replay_is_refused(flask):
    refused = flask("replay", LAB_A)

    assert refused.exit_code == 1
    assert "import the members first" in refused.stderr


def test_history_lists_the_periods_of_a_network(runner, app):
    make_lan()
    replay((0, datagram(payload=UPDATE)), (3600, datagram(payload=UPDATE)))

    shown = runner.invoke(args=["sessions", "history", "--days", "4000", "--format", "json"])
    other = runner.invoke(args=["sessions", "history", "--days", "4000", "--asn", "64999"])

    (row,) = json.loads(shown.output)
    assert (row["a_asn"], row["b_asn"], row["grade"]) == (64501, 64502, "confirmed")
    assert (row["started_at"], row["ended_at"]) == (
        "2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00.000Z",
    )  # fmt: skip
    assert other.output == "Nothing was seen in the last 4000 days.\n"
