"""The lab thinned to one sample in ten and in fifty, over many seeds: confirmed is never wrong."""

import json
from random import Random

import pytest

from app.domain.directory import Directory, Entry, Unplaced
from app.domain.evidence import Evidence, Grade, kind_of
from app.domain.intake import sighting_of
from app.domain.sflow.datagram import decode
from app.workers.recording import Recording
from tests.lab import LAB, RECORDINGS

CONFIRM = 10.0
SEEDS = 60


def directory():
    """The addresses of the lab, and which of them ever had a session with each other."""
    lab = json.loads((LAB / "lab-a.topology.json").read_text())
    vlans = {key: place for place, key in enumerate(lab["lans"], start=1)}
    entries, number = [], 0
    for member in lab["members"]:
        for connection in member["connections"]:
            for address in filter(None, (connection["ipv4"], connection["ipv6"])):
                number += 1
                lan = connection["lan"]
                tag = lab["lans"][lan]["tag"] or None
                entries.append(Entry(number, address, vlans[lan], tag))
    ids = {entry.address: entry.address_id for entry in entries}
    sessions = json.loads((LAB / "lab-a.truth.json").read_text())["sessions"]
    up = {
        frozenset((ids[s["a_ip"]], ids[s["b_ip"]]))
        for s in sessions
        if s["established"] and s["a_ip"] in ids and s["b_ip"] in ids
    }
    return Directory(entries), up


@pytest.fixture(scope="module", params=RECORDINGS)
def sightings(request):
    """What the collector would make of every sample, with payload and without."""
    addresses, up = directory()
    found = []
    for at, datagram in Recording(LAB / request.param):
        for sample in decode(datagram).bgp:
            segment = sample.segment
            place = addresses.place(segment.source, segment.destination, sample.vlans, at)
            if not isinstance(place, Unplaced):
                full, bare = kind_of(segment.flags, segment.payload), kind_of(segment.flags)
                found.append((place, sighting_of(at, segment, full), bare))
    return found, up


@pytest.mark.parametrize("payload", [True, False], ids=["payload", "no payload"])
@pytest.mark.parametrize(("rate", "least"), [(10, 0.95), (50, 0.3)])
def test_no_pair_without_a_session_is_ever_confirmed(sightings, rate, least, payload):
    found, up = sightings
    begun = found[0][1].at
    right, wrong = [], 0  # after how many seconds each was confirmed
    for seed in range(SEEDS):
        random, pairs = Random(seed), {}
        for place, sighting, bare in found:
            if random.random() < 1 / rate:
                evidence = pairs.setdefault(place, Evidence())
                before = evidence.grade
                evidence.see(sighting if payload else sighting._replace(kind=bare), CONFIRM)
                if evidence.grade is Grade.CONFIRMED and before is not Grade.CONFIRMED:
                    is_session = frozenset((place.low_id, place.high_id)) in up
                    right += [sighting.at - begun] if is_session else []
                    wrong += not is_session

    most = SEEDS * len(up)
    shares = {after: sum(one <= after for one in right) / most for after in (30, 60, 120, 210)}
    assert wrong == 0
    assert shares[210] > least
    print(f"1:{rate}:", ", ".join(f"{share:.1%} after {s} s" for s, share in shares.items()))
