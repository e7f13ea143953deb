"""Whatever was imported before, the portal then holds what the last export says."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.ixf.parse import parse_object
from app.extensions import db
from app.models import InterfaceAddress, Member, Vlan, VlanInterface
from app.services import ixf
from tests.conftest import NOON
from tests.exports import entry, exchange, export, lan, network, octets, port


def random_export(dice):
    """Some of six members on two VLANs; few addresses, so that they change hands a lot."""
    free = {(v, p): dice.sample(range(1, 9), 8) for v in (1, 2) for p in (4, 6)}
    members = []
    for asn in dice.sample(range(64500, 64506), dice.randint(1, 6)):
        ports = [random_port(dice, free) for _ in range(dice.randint(1, 2))]
        members.append(network(asn, *filter(None, ports), name=dice.choice(["A", "B"])))
    names = dice.choice([("LAN 1", "LAN 2"), ("LAN 1", "LAN 2"), ("LAN 2", "LAN 1")])
    lans = [lan(number, name) for number, name in enumerate(names, 1)]
    return export(*members, exchanges=[exchange(lans=lans)])


def random_port(dice, free):
    vlan_id = dice.choice([1, 2])
    hosts = [
        free[vlan_id, p].pop() if free[vlan_id, p] and dice.random() < 0.8 else None for p in (4, 6)
    ]
    if hosts == [None, None]:
        return None
    v4 = hosts[0] and f"192.0.2.{hosts[0]}"
    v6 = hosts[1] and f"2001:db8::{hosts[1]}"
    place = entry(v4, v6, vlan_id, routeserver=dice.random() < 0.5, max_prefix=dice.choice([0, 5]))
    place["mac_address"] = dice.choice([None, *(f"02:00:5e:00:53:0{n}" for n in range(6))])
    return port(place, state=dice.choice(["active", "inactive"]))


def said(document):
    """The connections of an export, in the shape of `held`."""
    return sorted(
        (
            found.asn,
            found.name,
            place.lan[1],
            "connected" if place.connected else "disconnected",
            sorted((a.text, a.rs_client, a.max_prefix or 0) for a in place.addresses),
        )
        for found in parse_object(document).networks
        for place in found.connections
    )


def held():
    """The present connections in the database."""
    db.session.expire_all()
    addresses = {}
    for row in db.session.scalars(
        select(InterfaceAddress).where(InterfaceAddress.until_at.is_(None))
    ):
        found = row.address, row.rs_client, row.max_prefix or 0
        addresses.setdefault((row.interface_id, row.vlan_id), []).append(found)
    rows = db.session.execute(
        select(
            Member.asn,
            Member.name,
            Vlan.ixf_vlan_id,
            VlanInterface.status,
            VlanInterface.id,
            VlanInterface.vlan_id,
        )
        .select_from(VlanInterface)
        .join(Member, Member.id == VlanInterface.member_id)
        .join(Vlan, Vlan.id == VlanInterface.vlan_id)
        .where(VlanInterface.left_at.is_(None), Member.status == "active")
    ).all()
    return sorted((*row[:4], sorted(addresses.pop(tuple(row[4:])))) for row in rows), addresses


@pytest.mark.parametrize("seed", range(8))
def test_the_last_export_decides(app, seed):
    dice = random.Random(seed)
    for day in range(6):
        document = random_export(dice)
        now = NOON + timedelta(days=day)
        ixf.import_export(octets(document), name="f", now=now, accept_leaves=True)
        again = ixf.import_export(octets(document), name="f", now=now + timedelta(hours=1))

        assert held() == (said(document), {})
        assert again.lines == []
