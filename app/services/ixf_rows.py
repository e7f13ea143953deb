"""Loads the rows that an import changes, some hundred at a time."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.ixf.steps import Plan, Step
from app.models import (
    FieldOrigin,
    InterfaceAddress,
    InterfaceMac,
    Member,
    VlanInterface,
)
from app.models.base import Base

Row = TypeVar("Row", bound=Base)

CHUNK = 500  # values per statement: well below what SQLite takes as parameters
Held = tuple[int, int, str]  # member, VLAN, address


class Rows:
    """Everything that a plan changes, by id, and what its members had before they left."""

    def __init__(self, session: Session, plan: Plan) -> None:
        self.session = session
        steps = plan.interfaces
        members = [step.known.id for step in plan.members if step.known]
        known = [a.known.id for step in steps for a in step.addresses if a.known]
        self.members = self._by_id(Member, members)
        self.origins = {
            (row.member_id, row.field): row
            for row in self._where(FieldOrigin, FieldOrigin.member_id, members)
        }
        self.interfaces = self._by_id(VlanInterface, [s.known.id for s in steps if s.known])
        self.addresses = self._by_id(InterfaceAddress, known)
        self.ended = self._ended([a.text for step in steps for a in step.of(Step.ADDED)])
        self.left = self._left()
        self.macs = self._macs()

    def _where(self, table: type[Row], column: Any, wanted: list[Any]) -> Iterator[Row]:
        for some in chunks(wanted):
            yield from self.session.scalars(select(table).where(column.in_(some)))

    def _by_id(self, table: type[Row], ids: list[int]) -> dict[int, Row]:
        key = table.__table__.c.id
        return {row.id: row for row in self._where(table, key, ids)}  # type: ignore[attr-defined]

    def _ended(self, texts: list[str]) -> dict[Held, InterfaceAddress]:
        """Rows of addresses that members had before, the newest of each: theirs again."""
        found = {}
        for some in chunks(texts):
            query = (
                select(VlanInterface.member_id, InterfaceAddress)
                .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
                .where(InterfaceAddress.until_at.is_not(None), InterfaceAddress.address.in_(some))
                .order_by(InterfaceAddress.until_at, InterfaceAddress.id)
            )
            for member_id, row in self.session.execute(query):
                found[member_id, row.vlan_id, row.address] = row
        return found

    def _left(self) -> dict[int, VlanInterface]:
        """Connections that have left, by id, for the addresses that return."""
        rows = self._by_id(VlanInterface, [row.interface_id for row in self.ended.values()])
        return {key: row for key, row in rows.items() if row.left_at is not None}

    def _macs(self) -> dict[int, dict[str, InterfaceMac]]:
        found: dict[int, dict[str, InterfaceMac]] = defaultdict(dict)
        ids = [*self.interfaces, *self.left]
        for row in self._where(InterfaceMac, InterfaceMac.interface_id, ids):
            found[row.interface_id][row.mac] = row
        return found


def chunks(wanted: Iterable[Any]) -> Iterator[list[Any]]:
    """The values, each once, some hundred at a time."""
    once = list(dict.fromkeys(wanted))
    for start in range(0, len(once), CHUNK):
        yield once[start : start + CHUNK]
