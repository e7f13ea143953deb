"""A VLAN taken away with all that hangs on it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_, select

from app.domain.actor import Actor
from app.domain.change import Change
from app.domain.errors import Invalid, Overtaken
from app.extensions import db, transaction
from app.models import (
    Contact,
    InterfaceAddress,
    InterfaceMac,
    ObservedSession,
    RequestPair,
    Vlan,
    VlanInterface,
    VlanPrefix,
)
from app.services import audit, infrastructures, vlan_row


class Holding(NamedTuple):
    """What goes with a VLAN."""

    interfaces: int
    addresses: int
    sessions: int
    contacts: int
    requested_sessions: int

    @property
    def word(self) -> str:
        """Tells what people made from what they were shown. What is seen grows by itself."""
        made = (self.interfaces, self.addresses, self.contacts, self.requested_sessions)
        return "-".join(map(str, made))


def get_version(vlan_id: int) -> int:
    """The version of a VLAN as it stands; raises NotFound."""
    version: int = vlan_row.get(vlan_id).version
    return version


def holding(vlan_id: int) -> Holding:
    """What would go with a VLAN; raises NotFound."""
    vlan_row.get(vlan_id)

    def count(table: Any) -> int:
        query = select(func.count()).select_from(table).where(table.vlan_id == vlan_id)
        return db.session.scalar(query) or 0

    asked = select(func.count()).select_from(RequestPair).where(_of(vlan_id, RequestPair))
    return Holding(
        count(VlanInterface),
        count(InterfaceAddress),
        count(ObservedSession),
        count(Contact),
        db.session.scalar(asked) or 0,
    )


def remove(
    actor: Actor | None,
    vlan_id: int,
    *,
    version: int,
    sure: bool,
    now: datetime,
    shown: str | None = None,
) -> None:
    """Take the VLAN away as it was at `version`, and its infrastructure when that is left empty.

    Raises NotFound; Conflict when somebody saved since, or when what goes with it is not `shown`
    (the word of its Holding) any more; Invalid unless `sure` where anything goes with it.
    """
    with transaction() as session:
        row = vlan_row.hold(vlan_id)
        if row.version != version:
            raise Overtaken(
                f"Somebody changed this VLAN meanwhile: {vlan_row.told(row)}. Nothing was "
                "deleted. Look again, then delete it if you still want to."
            )
        held = holding(vlan_id)
        if shown is not None and shown != held.word:
            raise Overtaken(
                "Something else would go with it by now than when you were asked. Nothing was "
                "deleted. Look again, then delete it if you still want to."
            )
        if any(held) and not sure:
            raise Invalid("Tick that all of it goes, or keep the VLAN.", "sure")
        _remove_sessions(vlan_id)
        own = select(VlanInterface.id).where(VlanInterface.vlan_id == vlan_id)
        session.execute(delete(InterfaceMac).where(InterfaceMac.interface_id.in_(own)))
        for table in (InterfaceAddress, VlanInterface, Contact, VlanPrefix):
            session.execute(delete(table).where(table.vlan_id == vlan_id))
        session.execute(delete(Vlan).where(Vlan.id == vlan_id))
        infrastructures.leave(row.infrastructure_id)
        subject = f"VLAN {row.home} / {row.name}"
        counted = held._asdict().items()
        changes = [Change(name.replace("_", " "), many, None) for name, many in counted if many]
        audit.record(actor, "VLAN deleted", subject, now=now, changes=changes)


def _remove_sessions(vlan_id: int) -> None:
    """What was seen of its addresses, and the requests for them, go first: they point at them."""
    for table in (ObservedSession, RequestPair):
        db.session.execute(delete(table).where(_of(vlan_id, table)))


def _of(vlan_id: int, table: Any) -> ColumnElement[bool]:
    """The rows of a table of pairs in which an address of the VLAN is."""
    own = select(InterfaceAddress.id).where(InterfaceAddress.vlan_id == vlan_id)
    if table is RequestPair:
        return or_(table.own_address_id.in_(own), table.peer_address_id.in_(own))
    return or_(table.low_address_id.in_(own), table.high_address_id.in_(own))
