"""Reads what an import needs to know of the database, in one statement per table."""

from collections import defaultdict

from sqlalchemy import select

from app.domain.ixf.snapshot import (
    KnownAddress,
    KnownInfrastructure,
    KnownInterface,
    KnownMember,
    KnownVlan,
    Snapshot,
)
from app.domain.member import InterfaceStatus, MemberStatus
from app.extensions import db
from app.models import (
    Contact,
    FieldOrigin,
    Infrastructure,
    InterfaceAddress,
    InterfaceMac,
    Member,
    MemberSource,
    Vlan,
    VlanInterface,
    VlanPrefix,
)
from app.models.base import AnyRow

SOURCE = "ixf"
PEERING = "peering"  # the kind of contact that an export's contact_email is
FIELDS = ("name", "type", "policy", "policy_url", "website", "joined_at")


def load_snapshot(*, lock: bool = False) -> Snapshot:
    """All members, VLANs, connections and live addresses as plain values.

    With `lock` a second import waits here until this transaction ends.
    """
    homes = select(Infrastructure.id, Infrastructure.name, Infrastructure.ixf_ixp_id)
    if lock:
        homes = homes.with_for_update()
    return Snapshot(
        [KnownInfrastructure(*row) for row in db.session.execute(homes.order_by("id"))],
        _vlans(),
        _members(),
        _sources(),
        _interfaces(),
        _addresses(),
        _former(),
    )


def _vlans() -> list[KnownVlan]:
    prefixes: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for vlan_id, protocol, prefix in db.session.execute(
        select(VlanPrefix.vlan_id, VlanPrefix.protocol, VlanPrefix.prefix)
    ):
        prefixes[vlan_id].add((protocol, prefix))
    rows = db.session.execute(
        select(
            Vlan.id,
            Vlan.infrastructure_id,
            Vlan.name,
            Vlan.ixf_vlan_id,
            Vlan.peering_manager,
            Vlan.private,
        ).order_by(Vlan.id)
    )
    return [
        KnownVlan(
            row.id,
            row.infrastructure_id,
            row.name,
            row.ixf_vlan_id,
            frozenset(prefixes[row.id]),
            row.peering_manager,
            row.private,
        )
        for row in rows
    ]


def _sources() -> dict[str, int]:
    rows = db.session.execute(
        select(MemberSource.external_id, MemberSource.member_id).where(
            MemberSource.source == SOURCE
        )
    )
    return {row.external_id: row.member_id for row in rows}


def _members() -> list[KnownMember]:
    origins: dict[int, dict[str, str]] = defaultdict(dict)
    for member_id, field, source in db.session.execute(
        select(FieldOrigin.member_id, FieldOrigin.field, FieldOrigin.source)
    ):
        origins[member_id][field] = source
    emails: dict[int, set[str]] = defaultdict(set)
    own_emails: dict[int, set[str]] = defaultdict(set)
    for member_id, email, source in db.session.execute(
        select(Contact.member_id, Contact.email, Contact.source).where(Contact.kind == PEERING)
    ):
        (emails if source == SOURCE else own_emails)[member_id].add(email)
    imported = set(_sources().values())

    def known(row: AnyRow) -> KnownMember:
        return KnownMember(
            id=row.id,
            asn=row.asn,
            name=row.name,
            left=row.status == MemberStatus.LEFT,
            from_export=row.id in imported,
            fields={name: getattr(row, name) for name in FIELDS},
            origins=origins[row.id],
            emails=frozenset(emails[row.id]),
            own_emails=frozenset(own_emails[row.id]),
        )

    columns = [getattr(Member, name) for name in ("id", "asn", "status", *FIELDS)]
    return [known(row) for row in db.session.execute(select(*columns).order_by(Member.id))]


def _interfaces() -> list[KnownInterface]:
    macs: dict[int, set[str]] = defaultdict(set)
    for interface_id, mac in db.session.execute(
        select(InterfaceMac.interface_id, InterfaceMac.mac)
    ):
        macs[interface_id].add(mac)
    rows = db.session.execute(
        select(
            VlanInterface.id, VlanInterface.member_id, VlanInterface.vlan_id, VlanInterface.status
        )
        .where(VlanInterface.left_at.is_(None))
        .order_by(VlanInterface.id)
    )
    return [
        KnownInterface(
            row.id,
            row.member_id,
            row.vlan_id,
            row.status == InterfaceStatus.CONNECTED,
            frozenset(macs[row.id]),
        )
        for row in rows
    ]


def _former() -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    left = select(VlanInterface.member_id, VlanInterface.vlan_id).distinct()
    for member_id, vlan_id in db.session.execute(left.where(VlanInterface.left_at.is_not(None))):
        found[member_id].add(vlan_id)
    return found


def _addresses() -> list[KnownAddress]:
    rows = db.session.execute(
        select(
            InterfaceAddress.id,
            InterfaceAddress.interface_id,
            VlanInterface.member_id,
            InterfaceAddress.vlan_id,
            InterfaceAddress.protocol,
            InterfaceAddress.address,
            InterfaceAddress.rs_client,
            InterfaceAddress.max_prefix,
            InterfaceAddress.as_set,
        )
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(InterfaceAddress.until_at.is_(None), VlanInterface.left_at.is_(None))
        .order_by(InterfaceAddress.id)
    )
    return [KnownAddress(*row) for row in rows]
