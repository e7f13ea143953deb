"""What a member sees of the others: its tabs, from rows, in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, union_all

from app.domain.classify import (
    Cell,
    Mark,
    Pair,
    Port,
    Ports,
    Sessions,
    Standing,
    Tab,
    classify,
    ports_by_cell,
)
from app.domain.errors import NotFound
from app.domain.evidence import Grade
from app.domain.member import InterfaceStatus, MemberStatus, MemberType
from app.extensions import db
from app.models import (
    Infrastructure,
    InterfaceAddress,
    Member,
    ObservedSession,
    PeerRelation,
    Vlan,
    VlanInterface,
)
from app.models.base import AnyRow, AnySelect


class Column(NamedTuple):
    """One VLAN as a column of the table."""

    vlan_id: int
    name: str
    tag: int | None
    infrastructure: str


@dataclass(frozen=True, slots=True)
class Peer:
    """One other member as a row of the table."""

    id: int
    name: str
    asn: int
    policy: str | None
    left: bool
    mark: Mark | None
    standing: Standing

    def cells_on(self, vlan_id: int) -> tuple[Cell | None, Cell | None] | None:
        """The IPv4 and the IPv6 cell of a VLAN, or None when the VLAN is not shared."""
        found = {c.protocol: c for c in self.standing.cells if c.vlan_id == vlan_id}
        return (found.get(4), found.get(6)) if found else None


@dataclass(frozen=True, slots=True)
class Board:
    """Every peer of a member, and the columns its cells stand in."""

    member_id: int
    columns: tuple[Column, ...]
    peers: tuple[Peer, ...]

    def on(self, tab: Tab) -> list[Peer]:
        """The peers on a tab, by name; on Potential Peers those without any link first."""
        found = [peer for peer in self.peers if tab in peer.standing.tabs]
        if tab is Tab.POTENTIAL:
            found.sort(key=lambda peer: peer.standing.linked)
        return found

    def find(self, peer_id: int) -> Peer | None:
        return next((peer for peer in self.peers if peer.id == peer_id), None)

    @property
    def counts(self) -> dict[Tab, int]:
        return {tab: sum(tab in peer.standing.tabs for peer in self.peers) for tab in Tab}


class Self(NamedTuple):
    """The viewing member, as far as the rules ask."""

    id: int
    name: str
    asn: int
    organisation: str | None
    never_via_route_servers: bool


def dashboard(
    member_id: int, *, now: datetime, lookback: timedelta, default_vlan: str = ""
) -> Board:
    """All peers of a member with their cells and tabs. Five statements, whatever the size.

    Evidence counts when it was last seen within `lookback` before `now`. `default_vlan` names
    the VLAN of the first column (its name, or its id in the member export). Raises NotFound.
    """
    me = _me(member_id)
    columns = _columns(member_id, default_vlan)
    rows = _ports(me, [column.vlan_id for column in columns])
    mine = _mine_in_order([row for row in rows if row.member_id == member_id], columns)
    sessions = _sessions(member_id, now, lookback)
    marks = _marks(member_id)
    theirs = _by_member(row for row in rows if row.member_id != member_id)
    peers = [
        _peer(who, mine, ports_by_cell(ports), sessions, me, marks.pop(who.member_id, None))
        for who, ports in theirs.values()
    ]
    peers += [_peer(row, mine, {}, {}, me, row) for row in marks.values() if _listable(me, row)]
    peers = [peer for peer in peers if peer.standing.tabs]
    peers.sort(key=lambda peer: (peer.name.casefold(), peer.asn, peer.id))
    return Board(member_id, tuple(columns), tuple(peers))


def _me(member_id: int) -> Self:
    row = db.session.execute(
        select(
            Member.id, Member.name, Member.asn, Member.organisation, Member.never_via_route_servers
        ).where(Member.id == member_id)
    ).first()
    if row is None:
        raise NotFound(f"There is no member with id {member_id}.")
    return Self(*row)


def _columns(member_id: int, default_vlan: str) -> list[Column]:
    """VLANs with the flag in which the member has an interface: default first, then by tag."""
    rows = db.session.execute(
        select(Vlan.id, Vlan.name, Vlan.tag, Infrastructure.name.label("home"), Vlan.ixf_vlan_id)
        .join(Infrastructure)
        .where(
            Vlan.peering_manager,
            Vlan.id.in_(
                select(VlanInterface.vlan_id).where(
                    VlanInterface.member_id == member_id,
                    VlanInterface.status == InterfaceStatus.CONNECTED,
                )
            ),
        )
    ).all()

    def order(row: AnyRow) -> tuple[object, ...]:
        preferred = default_vlan in (row.name, str(row.ixf_vlan_id))
        return (not preferred, row.tag is None, row.tag or 0, row.home, row.name)

    return [Column(row.id, row.name, row.tag, row.home) for row in sorted(rows, key=order)]


def _ports(me: Self, vlan_ids: Sequence[int]) -> Sequence[AnyRow]:
    """Every live, enabled address on these VLANs of current peers, and of the member itself."""
    return db.session.execute(
        select(
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            Member.policy,
            Member.status,
            Member.never_via_route_servers,
            InterfaceAddress.vlan_id,
            InterfaceAddress.protocol,
            InterfaceAddress.id.label("address_id"),
            InterfaceAddress.rs_client,
        )
        .join(VlanInterface, VlanInterface.member_id == Member.id)
        .join(InterfaceAddress, InterfaceAddress.interface_id == VlanInterface.id)
        .where(
            VlanInterface.vlan_id.in_(vlan_ids),
            VlanInterface.status == InterfaceStatus.CONNECTED,
            InterfaceAddress.until_at.is_(None),
            InterfaceAddress.enabled,
            or_(
                Member.id == me.id,
                and_(
                    Member.status == MemberStatus.ACTIVE,
                    Member.type == MemberType.PEERING,
                    Member.asn != me.asn,
                    _other_organisation(me),
                ),
            ),
        )
    ).all()


def _other_organisation(me: Self) -> Any:
    if me.organisation is None:
        return True
    return func.coalesce(Member.organisation, "") != me.organisation


def _sessions(member_id: int, now: datetime, lookback: timedelta) -> Sessions:
    """The grade of each pair of addresses with one end at the member, seen in the window."""
    own = (
        select(InterfaceAddress.id)
        .join(VlanInterface, VlanInterface.id == InterfaceAddress.interface_id)
        .where(VlanInterface.member_id == member_id)
    ).scalar_subquery()

    def seen(end: Any) -> AnySelect:
        return select(
            ObservedSession.low_address_id, ObservedSession.high_address_id, ObservedSession.grade
        ).where(
            end.in_(own),
            ObservedSession.grade >= Grade.POSSIBLE,
            ObservedSession.first_seen <= now,
            ObservedSession.last_seen >= now - lookback,
        )

    # Two index searches: one OR over both ends would read the whole table.
    both = union_all(seen(ObservedSession.low_address_id), seen(ObservedSession.high_address_id))
    return {Pair.of(low, high): Grade(grade) for low, high, grade in db.session.execute(both)}


def _marks(member_id: int) -> dict[int, AnyRow]:
    """The members this one has marked, with what a row shows of them."""
    rows = db.session.execute(
        select(
            Member.id.label("member_id"),
            Member.name,
            Member.asn,
            Member.policy,
            Member.status,
            Member.type,
            Member.organisation,
            Member.never_via_route_servers,
            PeerRelation.mark,
        )
        .join(PeerRelation, PeerRelation.peer_id == Member.id)
        .where(PeerRelation.member_id == member_id, PeerRelation.mark.is_not(None))
    )
    return {row.member_id: row for row in rows}


def _listable(me: Self, row: AnyRow) -> bool:
    """Whether a marked member without a cell may still be shown: peers only, never oneself."""
    same_house = me.organisation is not None and row.organisation == me.organisation
    return row.type == MemberType.PEERING and row.asn != me.asn and not same_house


def _mine_in_order(rows: Iterable[AnyRow], columns: Sequence[Column]) -> Ports:
    """The member's own ports; the order of their cells is the order of the columns."""
    place = {column.vlan_id: index for index, column in enumerate(columns)}
    ports = [_port(row) for row in rows]
    return ports_by_cell(sorted(ports, key=lambda port: (place[port.vlan_id], port.protocol)))


def _by_member(rows: Iterable[AnyRow]) -> dict[int, tuple[AnyRow, list[Port]]]:
    found: dict[int, tuple[AnyRow, list[Port]]] = {}
    for row in rows:
        found.setdefault(row.member_id, (row, []))[1].append(_port(row))
    return found


def _port(row: AnyRow) -> Port:
    return Port(row.vlan_id, row.protocol, row.address_id, row.rs_client)


def _peer(
    who: AnyRow,
    mine: Ports,
    theirs: Ports,
    sessions: Sessions,
    me: Self,
    marked: AnyRow | None,
) -> Peer:
    mark = Mark(marked.mark) if marked else None
    via = not (me.never_via_route_servers or who.never_via_route_servers)
    standing = classify(mine, theirs, sessions, mark, via_route_servers=via)
    left = who.status == MemberStatus.LEFT
    return Peer(who.member_id, who.name, who.asn, who.policy, left, mark, standing)
