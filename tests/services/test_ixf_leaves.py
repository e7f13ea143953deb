"""Members leave and return, addresses change hands; history stays with whom it belongs to."""

from datetime import timedelta

from sqlalchemy import select

from app.extensions import db, transaction
from app.models import InterfaceAddress, InterfaceMac, Member, ObservedSession, VlanInterface
from app.services import ixf
from tests.conftest import NOON
from tests.exports import entry, export, network, octets, port

LATER = NOON + timedelta(days=1)
MUCH_LATER = NOON + timedelta(days=9)
MAC = "02:00:5e:00:53:01"


def load(*networks, now=NOON):
    return ixf.import_export(octets(export(*networks)), name="f", now=now, accept_leaves=True)


def member(asn):
    return db.session.scalars(select(Member).where(Member.asn == asn)).one()


def held(asn=None):
    """(ASN, address, from, until) of all addresses, by row."""
    db.session.expire_all()
    rows = db.session.execute(
        select(
            Member.asn,
            InterfaceAddress.address,
            InterfaceAddress.from_at,
            InterfaceAddress.until_at,
        )
        .select_from(InterfaceAddress)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .join(Member, Member.id == VlanInterface.member_id)
        .order_by(InterfaceAddress.id)
    )
    return [tuple(row) for row in rows if asn in (None, row.asn)]


def address_id(text):
    return db.session.scalar(
        select(InterfaceAddress.id).where(
            InterfaceAddress.address == text, InterfaceAddress.until_at.is_(None)
        )
    )


def see_session(one, other):
    """A session between the present holders of two addresses."""
    ids = sorted((address_id(one), address_id(other)))
    with transaction() as session:
        vlan_id = session.scalar(select(VlanInterface.vlan_id))
        session.add(
            ObservedSession(
                low_address_id=ids[0],
                high_address_id=ids[1],
                vlan_id=vlan_id,
                protocol=4,
                grade=3,
                last_seen=NOON,
            )
        )


ONE = network(64500, port(entry("192.0.2.1", mac_addresses=[MAC])))
TWO = network(64501, "192.0.2.2")


def test_a_member_that_left_is_kept_as_left(app):
    load(ONE, TWO)
    load(TWO, now=LATER)
    gone = member(64500)
    interface = db.session.scalars(select(VlanInterface).order_by(VlanInterface.id)).first()

    assert (gone.status, gone.left_at) == ("left", LATER)
    assert (interface.status, interface.left_at) == ("disconnected", LATER)
    assert held(64500) == [(64500, "192.0.2.1", NOON, LATER)]


def test_a_member_that_was_still_listed_without_connections_leaves_when_it_is_not(app):
    load(ONE, TWO)
    load(network(64500), TWO, now=LATER)
    still = member(64500).status
    load(TWO, now=MUCH_LATER)
    gone = member(64500)

    assert (still, gone.status, gone.left_at) == ("active", "left", MUCH_LATER)


def test_a_member_that_returns_is_the_same_member_on_the_same_rows(app):
    load(ONE, TWO)
    before = member(64500).id, address_id("192.0.2.1"), held()
    load(TWO, now=LATER)
    outcome = load(ONE, TWO, now=MUCH_LATER)
    back = member(64500)

    assert outcome.lines[0] == "+ AS64500 Net 64500 returns"
    assert (back.status, back.left_at) == ("active", None)
    assert (back.id, address_id("192.0.2.1"), held()) == before
    assert db.session.scalars(select(InterfaceMac.mac)).all() == [MAC]
    assert [i.left_at for i in db.session.scalars(select(VlanInterface))] == [None, None]


def test_a_member_that_returns_with_another_mac_has_only_that(app):
    load(ONE, TWO)
    load(TWO, now=LATER)
    load(network(64500, port(entry("192.0.2.1", mac_addresses=[MAC[:-1] + "2"]))), TWO)

    assert db.session.scalars(select(InterfaceMac.mac)).all() == ["02:00:5e:00:53:02"]


def test_a_member_that_returns_with_another_address_is_the_same_member(app):
    load(ONE, TWO)
    known = member(64500).id
    load(TWO, now=LATER)
    load(network(64500, "192.0.2.9"), TWO, now=MUCH_LATER)

    assert member(64500).id == known
    assert held(64500) == [
        (64500, "192.0.2.1", NOON, LATER),
        (64500, "192.0.2.9", MUCH_LATER, None),
    ]


def test_importing_after_a_return_changes_nothing(app):
    load(ONE, TWO)
    load(TWO, now=LATER)
    load(ONE, TWO, now=MUCH_LATER)

    assert load(ONE, TWO).lines == []


def test_an_address_that_moves_leaves_its_sessions_behind(app):
    load(ONE, TWO, network(64502, "192.0.2.3"))
    see_session("192.0.2.1", "192.0.2.3")
    old = address_id("192.0.2.1")
    load(network(64501, "192.0.2.2", "192.0.2.1"), network(64502, "192.0.2.3"), now=LATER)
    new = address_id("192.0.2.1")
    ends = db.session.execute(
        select(ObservedSession.low_address_id, ObservedSession.high_address_id)
    ).one()

    assert new != old
    assert old in ends
    assert new not in ends
    assert held(64500) == [(64500, "192.0.2.1", NOON, LATER)]
    assert (64501, "192.0.2.1", LATER, None) in held()


def test_an_address_that_comes_back_has_its_sessions_again(app):
    load(ONE, TWO)
    old = address_id("192.0.2.1")
    load(network(64501, "192.0.2.2", "192.0.2.1"), now=LATER)
    load(ONE, TWO, now=MUCH_LATER)

    assert address_id("192.0.2.1") == old
    assert (64501, "192.0.2.1", LATER, MUCH_LATER) in held()


def test_two_members_can_swap_their_addresses(app):
    load(ONE, TWO)
    swapped = network(64500, "192.0.2.2"), network(64501, "192.0.2.1")
    load(*swapped, now=LATER)

    assert [row[:2] for row in held() if row[3] is None] == [
        (64500, "192.0.2.2"),
        (64501, "192.0.2.1"),
    ]
    assert load(*swapped).lines == []


def test_a_renumbered_connection_gets_a_new_address_row(app):
    load(ONE, TWO)
    load(network(64500, "192.0.2.9"), TWO, now=LATER)

    assert held(64500) == [(64500, "192.0.2.1", NOON, LATER), (64500, "192.0.2.9", LATER, None)]
    assert len(db.session.scalars(select(VlanInterface)).all()) == 2


def test_an_asn_listed_twice_is_one_member_with_two_connections(app):
    load(network(64500, "192.0.2.1"), network(64500, "192.0.2.2"))

    assert member(64500).name == "Net 64500"
    assert len(db.session.scalars(select(VlanInterface)).all()) == 2


def test_a_member_still_listed_without_a_connection_has_not_left(app):
    load(network(64496, "192.0.2.1"), network(64497, "192.0.2.2"))
    load(network(64496, "192.0.2.1"), network(64497))

    assert member(64497).status == "active"
    assert held(64497)[0][3] is not None
