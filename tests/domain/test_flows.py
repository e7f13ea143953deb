"""Lines of other collectors: recognised by content, read, or refused with a reason."""

import json
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.directory import Directory, Entry
from app.domain.evidence import Grade, Kind, Tracker
from app.domain.flow_intake import UNTIMED, FlowIntake
from app.domain.flows import Flow, Skipped, read_line
from app.domain.intake import AHEAD

PMACCT = {
    "event_type": "purge", "vlan": 20, "peer_ip_src": "198.18.0.2", "ip_src": "192.0.2.1",
    "ip_dst": "192.0.2.2", "port_src": 35053, "port_dst": 179, "tcp_flags": "16",
    "ip_proto": "tcp", "timestamp_arrival": "2026-11-23 03:05:18.250000", "packets": 1,
}  # fmt: skip
GOFLOW = {
    "type": "SFLOW_5", "time_received_ns": 1795403118250000000, "sampler_address": "198.18.0.2",
    "src_addr": "192.0.2.1", "dst_addr": "192.0.2.2", "src_port": 35053, "dst_port": 179,
    "proto": "TCP", "tcp_flags": 16, "vlan_id": 20, "src_vlan": 0, "dst_vlan": 0,
}  # fmt: skip
SFLOWTOOL = (
    "FLOW,198.18.0.2,3,4,02005e000001,02005e000002,0x0800,20,20,192.0.2.1,192.0.2.2,6,0xc0,1,"
    "35053,179,0x10,78,60,1"
)
AT = 1795403118.25
EXPECTED = Flow(
    AT,
    bytes([192, 0, 2, 1]),
    bytes([192, 0, 2, 2]),
    35053,
    179,
    16,
    (20,),
    ip_address("198.18.0.2").packed,
)


def changed(record, **changes):
    return json.dumps({**record, **changes})


@pytest.mark.parametrize("line", [json.dumps(PMACCT), json.dumps(GOFLOW) + "\n"])
def test_json_of_either_collector_says_the_same(line):
    assert read_line(line) == EXPECTED


def test_a_line_of_sflowtool_has_no_time():
    assert read_line(SFLOWTOOL) == EXPECTED._replace(at=None)


def test_ipv6_is_read():
    line = changed(GOFLOW, src_addr="2001:db8::1", dst_addr="2001:db8::2")

    assert len(read_line(line).source) == 16


@pytest.mark.parametrize("time", ["1795403118.25", 1795403118.25, "2026-11-23T03:05:18.25+00:00"])
def test_times_may_be_seconds_or_carry_a_zone(time):
    assert read_line(changed(PMACCT, timestamp_arrival=time)).at == AT


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("hello", Skipped.UNRECOGNISED),
        ("{", Skipped.UNRECOGNISED),
        ("[" * 100_000, Skipped.UNRECOGNISED),
        ('{"a":' * 100_000, Skipped.UNRECOGNISED),
        ('{"other": 1}', Skipped.UNRECOGNISED),
        ("CNTR,198.18.0.2,1", Skipped.OTHER),
        (changed(PMACCT, ip_proto="udp"), Skipped.OTHER),
        (changed(PMACCT, port_dst=1790), Skipped.OTHER),
        (changed(PMACCT, ip_src="nobody"), Skipped.INCOMPLETE),
        (changed(PMACCT, tcp_flags=None), Skipped.INCOMPLETE),
        (changed(PMACCT, tcp_flags="9" * 5000), Skipped.INCOMPLETE),
        (changed(PMACCT, timestamp_arrival="yesterday"), Skipped.INCOMPLETE),
        (changed(PMACCT, timestamp_arrival="nan"), Skipped.INCOMPLETE),
        (changed(GOFLOW, time_received_ns=10**30), Skipped.INCOMPLETE),
        ("FLOW,198.18.0.2,3,4", Skipped.INCOMPLETE),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(line, why):
    assert read_line(line) is why


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(st.sampled_from([PMACCT, GOFLOW]), st.data())
def test_no_value_of_any_field_makes_it_fail(record, data):
    field = data.draw(st.sampled_from(sorted(record)))

    assert isinstance(read_line(changed(record, **{field: data.draw(VALUES)})), Flow | Skipped)


@given(st.text() | st.text(alphabet='FLOWCNTR,{}"[]:0123456789abcdefx.').map("FLOW,".__add__))
def test_no_text_makes_it_fail(text):
    assert isinstance(read_line(text), Flow | Skipped)


MEMBERS = Directory([Entry(1, "192.0.2.1", 7, 20), Entry(2, "192.0.2.2", 7, 20)])


def test_lines_become_sightings_without_positions():
    intake = FlowIntake(MEMBERS, is_stream=True)
    intake.take(json.dumps(PMACCT), AT + 10)
    intake.take(SFLOWTOOL.replace("0x10", "0x02"), AT + 10)

    (_, clean), (_, attempt) = intake.drain().sightings
    assert (clean.at, clean.kind, clean.sequence) == (AT, Kind.SEGMENT, None)
    assert (attempt.at, attempt.kind) == (AT + 10, Kind.SYN)
    assert intake.drain().sightings == []


def test_a_time_in_the_future_is_left_out():
    intake = FlowIntake(MEMBERS)
    intake.take(json.dumps(PMACCT), AT - 3600)

    assert intake.skipped == {AHEAD: 1}


def test_addresses_of_nobody_are_counted_and_named():
    intake = FlowIntake(MEMBERS)
    intake.take(changed(PMACCT, ip_dst="192.0.2.77"), AT + 1)

    [(address, *_)] = intake.drain().strays
    assert ip_address(address) == ip_address("192.0.2.77")
    assert intake.unplaced.total() == 1


def test_a_file_must_say_the_time_of_its_lines():
    intake = FlowIntake(MEMBERS)
    intake.take(SFLOWTOOL, AT)

    assert intake.skipped == {UNTIMED: 1}
    assert intake.drain().sightings == []


def grade_of(*lines):
    """What lines of a pipe, each with the moment it was read, make of their pair."""
    intake = FlowIntake(MEMBERS, is_stream=True)
    tracker = Tracker(300.0)
    for line, at in lines:
        intake.take(line, AT + at)
    for place, sighting in intake.drain().sightings:
        tracker.see(place, sighting)
    [(_, change)] = tracker.changes()
    return change.evidence.grade


def test_lines_without_a_time_confirm_while_the_pipe_flows():
    counters = [("CNTR,198.18.0.2", at) for at in range(30, 330, 30)]

    assert grade_of((SFLOWTOOL, 0), *counters, (SFLOWTOOL, 330)) is Grade.CONFIRMED


def test_what_waited_in_a_pipe_that_stood_still_continues_no_connection():
    assert grade_of((SFLOWTOOL, 0), (SFLOWTOOL, 330)) is Grade.POSSIBLE
    assert grade_of((json.dumps(PMACCT), 0), (SFLOWTOOL, 330)) is Grade.POSSIBLE
