"""Sightings with defaults, for the tests of grading."""

from app.domain.evidence import Evidence, Kind, Sighting

CONFIRM = 300.0
PORT = 40000


def seen(at, kind=Kind.SEGMENT, *, from_low=True, ports=(PORT, 179), moved=0, positions=None):
    """A sample at `at` seconds; both streams have come `moved` octets further than at the start."""
    low, high = positions or (1000 + moved, 2000 + moved)
    sequence, acknowledged = (low, high) if from_low else (high, low)
    return Sighting(float(at), from_low, *ports, kind, sequence, acknowledged)


def graded(*sightings, evidence=None):
    """The evidence after these samples."""
    evidence = evidence or Evidence()
    for sighting in sightings:
        evidence.see(sighting, CONFIRM)
    return evidence
