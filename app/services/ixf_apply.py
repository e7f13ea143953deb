"""Carries out the plan of an import inside the transaction of its caller."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.domain.ixf.document import VlanKey
from app.domain.ixf.steps import AddressStep, InterfaceStep, MemberStep, Plan, Step
from app.domain.member import InterfaceStatus, MemberType
from app.models import (
    Contact,
    FieldOrigin,
    InterfaceAddress,
    InterfaceMac,
    Member,
    MemberSource,
    VlanInterface,
)
from app.services import leaving
from app.services.ixf_homes import apply_homes
from app.services.ixf_rows import Rows, chunks
from app.services.ixf_state import PEERING, SOURCE

Tick = Callable[[int], None]


class Applying:
    """One import on its way into the tables. `tick` is told how many steps are done."""

    def __init__(self, session: Session, plan: Plan, now: datetime, tick: Tick) -> None:
        self.session, self.plan, self.now, self.tick = session, plan, now, tick
        self.rows = Rows(session, plan)
        self.vlans: dict[VlanKey, int] = {}
        self.new_members: dict[int, Member] = {}

    def run(self) -> None:
        """Everything, in an order in which nothing points at what is not there yet."""
        self.vlans = apply_homes(self.session, self.plan)
        self._members()
        self._end_addresses()
        rows = [self._interface_row(step) for step in self.plan.interfaces]
        self.session.flush()  # all new connections get their ids in a few statements
        for step, row in zip(self.plan.interfaces, rows, strict=True):
            self._interface(step, row)
            self.tick(1)
        self.session.flush()

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
            self.tick(1)
        self._contacts()

    def _row_of(self, step: MemberStep) -> Member:
        return self.rows.members[step.known.id] if step.known else self.new_members[step.asn]

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
            leaving.end_member(row, self.now)
        elif step.step is Step.RETURNED:
            leaving.restore_member(row)

    def _origins(self, row: Member, step: MemberStep) -> None:
        for name in step.changes:
            if known := self.rows.origins.get((row.id, name)):
                known.source, known.at = SOURCE, self.now
            else:
                self.session.add(
                    FieldOrigin(member_id=row.id, field=name, source=SOURCE, at=self.now)
                )

    def _contacts(self) -> None:
        """Those that an export says replace those that an export said before."""
        steps = [step for step in self.plan.members if step.emails is not None]
        for some in chunks(step.known.id for step in steps if step.known):
            self.session.execute(
                delete(Contact).where(
                    Contact.member_id.in_(some), Contact.kind == PEERING, Contact.source == SOURCE
                )
            )
        self.session.add_all(
            Contact(member_id=self._row_of(step).id, kind=PEERING, email=email, source=SOURCE)
            for step in steps
            for email in sorted(step.emails or ())
        )

    # -- connections and addresses --------------------------------------------------------------

    def _end_addresses(self) -> None:
        """First everything that ends, so that an address is free for its next holder."""
        for step in self.plan.interfaces:
            for address in step.addresses:
                taken = address.step is Step.ADDED and address.known is not None
                if (address.step is Step.LEFT or taken) and address.known:
                    leaving.end_address(self.rows.addresses[address.known.id], self.now)
        self.session.flush()

    def _interface(self, step: InterfaceStep, row: VlanInterface) -> None:
        if step.step is Step.LEFT:
            leaving.end_connection(row, self.now)
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
            return self.rows.interfaces[step.known.id]
        member_id = self.new_members[step.asn].id if step.member_id is None else step.member_id
        row = self._returning(member_id, step)
        if row is None:
            row = VlanInterface(member_id=member_id, vlan_id=self.vlans[step.lan])
            self.session.add(row)
        return row

    def _returning(self, member_id: int, step: InterfaceStep) -> VlanInterface | None:
        """The connection that had one of these addresses when the member left."""
        for address in step.of(Step.ADDED):
            ended = self.rows.ended.get((member_id, self.vlans[step.lan], address.text))
            row = self.rows.left.pop(ended.interface_id, None) if ended else None
            if row is not None:
                row.left_at = None
                return row
        return None

    def _add_address(self, interface: VlanInterface, step: AddressStep) -> None:
        assert step.wanted is not None
        row = self.rows.ended.get((interface.member_id, interface.vlan_id, step.text))
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
        row = self.rows.addresses[step.known.id]
        for name, (_, new) in step.changes.items():
            setattr(row, name, interface.id if name == "interface_id" else new)

    def _macs(self, row: VlanInterface, step: InterfaceStep) -> None:
        before = self.rows.macs.get(row.id, {})
        for mac in before.keys() - step.macs:
            self.session.delete(before[mac])
        self.session.add_all(
            InterfaceMac(interface_id=row.id, mac=mac) for mac in sorted(step.macs - before.keys())
        )
