"""What a board keeps between two looks is never older than the database."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import create_engine, select, text

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark
from app.extensions import db, transaction
from app.models import InterfaceAddress, Member, Vlan
from app.services import marks, peering, silence, unchanged, watching
from tests.agents import make_agent, make_port
from tests.cast import make_session
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan

MONTH, DAY = timedelta(days=28), timedelta(days=1)


@pytest.fixture
def me(app):
    lan = make_vlan("LAN 1", tag=10)
    member = make_member(64496, "Me")
    make_interface(member, lan, "192.0.2.1", "2001:db8::1")
    for number in range(2, 9):
        peer = make_member(64496 + number, f"Peer {number}")
        make_interface(peer, lan, f"192.0.2.{number}", f"2001:db8::{number}")
    db.session.commit()
    return member.id


@pytest.fixture
def elsewhere(app, database_url):
    """Another process: runs a statement and commits."""
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])

    def run(statement, **values):
        with engine.begin() as connection:
            connection.execute(text(statement), values)

    yield run
    engine.dispose()


def look(member_id, *, now=NOON, fresh=False):
    """The board as a request sees it; a fresh one from a connection that knows nothing."""
    if fresh:
        db.session.connection().info.pop("unchanged", None)
    found = peering.dashboard(member_id, now=now, lookback=MONTH, search_notes=True)
    db.session.rollback()
    return found


def names(member_id, **options):
    return {peer.name for peer in look(member_id, **options).peers}


def test_a_further_look_asks_for_the_sessions_alone(me, statements):
    def reads():
        with statements() as asked:
            look(me)
        return [
            one for one in asked if "pg_current_snapshot" not in one and not one.startswith("BEGIN")
        ]

    reads()
    # The snapshots of PostgreSQL tell of other databases, too, where other tests write.
    assert any(len(reads()) == 1 for _ in range(200))


def test_what_another_process_commits_is_seen_at_once(me, elsewhere):
    look(me)
    elsewhere("update member set name = 'Renamed' where name = 'Peer 2'")

    assert "Renamed" in names(me)


def test_what_another_process_has_not_committed_is_not_seen(me, app):
    before = names(me)
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        connection.execute(text("update member set name = 'Renamed' where name = 'Peer 2'"))
        assert names(me) == before
        connection.commit()
    engine.dispose()

    assert "Renamed" in names(me)


def test_what_this_process_commits_is_seen_at_once(me):
    look(me)
    with transaction():
        db.session.get(Member, me + 1).name = "Renamed"

    assert "Renamed" in names(me)


def test_a_transaction_sees_what_it_wrote_and_nobody_what_was_taken_back(me):
    before = names(me)
    db.session.get(Member, me + 1).name = "Renamed"
    db.session.flush()
    within = peering.dashboard(me, now=NOON, lookback=MONTH)
    assert "Renamed" in {peer.name for peer in within.peers}
    db.session.rollback()

    assert names(me) == before


def test_a_session_counts_at_once_and_no_longer_than_it_may(me):
    look(me)
    address = db.session.query(InterfaceAddress).filter_by
    ends = [address(address=f"192.0.2.{number}").one().id for number in (1, 2)]
    make_session(db.session.query(Vlan).one(), *sorted(ends), last_seen=NOON)

    def confirmed(now):
        board = look(me, now=now)
        return sum(cell.confirmed for peer in board.peers for cell in peer.standing.cells)

    assert confirmed(NOON) == 1
    assert confirmed(NOON + MONTH + timedelta(seconds=1)) == 0


CHANGES = (
    "update member set name = name || '.' where id = {peer}",
    "update member set status = 'suspended' where id = {peer}",
    "update member set status = 'active' where id = {peer}",
    "update interface_address set enabled = not enabled where interface_id = {peer}",
    "update interface_address set rs_client = not rs_client where interface_id = {peer}",
    "update vlan set name = name || '.'",
)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_changes_it_is_what_a_fresh_look_finds(me, elsewhere, seed):
    random = Random(seed)
    for _ in range(40):
        statement = random.choice(CHANGES).format(peer=me + random.randint(0, 7))
        if random.random() < 0.4:
            elsewhere(statement)
        else:
            db.session.execute(text(statement))
            peering.dashboard(me, now=NOON, lookback=MONTH)  # within the transaction
            (db.session.commit if random.random() < 0.6 else db.session.rollback)()
        kept, again = look(me), look(me)
        fresh = look(me, fresh=True)
        assert kept == again == fresh


def test_a_mark_runs_out_by_the_day_though_nothing_changes(me):
    actor = Actor(None, "a", "A", False, Acting(me, "Me", 64496, Role.ADMIN))
    marks.set_mark(actor, me + 1, Mark.REJECTED, until=NOON.date() + DAY, now=NOON)

    for days, marked in ((0, True), (1, True), (2, False)):
        peer = look(me, now=NOON + days * DAY).find(me + 1)
        assert bool(peer and peer.mark) is marked


def test_what_is_told_of_silence_goes_with_the_time_though_nothing_changes(me):
    vlan = db.session.query(Vlan).one()
    ids = list(db.session.scalars(select(InterfaceAddress.id).order_by(InterfaceAddress.id)))
    agent_id = make_agent(vlan, hours=24 * 27)
    for port, address_id in enumerate(ids, 1):
        make_port(agent_id, port, address_id, last_at=NOON - port * DAY)
    vlan_id = vlan.id
    terms = {"lookback": MONTH, "confirm": timedelta(seconds=300)}
    db.session.rollback()

    found = set()
    for minutes in (0, 50, 61, 119, 121, 181, 30 * 60, 20 * 24 * 60, 27 * 24 * 60):
        now = NOON + timedelta(minutes=minutes)
        board = look(me, now=now)
        assert list(board.watches) == watching.list_watches([vlan_id], now - MONTH, now)
        kept = silence.get_coverage(unchanged.look(), [me, me + 1], board.watches, now=now, **terms)
        hour = now.replace(minute=0)
        fresh = silence.read_coverage([me, me + 1], board.watches, now=hour, **terms)
        for protocol in (4, 6):
            cell = vlan_id, protocol
            absence = kept.in_cell(me, me + 1, cell)
            assert absence == fresh.in_cell(me, me + 1, cell)
            found.add(absence)
        db.session.rollback()

    assert len(found) > 3


def test_only_so_many_answers_are_kept(app):
    known = unchanged.Known("a version")
    for number in range(3 * unchanged.MOST):
        assert known.read(str, number) == str(number)

    assert len(known._answers) == unchanged.MOST


def test_what_is_made_is_made_anew_for_other_inputs():
    known = unchanged.Known("a version")
    made = known.make(sorted, "numbers", [2, 1])

    assert known.make(sorted, "numbers", [2, 1]) is made
    assert known.make(sorted, "numbers", [3, 2]) == [2, 3]
