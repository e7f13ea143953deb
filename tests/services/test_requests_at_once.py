"""Many hands at once, on both databases: one mail each, nothing lost, nothing twice."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.domain.actor import Acting, Actor, Role
from app.domain.allowance import Allowance
from app.extensions import db
from app.models import Note, OutboxMessage, PeeringRequest, RequestPair
from app.services import last_asked, peering_requests, request_draft
from app.services.peering_requests import AskedAlready, Order
from tests.cast import make_user
from tests.factories import NOON, make_interface, make_member, make_vlan
from tests.letters import MAIL, RULES, window

USERS, THREADS, PEERS = 200, 20, 8


def connected(number, lan):
    member = make_member(64496 + number if number < 16 else 65536 + number)
    make_interface(member, lan, f"192.0.2.{number + 1}", f"2001:db8::{number + 1:x}")
    return member


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def acting(member):
    """Read before the threads begin: none of them may load through the test's own session."""
    return Acting(member.id, "A", member.asn, Role.ADMIN)


def ask(app, user_id, own, peer_id, after=None):
    """Send everything on offer; False when somebody was faster."""
    with app.app_context():
        actor = Actor(user_id, "u", "U", False, own)
        offered = request_draft.list_offered(own.member_id, peer_id, window())
        wanted = Order(tuple(one.key for one in offered), "Peer?", "Shall we peer?", after)
        try:
            peering_requests.send(actor, peer_id, wanted, MAIL, rules=RULES, window=window())
        except AskedAlready:
            return False
        finally:
            db.session.remove()
        return True


def test_200_colleagues_at_once_ask_each_member_once(app):
    lan = make_vlan("LAN 1")
    own, *peers = [connected(number, lan) for number in range(PEERS + 1)]
    users = [make_user(f"user{number}", own) for number in range(USERS)]
    own, peer_ids = acting(own), [peer.id for peer in peers]

    with ThreadPoolExecutor(THREADS) as pool:
        sent = list(
            pool.map(
                lambda number: ask(app, users[number], own, peer_ids[number % PEERS]), range(USERS)
            )
        )

    db.session.rollback()
    assert sum(sent) == PEERS
    assert (count(PeeringRequest), count(RequestPair), count(Note), count(OutboxMessage)) == (
        PEERS, 2 * PEERS, PEERS, PEERS,
    )  # fmt: skip
    last = {peer: one.last for peer, one in last_asked.list_history(own.member_id).items()}
    assert {peer: (one.many, one.sessions) for peer, one in last.items()} == dict.fromkeys(
        peer_ids, (1, 2)
    )


def test_many_members_asking_one_at_once_never_pass_its_allowance(app):
    lan = make_vlan("LAN 1")
    asked, *askers = [connected(number, lan) for number in range(13)]
    user, asked_id = make_user("user", askers[0]), asked.id
    askers = [acting(member) for member in askers]
    rules = RULES._replace(allowance=Allowance(100, 5))

    def go(own):
        with app.app_context():
            actor = Actor(user, "u", "U", False, own)
            offered = request_draft.list_offered(own.member_id, asked_id, window())
            wanted = Order((offered[0].key,), "Peer?", "Shall we peer?")
            done = peering_requests.send(
                actor, asked_id, wanted, MAIL, rules=rules, window=window()
            )
            db.session.remove()
            return (done.leaves_on - NOON.date()).days

    with ThreadPoolExecutor(len(askers)) as pool:
        days = sorted(pool.map(go, askers))

    assert days == [0] * 5 + [1] * 5 + [2] * 2


def test_of_many_who_confirm_the_same_warning_at_once_one_asks_again(app):
    lan = make_vlan("LAN 1")
    own, peer = connected(0, lan), connected(1, lan)
    users = [make_user(f"user{number}", own) for number in range(THREADS)]
    own, peer_id = acting(own), peer.id
    assert ask(app, users[0], own, peer_id)
    first = last_asked.find_last(own.member_id, peer_id).id
    db.session.rollback()

    with ThreadPoolExecutor(THREADS) as pool:
        sent = list(pool.map(lambda user: ask(app, user, own, peer_id, after=first), users))

    db.session.rollback()
    assert sum(sent) == 1
    assert (count(PeeringRequest), count(Note), count(OutboxMessage)) == (2, 2, 2)
    assert last_asked.find_last(own.member_id, peer_id).many == 2


def test_of_many_whose_warning_is_stale_nobody_asks(app):
    lan = make_vlan("LAN 1")
    own, peer = connected(0, lan), connected(1, lan)
    users = [make_user(f"user{number}", own) for number in range(THREADS)]
    own, peer_id = acting(own), peer.id
    assert ask(app, users[0], own, peer_id)
    stale = last_asked.find_last(own.member_id, peer_id).id
    assert ask(app, users[0], own, peer_id, after=stale)
    db.session.rollback()

    with ThreadPoolExecutor(THREADS) as pool:
        sent = list(pool.map(lambda user: ask(app, user, own, peer_id, after=stale), users))

    db.session.rollback()
    assert (sum(sent), count(OutboxMessage)) == (0, 2)
