"""What an import must leave alone: other exchanges, other VLANs, links of those who went."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.classify import Tab
from app.domain.evidence import Grade
from app.extensions import db
from app.models import Infrastructure, InterfaceAddress, Member, Vlan, VlanInterface
from app.services import ixf, peering, vlan_flags
from tests.cast import make_session
from tests.conftest import NOON
from tests.exports import entry, exchange, export, lan, network, octets, port
from tests.factories import make_interface, make_member, make_vlan
from tests.services.test_ixf_import import everything

TWO = [exchange(1, "One"), exchange(2, "Two")]
ALPHA, BETA, GAMMA = (
    network(64496 + n, f"192.0.2.{n + 1}", name=name)
    for n, name in enumerate(("Alpha", "Beta", "Gamma"))
)


def load(*networks, now=NOON, exchanges=None, **options):
    found = octets(export(*networks, exchanges=exchanges))
    return ixf.import_export(found, name="f", now=now, accept_leaves=True, **options)


def at(ixp_id, asn, address):
    return network(asn, port(entry(address), ixp_id=ixp_id))


def addresses():
    """(infrastructure, ASN, address) of everything that is live."""
    db.session.expire_all()
    rows = db.session.execute(
        select(Infrastructure.name, Member.asn, InterfaceAddress.address)
        .select_from(InterfaceAddress)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .join(Member, Member.id == VlanInterface.member_id)
        .join(Vlan, Vlan.id == VlanInterface.vlan_id)
        .join(Infrastructure, Infrastructure.id == Vlan.infrastructure_id)
        .where(InterfaceAddress.until_at.is_(None))
        .order_by(Infrastructure.name, Member.asn, InterfaceAddress.address)
    )
    return [tuple(row) for row in rows]


def address_ids():
    live = InterfaceAddress.until_at.is_(None)
    rows = select(InterfaceAddress.address, InterfaceAddress.id).where(live)
    return dict(tuple(row) for row in db.session.execute(rows))


def links(asn, tab=Tab.PEERS):
    """With whom a member has a bilateral session, as its tabs show it."""
    member_id = db.session.scalars(select(Member.id).where(Member.asn == asn)).one()
    board = peering.dashboard(member_id, now=NOON + timedelta(days=2), lookback=timedelta(days=28))
    return [peer.name for peer in board.on(tab)]


def test_the_tabs_show_no_link_that_an_address_had_with_its_last_holder(app):
    load(ALPHA, BETA, GAMMA, enable_vlans=True)
    ids, vlan = address_ids(), db.session.scalars(select(Vlan)).one()
    make_session(vlan, ids["192.0.2.1"], ids["192.0.2.3"], grade=Grade.CONFIRMED, last_seen=NOON)
    before = links(64498)
    moved = network(64497, "192.0.2.1", name="Beta"), GAMMA
    load(network(64496, "192.0.2.9", name="Alpha"), *moved, now=NOON + timedelta(days=1))

    assert before == ["Alpha"]
    assert links(64498) == []
    assert sorted(links(64498, Tab.POTENTIAL)) == ["Alpha", "Beta"]


def test_two_infrastructures_of_one_file_are_kept_apart(app):
    both = at(1, 64496, "192.0.2.1"), at(2, 64497, "192.0.2.1")
    load(*both, exchanges=TWO)

    assert addresses() == [("One", 64496, "192.0.2.1"), ("Two", 64497, "192.0.2.1")]
    assert load(*both, exchanges=TWO).lines == []


def test_choosing_one_infrastructure_leaves_the_other_as_it_was(app):
    load(at(1, 64496, "192.0.2.1"), at(2, 64497, "192.0.2.2"), exchanges=TWO)
    load(at(1, 64496, "192.0.2.5"), at(2, 64498, "192.0.2.6"), exchanges=TWO, infrastructure="Two")

    assert addresses() == [("One", 64496, "192.0.2.1"), ("Two", 64498, "192.0.2.6")]


def test_the_only_exchange_is_imported_under_the_name_that_is_given(app):
    load(ALPHA, infrastructure="Mine")

    assert addresses() == [("Mine", 64496, "192.0.2.1")]


def test_flags_and_tags_of_the_operator_stay(app):
    load(ALPHA)
    vlan_id = db.session.scalars(select(Vlan.id)).one()
    vlan_flags.set_flags(vlan_id, now=NOON, peering_manager=True, tag=77)
    load(ALPHA, BETA, exchanges=[exchange(lans=[lan(1, "New name")])])
    row = db.session.scalars(select(Vlan).execution_options(populate_existing=True)).one()

    assert (row.name, row.tag) == ("New name", 77)
    assert (row.peering_manager, row.peering_matrix) == (True, False)


def test_a_vlan_made_by_hand_stays_with_its_connections(app):
    load(ALPHA)
    own = make_vlan("By hand", infrastructure="IX", tag=9)
    make_interface(make_member(64510), own, "198.51.100.1")

    assert load(ALPHA).lines == []
    assert ("IX", 64510, "198.51.100.1") in addresses()


def test_a_violated_constraint_leaves_nothing_behind(app):
    load(ALPHA)
    before = everything()

    def collide(_):
        with db.session.no_autoflush:
            vlan_id = db.session.scalars(select(Vlan.id)).one()
            interface_id = db.session.scalars(select(VlanInterface.id)).first()
            db.session.add(
                InterfaceAddress(
                    interface_id=interface_id,
                    vlan_id=vlan_id,
                    protocol=4,
                    address="192.0.2.2",
                    from_at=NOON,
                )
            )

    with pytest.raises(IntegrityError):
        load(ALPHA, BETA, planned=collide)

    assert everything() == before


def test_a_connection_out_of_use_stays_and_comes_back(app):
    for state, status in (("inactive", "disconnected"), ("active", "connected")):
        load(network(64496, port(entry("192.0.2.1"), state=state)))
        row = db.session.scalars(
            select(VlanInterface).execution_options(populate_existing=True)
        ).one()

        assert (row.status, row.left_at) == (status, None)
        assert addresses() == [("IX", 64496, "192.0.2.1")]


def test_an_address_that_two_claim_stays_on_its_row(app):
    load(ALPHA, BETA)
    before = address_ids(), addresses()
    outcome = load(network(64496, "192.0.2.1", "192.0.2.2", name="Alpha"), BETA)

    assert len(outcome.plan.document.problems) == 1
    assert (address_ids(), addresses()) == before
