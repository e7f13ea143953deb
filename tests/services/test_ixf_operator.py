"""What the operator said stays; an import neither overwrites nor forgets it."""

from datetime import timedelta

from sqlalchemy import select, update

from app.extensions import db, transaction
from app.models import Contact, FieldOrigin, Member, MemberSource, Vlan, VlanInterface
from app.services import ixf, members
from tests.conftest import NOON
from tests.exports import crowd, entry, export, network, octets, port
from tests.factories import make_interface, make_member, make_vlan


def load(*networks, **options):
    options = {"accept_leaves": True, "now": NOON} | options
    return ixf.import_export(octets(export(*networks)), name="f", **options)


def member_id(asn):
    return db.session.scalars(select(Member.id).where(Member.asn == asn)).one()


def contacts():
    return db.session.execute(select(Contact.email, Contact.source).order_by(Contact.id)).all()


def add_contact(asn, email):
    with transaction() as session:
        row = Contact(member_id=member_id(asn), kind="peering", email=email, source="operator")
        session.add(row)


def test_a_name_set_by_hand_stays_and_the_plan_says_so(app):
    load(network(64500, "192.0.2.1", name="Exported"))
    members.set_fields(member_id(64500), now=NOON, name="By hand", type="internal")
    outcome = load(network(64500, "192.0.2.1", name="Renamed", member_type="peering"))
    row = db.session.get(Member, member_id(64500))

    assert outcome.lines == [
        "= AS64500 By hand: name stays “By hand”, set by hand; the export says “Renamed”",
        "= AS64500 By hand: type stays “internal”, set by hand; the export says “peering”",
    ]
    assert not outcome.applied
    assert (row.name, row.type) == ("By hand", "internal")


def test_fields_remember_that_an_import_said_them(app):
    later = NOON + timedelta(days=1)
    load(network(64500, "192.0.2.1", peering_policy="open"))
    load(network(64500, "192.0.2.1", peering_policy="selective"), now=later)
    rows = db.session.execute(select(FieldOrigin.field, FieldOrigin.source, FieldOrigin.at))

    assert sorted(tuple(row) for row in rows) == [
        ("name", "ixf", NOON),
        ("policy", "ixf", later),
    ]


def test_never_via_route_servers_is_the_operators_alone(app):
    load(network(64500, "192.0.2.1"))
    members.set_fields(member_id(64500), now=NOON, never_via_route_servers=True)
    load(network(64500, port(entry("192.0.2.1", routeserver=True)), name="New"))

    assert db.session.get(Member, member_id(64500)).never_via_route_servers


def test_contacts_of_the_export_follow_the_export(app):
    load(network(64500, "192.0.2.1", contact_email=["a@x.example"]))
    load(network(64500, "192.0.2.1", contact_email=["b@x.example"]))

    assert contacts() == [("b@x.example", "ixf")]


def test_contacts_of_the_operator_keep_the_export_out(app):
    load(network(64500, "192.0.2.1"))
    add_contact(64500, "own@x.example")
    outcome = load(network(64500, "192.0.2.1", contact_email=["a@x.example"]))

    assert contacts() == [("own@x.example", "operator")]
    assert outcome.lines == [
        "= AS64500 Net 64500: peering contact stays “own@x.example”, set by hand; "
        "the export says “a@x.example”"
    ]


def test_an_export_without_contacts_takes_none_away(app):
    load(network(64500, "192.0.2.1", contact_email=["a@x.example"]))
    load(network(64500, "192.0.2.1"))

    assert contacts() == [("a@x.example", "ixf")]


def test_a_member_made_by_hand_is_recognised_by_its_asn(app):
    row = make_member(64500, "By hand")
    outcome = load(network(64500, "192.0.2.1"))
    source = db.session.scalars(select(MemberSource)).one()

    assert outcome.lines[2:4] == [
        "~ AS64500 By hand: made by hand, from now on also from the export",
        "~ AS64500 By hand: name “By hand” → “Net 64500”",
    ]
    assert (source.member_id, source.source, source.external_id) == (row.id, "ixf", "64500")


def test_a_member_made_by_hand_that_left_is_not_brought_back(app):
    make_member(64500, "Long gone", status="left")

    assert "+ AS64500 Net 64500" in load(network(64500, "192.0.2.1")).lines


def test_a_member_made_by_hand_never_leaves(app):
    load(*crowd(1))
    vlan = db.session.scalars(select(Vlan)).one()
    make_interface(make_member(64999), vlan, "192.0.2.99")

    assert load(*crowd(1), accept_leaves=False).lines == []


def test_a_split_asn_keeps_each_connection_where_it_is(app):
    both = network(64500, "192.0.2.1", "192.0.2.2")
    load(both)
    second = make_member(64500, "Second half")
    with transaction() as session:
        last = session.scalars(select(VlanInterface.id).order_by(VlanInterface.id.desc())).first()
        session.execute(
            update(VlanInterface).where(VlanInterface.id == last).values(member_id=second.id)
        )

    assert load(both, accept_leaves=False).lines == []
    assert load(network(64500, "192.0.2.1", port(entry("192.0.2.2", max_prefix=7)))).lines == [
        "~ AS64500 Second half on LAN 1: 192.0.2.2 max-prefix unknown → “7”"
    ]


def flags():
    db.session.rollback()
    rows = db.session.execute(select(Vlan.peering_manager, Vlan.peering_matrix).order_by(Vlan.id))
    return [tuple(row) for row in rows]


def test_a_new_vlan_takes_no_part_and_is_named(app):
    outcome = load(*crowd(1))

    assert flags() == [(False, False)]
    assert outcome.waiting == (("LAN 1", "IX"),)


def test_enabling_sets_both_flags_once(app):
    first = load(*crowd(1), enable_vlans=True)
    version = db.session.scalar(select(Vlan.version))
    second = load(*crowd(1), enable_vlans=True)

    assert flags() == [(True, True)]
    assert (first.enabled, second.enabled) == ((("LAN 1", "IX"),), ())
    assert db.session.scalar(select(Vlan.version)) == version


def test_flags_that_the_operator_took_away_stay_away(app):
    load(*crowd(1), enable_vlans=True)
    with transaction() as session:
        session.execute(update(Vlan).values(peering_manager=False, peering_matrix=False))
    load(*crowd(2))

    assert flags() == [(False, False)]


def test_a_private_vlan_is_neither_named_nor_enabled(app):
    make_vlan("LAN 1", infrastructure="IX", peering_manager=False, private=True, ixf_vlan_id=1)
    outcome = load(*crowd(1), enable_vlans=True)

    assert flags() == [(False, False)]
    assert (outcome.waiting, outcome.enabled) == ((), ())


def test_a_dry_run_names_what_it_would_enable(app):
    tried = load(*crowd(1), dry_run=True, enable_vlans=True)

    assert tried.enabled == (("LAN 1", "IX"),)
    assert flags() == []
