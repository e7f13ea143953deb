"""`flask sessions consume` with real files, a real pipe, and the real sfacctd."""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.evidence import Grade
from app.domain.session_kind import SessionKind
from app.extensions import db
from app.models import ObservedSession, StrayAddress
from app.services import detection, sessions
from app.workers.recording import Recording
from tests.factories import make_interface, make_member, make_vlan
from tests.lab import LAB, make_lab, truth
from tests.live_collector import LiveCollector, wait_until

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def lan(app):
    vlan = make_vlan("LAN 1", tag=10)
    for number in (1, 2, 3):
        make_interface(make_member(64500 + number), vlan, v4=f"192.0.2.{number}")
    db.session.rollback()


@pytest.fixture
def consume(lan, app, runner):
    app.extensions["clock"] = lambda: NOON
    return lambda path: runner.invoke(args=["sessions", "consume", str(path)])


def line(seconds, *, to=2, flags="16", port=40000):
    at = NOON - timedelta(hours=1) + timedelta(seconds=seconds)
    record = {
        "ip_src": "192.0.2.1", "ip_dst": f"192.0.2.{to}", "port_src": port, "port_dst": 179,
        "tcp_flags": flags, "ip_proto": "tcp", "vlan": 10, "peer_ip_src": "198.51.100.1",
        "timestamp_arrival": at.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }  # fmt: skip
    return json.dumps(record)


def written(path, *lines):
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def grades():
    db.session.rollback()
    return {row.b_address: row.grade for row in sessions.list_sessions()}


def test_two_clean_samples_of_a_connection_confirm_it_without_payload(consume, tmp_path):
    result = consume(written(tmp_path / "flows", line(0), line(301), line(0, to=3), "nonsense"))

    assert result.exit_code == 0, result.output
    assert grades() == {"192.0.2.2": Grade.CONFIRMED, "192.0.2.3": Grade.POSSIBLE}
    assert "skipped: not recognised" in result.stdout


def test_a_file_of_something_else_is_refused_in_a_sentence(consume, tmp_path):
    result = consume(written(tmp_path / "members.csv", "asn,name", "64500,Alpha"))

    assert result.exit_code == 1
    assert "was recognised" in result.output


def test_an_attempt_between_them_does_not(consume, tmp_path):
    consume(written(tmp_path / "flows", line(0), line(150, flags="2", port=40001), line(301)))

    assert grades() == {"192.0.2.2": Grade.POSSIBLE}


def test_a_file_that_was_read_before_changes_nothing(consume, tmp_path):
    path = written(tmp_path / "flows", line(0), line(10))
    consume(path)

    again = consume(path)

    assert "read before" in again.stdout
    assert db.session.query(ObservedSession).one().samples == 2


def test_evidence_goes_on_from_file_to_file(consume, tmp_path):
    consume(written(tmp_path / "one", line(0)))
    consume(written(tmp_path / "two", line(301)))

    assert grades() == {"192.0.2.2": Grade.CONFIRMED}


def test_addresses_of_nobody_are_named(consume, tmp_path):
    consume(written(tmp_path / "flows", line(0, to=99)))

    assert db.session.query(StrayAddress).one().address == "192.0.2.99"


def test_a_file_that_is_missing_is_a_refusal(consume, tmp_path):
    result = consume(tmp_path / "nothing")

    assert result.exit_code == 1
    assert "cannot be read" in result.stderr


def test_without_members_it_says_what_to_do(app, runner, tmp_path):
    result = runner.invoke(args=["sessions", "consume", str(written(tmp_path / "flows", line(0)))])

    assert result.exit_code == 1
    assert "flask ixf import" in result.stderr


def test_a_pipe_is_written_while_it_is_open_and_to_the_end(lan, database_url):
    process = consumer("-", database_url, stdin=subprocess.PIPE)
    process.stdin.write(f"{line(0)}\n{line(301)}\n".encode())
    process.stdin.flush()
    wait_until(lambda: grades() == {"192.0.2.2": Grade.CONFIRMED})
    process.stdin.write(line(0, to=3).encode())  # its end of line never comes
    process.stdin.close()

    assert process.wait(30) == 0
    assert grades()["192.0.2.3"] == Grade.POSSIBLE


def test_sigterm_writes_what_was_read(lan, database_url):
    process = consumer("-", database_url, stdin=subprocess.PIPE, SESSION_FLUSH_SECONDS="30")
    process.stdin.write(f"{line(0)}\n".encode())
    process.stdin.flush()
    wait_until(lambda: not unread(process.stdin))
    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0
    process.stdin.close()
    assert grades() == {"192.0.2.2": Grade.POSSIBLE}


def test_a_named_pipe_outlives_those_who_write_into_it(lan, database_url, tmp_path):
    """As sfacctd does, which opens it anew for every write."""
    pipe = tmp_path / "flows.fifo"
    os.mkfifo(pipe)
    process = consumer(pipe, database_url)
    written(pipe, line(0))
    wait_until(lambda: grades() == {"192.0.2.2": Grade.POSSIBLE})
    written(pipe, line(301))
    wait_until(lambda: grades() == {"192.0.2.2": Grade.CONFIRMED})
    process.send_signal(signal.SIGTERM)

    assert process.wait(30) == 0


def unread(pipe):
    """Octets that nobody has taken out of the pipe yet."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)


def consumer(file, url, *, stdin=None, **environment):
    variables = {"DATABASE_URL": url, "SESSION_FLUSH_SECONDS": "1", "SECRET_KEY": "x" * 20}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "sessions", "consume", str(file)],
        cwd=ROOT,
        env={**os.environ, **variables, **environment},
        stdin=stdin,
    )


# -- The real sfacctd ------------------------------------------------------------------------

SPEED = 10
CONFIRM = 1  # ten seconds of the lab


@pytest.fixture
def sfacctd(tmp_path):
    """sfacctd with the documented configuration, on a port and with a file of the test's own."""
    program = shutil.which("sfacctd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("sfacctd is not installed (Debian package pmacct)")
    port, output = free_port(), tmp_path / "flows.json"
    text = (ROOT / "docs" / "sfacctd.conf").read_text()
    text = text.replace("sfacctd_port: 6343", f"sfacctd_port: {port}\nsfacctd_ip: 127.0.0.1")
    text = text.replace("/run/portal/sfacctd.fifo", str(output))
    (tmp_path / "sfacctd.conf").write_text(
        text.replace("refresh_time[bgp]: 5", "refresh_time[bgp]: 1")
    )
    with (tmp_path / "sfacctd.log").open("w") as log:
        process = subprocess.Popen(
            [program, "-f", str(tmp_path / "sfacctd.conf")],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    time.sleep(2)
    yield Feed(process, port, output)
    end(process)


def end(process):
    """With its plugins; it does not heed a gentle word while nothing arrives."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


class Feed:
    def __init__(self, process, port, output):
        self.process, self.port, self.output = process, port, output


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_through_the_real_sfacctd_no_session_is_false(app, database_url, sfacctd):
    make_lab()
    db.session.rollback()
    switch = LiveCollector(database_url, sfacctd.output)
    switch.port = sfacctd.port

    with switch.socket:
        switch.play(Recording(LAB / "lab-a.pcap"), SPEED)
    time.sleep(4)  # a write of sfacctd's, which is due every second
    end(sfacctd.process)
    environment = {"SESSION_CONFIRM_SECONDS": str(CONFIRM)}
    assert consumer(sfacctd.output, database_url, **environment).wait(60) == 0

    confirmed = {
        frozenset((row.a_address, row.b_address)): row
        for row in sessions.list_sessions()
        if (row.kind, row.grade) == (SessionKind.BILATERAL, Grade.CONFIRMED)
    }
    assert set(confirmed) == set(truth()), "those in the tagged VLAN included"


def test_of_a_file_that_has_grown_only_what_is_new_counts(consume, tmp_path):
    flows = tmp_path / "flows"
    flows.write_text("".join(f"{one}\n" for one in (line(0), line(1))) + line(2)[:30])
    consume(flows)
    consume(written(flows, line(0), line(1), line(2), line(3)))
    again = consume(flows)

    assert sessions.list_sessions()[0].samples == 4
    assert again.output.split()[-1] == "4"


def test_records_from_the_future_are_left_out_and_named_as_a_trouble(consume, tmp_path):
    consume(written(tmp_path / "flows", line(0), line(3600 + 299), line(3600 + 301, to=3)))

    assert grades() == {"192.0.2.2": Grade.CONFIRMED}
    found = detection.get_detection(now=NOON)
    assert found.faults[0][:2] == ("198.51.100.1", "its time lies in the future")
    assert any("set the clock" in trouble.do for trouble in found.troubles)
