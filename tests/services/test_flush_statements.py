"""A flush is one batch of statements, however many pairs changed."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import combinations, islice

from sqlalchemy import Engine, event

from app.domain.directory import Place
from app.domain.evidence import Kind, Sighting
from app.domain.feed.batch import Batch, Totals
from app.extensions import db, transaction
from app.models import InterfaceAddress, ObservedSession, VlanInterface
from app.services import collecting
from tests.factories import LONG_AGO, NOON, make_member, make_vlan

CHANGED = 10_000
PROCESS = collecting.Process("collector.example", "[::]:6343", NOON, 5, 65536)


@contextmanager
def executions():
    """Everything the driver is asked: what it is to do, and to which of the two tables."""
    asked = []

    def note(_connection, _cursor, statement, _parameters, _context, _many):
        tables = [name for name in ("observed_session", "session_period") if name in statement]
        asked.append(" ".join([statement.split()[0], *tables]))

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def make_pairs():
    lan = make_vlan("LAN 1", tag=10)
    member = make_member(64500)
    with transaction() as session:
        port = VlanInterface(member_id=member.id, vlan_id=lan.id, status="connected")
        session.add(port)
        session.flush()
        ends = [
            InterfaceAddress(
                interface_id=port.id, vlan_id=lan.id, protocol=4, address=f"192.0.2.{number}",
                enabled=True, rs_client=False, from_at=LONG_AGO,
            )
            for number in range(1, 144)
        ]  # fmt: skip
        session.add_all(ends)
        session.flush()
        ids = [end.id for end in ends]
    return [Place(low, high, lan.id, 4) for low, high in islice(combinations(ids, 2), CHANGED)]


def flush(pairs, seconds):
    at = NOON.timestamp() + seconds
    seen = [(pair, Sighting(at, True, 40000, 179, Kind.SEGMENT, seconds, 1)) for pair in pairs]
    return collecting.write(
        Batch(seen), process=PROCESS, totals=Totals(), kernel_drops=0,
        confirm=timedelta(seconds=300), now=NOON + timedelta(seconds=seconds),
    )  # fmt: skip


def test_ten_thousand_pairs_are_read_and_written_by_one_statement_each(app):
    pairs = make_pairs()
    with executions() as asked:
        flush(pairs, 0)
    assert asked.count("INSERT observed_session") == asked.count("INSERT session_period") == 1

    with executions() as asked:
        written = flush(pairs, 400)

    assert (written.pairs, written.risen) == (CHANGED, CHANGED)
    assert [one for one in asked if " " in one] == [
        "SELECT observed_session", "UPDATE observed_session", "INSERT session_period"
    ]  # fmt: skip
    assert len(asked) <= 15
    assert db.session.query(ObservedSession).filter_by(grade=3).count() == CHANGED
