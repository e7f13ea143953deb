"""Marks under pressure: many hands at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.domain.actor import Acting, Actor, Role
from app.domain.classify import Mark
from app.extensions import db
from app.models import PeerRelation, Vlan
from app.services import marks
from tests.cast import make_user
from tests.conftest import NOON
from tests.factories import make_interface, make_member, make_vlan

WRITERS = 50


def test_50_writers_at_once_lose_nothing_and_see_no_error(app):
    members = [_connected(64496 + index) for index in range(5)]
    peers = [_connected(65536 + index).id for index in range(10)]
    user = make_user("writer", members[0])
    # Read here: threads must not make the test's own session load anything.
    actors = [Actor(user, "a", "A", False, _acting(member)) for member in members]

    def click(number: int) -> None:
        actor, peer_id = actors[number % 5], peers[number // 5]
        with app.app_context():
            for mark in (Mark.PEERED, Mark.REJECTED):
                marks.set_mark(actor, peer_id, mark, now=NOON)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(click, range(WRITERS)))

    db.session.rollback()  # a snapshot from before the clicks
    rows = db.session.execute(select(PeerRelation.mark, PeerRelation.version)).all()
    assert [tuple(row) for row in rows] == [("rejected", 2)] * WRITERS


def test_50_first_clicks_on_one_peer_make_one_row(app):
    member, peer_id = _connected(64496), _connected(64497).id
    actor = Actor(make_user("writer", member), "a", "A", False, _acting(member))

    def click(_number: int) -> None:
        with app.app_context():
            marks.set_mark(actor, peer_id, Mark.PEERED, now=NOON)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(click, range(WRITERS)))

    db.session.rollback()
    count, version = db.session.execute(select(func.count(), func.max(PeerRelation.version))).one()
    assert (count, version) == (1, WRITERS)


def _connected(asn: int):
    """A member on the one VLAN of these tests."""
    vlan = db.session.scalar(select(Vlan)) or make_vlan()
    member = make_member(asn)
    make_interface(member, vlan, f"10.0.{asn // 256 % 256}.{asn % 256}")
    return member


def _acting(member) -> Acting:
    return Acting(member.id, member.name, member.asn, Role.ADMIN)
