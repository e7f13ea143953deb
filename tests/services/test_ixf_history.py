"""Real exports, imported: one exchange over three years, and every file that there is."""

import json

import pytest
from sqlalchemy import select

from app.domain.errors import Conflict, Invalid
from app.extensions import db
from app.models import InterfaceAddress, InterfaceMac, Member, Vlan, VlanInterface, VlanPrefix
from app.models.base import Base
from app.services import ixf
from tests.conftest import NOON

BROKEN = "arix.dev_2022-01-29_a34c8b6.json"


def load(path, **options):
    return ixf.import_export(path.read_bytes(), name=path.name, now=NOON, **options)


def current():
    """Who is connected where, without ids and without those that left."""
    members = db.session.execute(
        select(
            Member.asn, Member.name, Member.type, Member.policy, Member.policy_url, Member.website
        )
        .where(Member.status == "active")
        .order_by(Member.asn)
    ).all()
    addresses = db.session.execute(
        select(
            Member.asn,
            Vlan.name,
            VlanInterface.status,
            InterfaceAddress.address,
            InterfaceAddress.rs_client,
            InterfaceAddress.max_prefix,
            InterfaceAddress.as_set,
        )
        .select_from(InterfaceAddress)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .join(Member, Member.id == VlanInterface.member_id)
        .join(Vlan, Vlan.id == VlanInterface.vlan_id)
        .where(InterfaceAddress.until_at.is_(None))
        .order_by(InterfaceAddress.address)
    ).all()
    interfaces = select(VlanInterface.id).where(VlanInterface.left_at.is_(None))
    macs = select(InterfaceMac.mac).where(InterfaceMac.interface_id.in_(interfaces))
    return {
        "members": [tuple(row) for row in members],
        "addresses": [tuple(row) for row in addresses],
        "interfaces": len(db.session.scalars(interfaces).all()),
        "macs": sorted(db.session.scalars(macs)),
        "vlans": [tuple(row) for row in db.session.execute(select(Vlan.name, Vlan.ixf_vlan_id))],
        "prefixes": sorted(db.session.scalars(select(VlanPrefix.prefix))),
    }


@pytest.fixture
def history(shared_data):
    return sorted((shared_data / "ixf" / "history").glob("*.json"))


@pytest.fixture
def last_alone(make_app, history):
    """What importing only the last version gives, in this database, emptied before."""
    with make_app().app_context():
        load(history[-1])
        found = current()
        db.session.remove()
        with db.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
    return found


def test_fourteen_versions_end_where_the_last_alone_ends(last_alone, app, history):
    refused = []
    for path in history:
        try:
            load(path, accept_leaves=True)
        except Invalid:
            refused.append(path.name)
    left = db.session.scalars(select(Member.asn).where(Member.status == "left")).all()

    assert len(history) == 14
    assert refused == [BROKEN]
    assert current() == last_alone
    assert len(last_alone["members"]) == 20
    assert sorted(left) == sorted(asns_ever(history) - {row[0] for row in last_alone["members"]})


def asns_ever(history):
    read = [json.loads(path.read_bytes()) for path in history if path.name != BROKEN]
    return {member["asnum"] for document in read for member in document["member_list"]}


def test_real_leaves_need_a_word(app, history):
    before, after = (next(p for p in history if day in p.name) for day in ("2023-12", "2024-09"))
    load(before)
    with pytest.raises(Conflict, match="members would leave, more than 5 %"):
        load(after)


def test_every_real_export_can_be_imported_twice(app, shared_data):
    for path in sorted((shared_data / "ixf").glob("*.json")):
        name = path.stem[:240]
        several = path.name.startswith("IXP-Manager")
        options = {"accept_leaves": True, "infrastructure": None if several else name}
        load(path, **options)

        assert not load(path, **options).applied, path.name
