"""Carries out the plan of an import inside the transaction of its caller."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from app.domain.ixf.document import VlanKey
from app.domain.ixf.steps import (
    AddressStep,
    InfrastructureStep,
    InterfaceStep,
    MemberStep,
    Plan,
    Step,
    VlanStep,
)
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
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
from app.models.base import Base
from app.services.ixf_state import PEERING, SOURCE

Row = TypeVar("Row", bound=Base)
Tick = Callable[[int], None]

CHUNK = 500  # ids per statement: well below what SQLite takes as parameters


class Applying:
    """One import on its way into the tables. `tick` is told how many steps are done."""

    def __init__(self, session: Session, plan: Plan, now: datetime, tick: Tick) -> None:
        self.session, self.plan, self.now, self.tick = session, plan, now, tick
        self.vlans: dict[VlanKey, int] = {}
        self.new_members: dict[int, Member] = {}

    def run(self) -> None:
        """Everything, in an order in which nothing points at what is not there yet."""
        self._load()
        for home in self.plan.infrastructures:
            self._infrastructure(home)
        self._members()
        self._end_addresses()
        rows = [self._interface_row(step) for step in self.plan.interfaces]
        self.session.flush()  # all new connections get their ids in a few statements
        for step, row in zip(self.plan.interfaces, rows, strict=True):
            self._interface(step, row)
            self.tick(1)
        self.session.flush()

    # -- what is there already ----------------------------------------------------------------

    def _load(self) -> None:
        steps = self.plan.interfaces
        addresses = [a.known.id for step in steps for a in step.addresses if a.known]
        members = [m.known.id for m in self.plan.members if m.known]
        self.members = self._rows(Member, members)
        self.origins = self._origins_of(members)
        self.interfaces = self._rows(VlanInterface, [s.known.id for s in steps if s.known])
        self.addresses = self._rows(InterfaceAddress, addresses)
        self.ended = self._ended_before()
        self.left = self._left_before()

    def _rows(self, table: type[Row], ids: list[int]) -> dict[int, Row]:
        key = table.__table__.c.id
        found: dict[int, Row] = {}
        for start in range(0, len(ids), CHUNK):
            query = select(table).where(key.in_(ids[start : start + CHUNK]))
            for row in self.session.scalars(query):
                found[row.id] = row  # type: ignore[attr-defined]
        return found

    def _ended_before(self) -> dict[tuple[int, int, str], InterfaceAddress]:
        """Rows of addresses that returning members had, newest last: theirs again."""
        texts = [a.text for step in self.plan.interfaces for a in step.of(Step.ADDED)]
        found = {}
        for start in range(0, len(texts), CHUNK):
            query = (
                select(VlanInterface.member_id, InterfaceAddress)
                .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
                .where(
                    InterfaceAddress.until_at.is_not(None),
                    InterfaceAddress.address.in_(texts[start : start + CHUNK]),
                )
                .order_by(InterfaceAddress.until_at, InterfaceAddress.id)
            )
            for member_id, row in self.session.execute(query):
                found[member_id, row.vlan_id, row.address] = row
        return found

    def _left_before(self) -> dict[int, VlanInterface]:
        """Connections that have left, by id, for the addresses that return."""
        ids = [row.interface_id for row in self.ended.values()]
        rows = self._rows(VlanInterface, ids)
        return {key: row for key, row in rows.items() if row.left_at is not None}

    # -- infrastructures and VLANs --------------------------------------------------------------

    def _infrastructure(self, step: InfrastructureStep) -> None:
        home_id = step.known.id if step.known else None
        if home_id is None:
            home = Infrastructure(name=step.name, ixf_ixp_id=step.exchange.ixf_id)
            self.session.add(home)
            self.session.flush()
            home_id = home.id
        for vlan_step in self.plan.vlans:
            if vlan_step.lan.ixp_id == step.exchange.ixp_id:
                self.vlans[vlan_step.lan.key] = self._vlan(home_id, vlan_step)

    def _vlan(self, home_id: int, step: VlanStep) -> int:
        if step.known is None:
            vlan = Vlan(infrastructure_id=home_id, name=step.lan.name, ixf_vlan_id=step.lan.ixf_id)
            self.session.add(vlan)
            self.session.flush()
            self._prefixes(vlan.id, step.lan.prefixes)
            return vlan.id
        if step.changes:
            row = self._rows(Vlan, [step.known.id])[step.known.id]
            for name, (_, new) in step.changes.items():
                if name == "prefixes":
                    self.session.execute(delete(VlanPrefix).where(VlanPrefix.vlan_id == row.id))
                    self._prefixes(row.id, new)
                else:
                    setattr(row, name, new)
        return step.known.id

    def _prefixes(self, vlan_id: int, prefixes: Iterable[tuple[int, str]]) -> None:
        self.session.add_all(
            VlanPrefix(vlan_id=vlan_id, protocol=protocol, prefix=prefix)
            for protocol, prefix in sorted(set(prefixes))
        )

    # -- members ----------------------------------------------------------------------------

    def _members(self) -> None:
        added = [step for step in self.plan.members if step.known is None]
        for step in added:
            values = {name: new for name, (_, new) in step.changes.items()}
            values.setdefault("type", MemberType.PEERING)
            self.new_members[step.asn] = Member(asn=step.asn, **values)
        self.session.add_all(self.new_members.values())
        self.session.flush()
        self._adopt()
        for step in self.plan.members:
            row = self._row_of(step)
            if step.known is not None:
                self._member(row, step)
            self._origins(row, step)
            if step.emails is not None:
                self._contacts(row, step)
            self.tick(1)

    def _row_of(self, step: MemberStep) -> Member:
        return self.members[step.known.id] if step.known else self.new_members[step.asn]

    def _adopt(self) -> None:
        """Remember how the export calls the members that it made, or found by their ASN."""
        self.session.add_all(
            MemberSource(member_id=self._row_of(s).id, source=SOURCE, external_id=str(s.asn))
            for s in self.plan.members
            if s.known is None or s.adopted
        )

    def _member(self, row: Member, step: MemberStep) -> None:
        for name, (_, new) in step.changes.items():
            setattr(row, name, new)
        if step.step is Step.LEFT:
            row.status, row.left_at = MemberStatus.LEFT, self.now
        elif step.step is Step.RETURNED:
            row.status, row.left_at = MemberStatus.ACTIVE, None

    def _origins(self, row: Member, step: MemberStep) -> None:
        for name in step.changes:
            if known := self.origins.get((row.id, name)):
                known.source, known.at = SOURCE, self.now
            else:
                self.session.add(
                    FieldOrigin(member_id=row.id, field=name, source=SOURCE, at=self.now)
                )

    def _origins_of(self, ids: list[int]) -> dict[tuple[int, str], FieldOrigin]:
        found = {}
        for start in range(0, len(ids), CHUNK):
            query = select(FieldOrigin).where(FieldOrigin.member_id.in_(ids[start : start + CHUNK]))
            for row in self.session.scalars(query):
                found[row.member_id, row.field] = row
        return found

    def _contacts(self, row: Member, step: MemberStep) -> None:
        if step.known:
            self.session.execute(
                delete(Contact).where(
                    Contact.member_id == row.id, Contact.kind == PEERING, Contact.source == SOURCE
                )
            )
        self.session.add_all(
            Contact(member_id=row.id, kind=PEERING, email=email, source=SOURCE)
            for email in sorted(step.emails or ())
        )

    # -- connections and addresses --------------------------------------------------------------

    def _end_addresses(self) -> None:
        """First everything that ends, so that an address is free for its next holder."""
        for step in self.plan.interfaces:
            for address in step.addresses:
                taken = address.step is Step.ADDED and address.known is not None
                if (address.step is Step.LEFT or taken) and address.known:
                    self.addresses[address.known.id].until_at = self.now
        self.session.flush()

    def _interface(self, step: InterfaceStep, row: VlanInterface) -> None:
        if step.step is Step.LEFT:
            row.left_at, row.status = self.now, InterfaceStatus.DISCONNECTED
            return
        row.status = InterfaceStatus.CONNECTED if step.connected else InterfaceStatus.DISCONNECTED
        for address in step.addresses:
            if address.step is Step.ADDED:
                self._add_address(row, address)
            elif address.step is Step.CHANGED and address.known:
                self._change_address(row, address)
        self._macs(row, step)

    def _interface_row(self, step: InterfaceStep) -> VlanInterface:
        if step.known:
            return self.interfaces[step.known.id]
        member_id = step.member_id
        if member_id is None:
            member_id = self.new_members[step.asn].id
        row = self._returning(member_id, step)
        if row is None:
            row = VlanInterface(member_id=member_id, vlan_id=self.vlans[step.lan])
            self.session.add(row)
        return row

    def _returning(self, member_id: int, step: InterfaceStep) -> VlanInterface | None:
        """The connection that had one of these addresses when the member left."""
        for address in step.of(Step.ADDED):
            ended = self.ended.get((member_id, self.vlans[step.lan], address.text))
            row = self.left.pop(ended.interface_id, None) if ended else None
            if row is not None:
                row.left_at = None
                return row
        return None

    def _add_address(self, interface: VlanInterface, step: AddressStep) -> None:
        assert step.wanted is not None
        row = self.ended.get((interface.member_id, interface.vlan_id, step.text))
        if row is None:
            row = InterfaceAddress(
                vlan_id=interface.vlan_id,
                protocol=step.protocol,
                address=step.text,
                from_at=self.now,
            )
            self.session.add(row)
        row.interface_id = interface.id
        row.until_at = None
        row.rs_client = step.wanted.rs_client
        row.max_prefix = step.wanted.max_prefix
        row.as_set = step.wanted.as_set

    def _change_address(self, interface: VlanInterface, step: AddressStep) -> None:
        assert step.known is not None
        row = self.addresses[step.known.id]
        for name, (_, new) in step.changes.items():
            setattr(row, name, interface.id if name == "interface_id" else new)

    def _macs(self, row: VlanInterface, step: InterfaceStep) -> None:
        before = step.known.macs if step.known else frozenset()
        if gone := before - step.macs:
            self.session.execute(
                delete(InterfaceMac).where(
                    tuple_(InterfaceMac.interface_id, InterfaceMac.mac).in_(
                        [(row.id, mac) for mac in gone]
                    )
                )
            )
        if step.known or row.left_at is None:
            self.session.add_all(
                InterfaceMac(interface_id=row.id, mac=mac) for mac in sorted(step.macs - before)
            )
