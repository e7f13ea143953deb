"""Fifty people who write notes, marks, VLAN flags and details in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

from app.domain.classify import Mark
from app.extensions import db
from app.models import AuditEntry, Note, PeerRelation
from app.services import details, marks, notes, vlan_flags
from tests.factories import NOON

WRITERS = 50


def write_note(actor, note_id, line):
    version = 1
    while True:
        try:
            return notes.edit(actor, note_id, line, version=version, now=NOON, keep_both=True)
        except notes.Changed as error:
            version = error.entry.version


def raise_limit(actor):
    """From what stands, so that a write that is lost shows in the sum."""
    while True:
        found = details.get_details(actor)
        stands = found.values["max_prefix_4"] or 0
        db.session.rollback()
        try:
            wanted, version = {"max_prefix_4": str(stands + 1)}, found.versions["routing"]
            return details.save(actor, "routing", wanted, version=version, now=NOON)
        except details.Changed:
            continue


def changes_of(field):
    return [
        (old, new)
        for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)
        for name, old, new in entry.changes
        if name == field
    ]


def test_fifty_writers_of_everything_lose_nothing_and_write_nothing_twice(app, cast):
    alice, lan, peer = cast.actor("alice", cast.alpha), cast.lan.id, cast.mall.id
    note = notes.add(alice, peer, "Spoke to Ana", now=NOON)
    start = Barrier(WRITERS)
    jobs = (
        lambda n: write_note(alice, note, f"line {n:02}"),
        lambda n: marks.set_mark(alice, peer, Mark.REJECTED, now=NOON, reason=f"reason {n:02}"),
        lambda n: vlan_flags.set_flags(lan, now=NOON, peering_matrix=n % 8 == 2),
        lambda n: raise_limit(alice),
    )

    def write(number):
        with app.app_context():
            start.wait(timeout=60)
            jobs[number % 4](number)
            db.session.remove()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))

    db.session.rollback()
    lines = db.session.get(Note, note).text.split()
    assert sorted(lines[4::2]) == [f"{n:02}" for n in range(0, WRITERS, 4)]
    log = [one.text for one in db.session.query(Note).filter_by(kind="log")]
    assert all(sum(f"reason {n:02}" in text for text in log) == 1 for n in range(1, WRITERS, 4))
    assert db.session.query(PeerRelation).one().version == len(log) == len(range(1, WRITERS, 4))
    flags = changes_of("peering_matrix")
    assert all(one[1] == other[0] for one, other in pairwise(flags))
    limits = [str(n) if n else "" for n in range(len(range(3, WRITERS, 4)) + 1)]
    assert changes_of("max_prefix_4") == list(pairwise(limits))
