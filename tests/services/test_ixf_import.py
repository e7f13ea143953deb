"""An import writes what its plan says, all or nothing, and only once."""

import pytest
from sqlalchemy import event, select, text

from app.domain.errors import Conflict, Invalid
from app.extensions import db
from app.models import ImportRun, InterfaceAddress, InterfaceMac, Member, VlanInterface
from app.models.base import Base
from app.services import ixf
from tests.conftest import NOON
from tests.exports import crowd, entry, exchange, export, lan, network, octets, port


def load(*networks, accept_leaves=False, now=NOON, **options):
    return ixf.import_export(
        octets(export(*networks, **options)),
        name="file.json",
        now=now,
        accept_leaves=accept_leaves,
    )


def everything():
    """Every row of every table, as it stands in the database."""
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(select(table).order_by(table.c.id))]
        for table in Base.metadata.sorted_tables
    }


FULL = network(
    64500,
    port(
        entry(
            "192.0.2.1",
            "2001:DB8::1",
            routeserver=True,
            max_prefix=100,
            as_macro="AS-NET",
            mac_addresses=["02:00:5E:00:53:01"],
        )
    ),
    port(entry("192.0.2.2"), state="inactive"),
    member_type="peering",
    contact_email=["noc@net.example"],
)


def test_an_import_writes_members_connections_and_addresses(app):
    load(FULL)
    member = db.session.scalars(select(Member)).one()
    interfaces = db.session.scalars(select(VlanInterface).order_by(VlanInterface.id)).all()
    addresses = db.session.scalars(select(InterfaceAddress).order_by(InterfaceAddress.id)).all()

    assert (member.asn, member.name, member.type, member.status) == (
        64500, "Net 64500", "peering", "active",
    )  # fmt: skip
    assert [interface.status for interface in interfaces] == ["connected", "disconnected"]
    assert [(a.address, a.rs_client, a.max_prefix, a.as_set, a.until_at) for a in addresses] == [
        ("192.0.2.1", True, 100, "AS-NET", None),
        ("2001:db8::1", True, 100, "AS-NET", None),
        ("192.0.2.2", False, None, None, None),
    ]
    assert {a.from_at for a in addresses} == {NOON}
    assert db.session.scalars(select(InterfaceMac.mac)).all() == ["02:00:5e:00:53:01"]


def test_a_second_import_changes_no_row(app):
    load(FULL, *crowd(3, 10))
    before = everything()
    outcome = load(FULL, *crowd(3, 10))

    assert (outcome.applied, outcome.lines) == (False, [])
    assert everything() == before


def test_an_import_keeps_a_record_of_itself(app):
    load(*crowd(2))
    load(*crowd(1), accept_leaves=True)
    first, second = db.session.scalars(select(ImportRun).order_by(ImportRun.id)).all()

    assert (second.source, second.name, second.applied_at) == ("ixf", "file.json", NOON)
    assert second.plan["left"] == [65002]
    assert second.plan["lines"] == [
        "- AS65002 Net 65002 leaves; kept with its history",
        "- AS65002 Net 65002 on LAN 1: 192.0.2.2",
    ]
    assert len(second.digest) == 64
    assert first.digest != second.digest


def test_a_dry_run_shows_the_same_plan_and_writes_nothing(app):
    before = everything()
    tried = ixf.import_export(octets(export(FULL)), name="-", now=NOON, dry_run=True)

    assert everything() == before
    assert not tried.applied
    assert load(FULL).lines == tried.lines


def test_too_many_leaves_are_refused_and_nothing_is_written(app):
    load(*crowd(10))
    before = everything()
    with pytest.raises(Conflict, match=r"1 of 10 members .* --accept-leaves"):
        load(*crowd(9), network(64500, "192.0.2.77"))

    assert everything() == before


def test_a_dry_run_shows_leaves_without_being_refused(app):
    load(*crowd(2))
    tried = ixf.import_export(octets(export()), name="-", now=NOON, dry_run=True)

    assert tried.summary.startswith("Members: 0 added, 0 changed, 0 returned, 2 left")


def test_a_fault_half_way_leaves_nothing_behind(app):
    before = everything()

    def fail(steps):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ixf.import_export(octets(export(FULL)), name="-", now=NOON, tick=fail)

    assert everything() == before


def test_an_import_gives_way_to_somebody_who_saves_meanwhile(app):
    load(*crowd(3))
    before = everything()

    def save(_):
        db.session.execute(text("update member set version = 99"))

    renamed = [member | {"name": "New"} for member in crowd(3)]
    with pytest.raises(Conflict, match=r"at the same moment\. Nothing was imported"):
        ixf.import_export(octets(export(*renamed)), name="-", now=NOON, tick=save)

    assert everything() == before


def test_what_is_no_export_is_refused(app):
    with pytest.raises(Invalid, match="not JSON"):
        ixf.import_export(b"{", name="-", now=NOON)


def test_every_step_is_counted_once(app):
    ticks = []
    outcome = ixf.import_export(octets(export(FULL)), name="-", now=NOON, tick=ticks.append)

    assert sum(ticks) == len(outcome.plan.members) + len(outcome.plan.interfaces) == 3


def test_swapped_vlan_names_and_new_ids_are_written(app):
    load(FULL, exchanges=[exchange(lans=[lan(1, "A"), lan(2, "B")])])
    load(FULL, exchanges=[exchange(lans=[lan(1, "B"), lan(2, "A")])])
    place = port(entry("192.0.2.1", vlan_id=7))
    load(network(64500, place), exchanges=[exchange(lans=[lan(7, "B")])], accept_leaves=True)
    rows = db.session.execute(select(Base.metadata.tables["vlan"]).order_by("id")).all()

    assert [(row.name, row.ixf_vlan_id) for row in rows] == [("B", 7), ("A", 2)]


def selects_of(action):
    """How many statements only read. (SQLite inserts row by row, in process, anyway.)"""
    seen = []

    def note(connection, cursor, statement, *_):
        seen.append(statement.lstrip().upper().startswith("SELECT"))

    event.listen(db.engine, "before_cursor_execute", note)
    action()
    event.remove(db.engine, "before_cursor_execute", note)
    return sum(seen)


def test_the_number_of_reads_does_not_grow_with_the_members(app):
    renamed = [member | {"name": "New"} for member in crowd(200)]
    first = selects_of(lambda: load(*crowd(10)))
    more = selects_of(lambda: load(*crowd(200)))
    changed = selects_of(lambda: load(*renamed))

    assert max(first, more, changed) <= 20
