"""Recordings: every format and link type, and what is wrong with a file."""

import hashlib

import pytest

from app.domain.errors import Invalid
from app.domain.sflow.encode import MAC, ethernet_frame
from app.workers.recording import Recording
from tests.recordings import START, outer, write_pcap, write_pcapng

DATAGRAM = b"datagram" * 8  # longer than what Ethernet pads
FOUR = outer(DATAGRAM)
SIX = outer(DATAGRAM, six=True)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "switch.pcap"


def payloads(recording):
    return [payload for _, payload in recording]


@pytest.mark.parametrize("frame", [FOUR, SIX], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("nano", [False, True])
def test_a_classic_recording_is_read_with_its_times(path, frame, nano):
    recording = Recording(write_pcap(path, [(0.5, frame), (2, frame)], nano=nano))

    assert list(recording) == [(START + 0.5, DATAGRAM), (START + 2, DATAGRAM)]
    assert not recording.is_truncated


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_newer_format_is_read_with_its_times(path, order):
    recording = Recording(write_pcapng(path, [(0.5, FOUR), (2, SIX)], order=order))

    assert list(recording) == [(START + 0.5, DATAGRAM), (START + 2, DATAGRAM)]


@pytest.mark.parametrize(
    ("link", "frame"),
    [
        (1, ethernet_frame(FOUR[14:], tags=[100])),
        (113, bytes(14) + FOUR[12:]),
        (276, FOUR[12:14] + bytes(18) + FOUR[14:]),
        (276, SIX[12:14] + bytes(18) + SIX[14:]),
        (101, FOUR[14:]),
        (101, SIX[14:]),
        (12, FOUR[14:]),
        (228, FOUR[14:]),
        (229, SIX[14:]),
    ],
    ids=["tagged", "cooked", "cooked 2", "cooked 2 v6", "raw", "raw v6", "raw 12", "v4", "v6"],
)
def test_every_usual_link_is_read(path, link, frame):
    assert payloads(Recording(write_pcap(path, [(0, frame)], link=link))) == [DATAGRAM]


@pytest.mark.parametrize(
    "frame", [outer(b"x", port=53), b"", MAC, FOUR[:30], ethernet_frame(b"\x45" + bytes(40))]
)
def test_packets_that_are_no_datagram_are_passed_over(path, frame):
    assert payloads(Recording(write_pcap(path, [(0, frame), (1, FOUR)]))) == [DATAGRAM]


def test_padding_behind_a_datagram_is_left_out(path):
    assert payloads(Recording(write_pcap(path, [(0, FOUR + bytes(20))]))) == [DATAGRAM]


@pytest.mark.parametrize("write", [write_pcap, write_pcapng])
@pytest.mark.parametrize("missing", [1, 20, len(FOUR)])
def test_a_recording_cut_at_its_end_keeps_what_was_read_and_says_so(path, write, missing):
    write(path, [(0, FOUR), (1, FOUR)])
    path.write_bytes(path.read_bytes()[:-missing])
    recording = Recording(path)

    assert payloads(recording) == [DATAGRAM]
    assert recording.is_truncated


def test_a_length_beyond_the_file_is_harmless(path):
    write_pcap(path, [(0, FOUR)])
    octets = bytearray(path.read_bytes())
    octets[32:36] = b"\xff\xff\xff\xff"
    path.write_bytes(octets)
    recording = Recording(path)

    payloads(recording)
    assert recording.is_truncated


@pytest.mark.parametrize("length", [0, 4, 0xFFFFFFFF])
def test_a_length_that_cannot_be_is_harmless(path, length):
    write_pcapng(path, [(0, FOUR)])
    octets = bytearray(path.read_bytes())
    octets[52:56] = length.to_bytes(4, "little")
    path.write_bytes(octets)
    recording = Recording(path)

    assert payloads(recording) == []
    assert recording.is_truncated


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "is empty"),
        (b"GIF89a and so on, for long enough to be a header", "is no recording"),
        (b"\xd4\xc3\xb2\xa1", "is no recording"),
        (b"\x0a\x0d\x0d\x0a" + bytes(40), "is no recording"),
    ],
)
def test_what_is_no_recording_is_refused_by_name(path, octets, sentence):
    path.write_bytes(octets)

    with pytest.raises(Invalid, match=sentence) as refusal:
        Recording(path)
    assert str(path) in str(refusal.value)


def test_an_unknown_link_is_refused_by_number(path):
    write_pcap(path, [], link=105)

    with pytest.raises(Invalid, match="105"):
        Recording(path)


def test_a_missing_file_is_refused(path):
    with pytest.raises(Invalid, match="No such file"):
        Recording(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(Invalid, match="directory"):
        Recording(tmp_path)


def test_progress_ends_at_the_size_of_the_file(path):
    recording = Recording(write_pcap(path, [(0, FOUR), (1, FOUR)]))

    payloads(recording)

    assert recording.position == recording.size == path.stat().st_size


def test_a_recording_is_known_by_the_digest_of_its_octets(path):
    recording = Recording(write_pcap(path, [(0, FOUR)]))

    assert recording.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_last_arrival_is_found_without_spoiling_the_progress(path):
    recording = Recording(write_pcap(path, [(0, FOUR), (5, FOUR), (4, FOUR)]))

    assert (recording.last_arrival(), recording.position) == (START + 5, 0)


def test_a_recording_without_datagrams_has_no_last_arrival(path):
    assert Recording(write_pcap(path, [])).last_arrival() is None


def test_datagrams_of_an_impossible_time_are_left_out_and_counted(path):
    write_pcapng(path, [(0, outer(b"now")), (2.0**40, outer(b"never"))])
    recording = Recording(path)

    assert [octets for _, octets in recording] == [b"now"]
    assert recording.misdated == 1
