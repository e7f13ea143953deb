"""What a member sees of the others: its tabs, from rows, in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.classify import (
    Cell,
    Mark,
    Port,
    Ports,
    Sessions,
    Standing,
    Tab,
    classify,
    ports_by_cell,
)
from app.domain.member import MemberStatus, MemberType
from app.models.base import AnyRow
from app.services import peering_rows
from app.services.peering_rows import Column, Self


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


def dashboard(
    member_id: int, *, now: datetime, lookback: timedelta, default_vlan: str = ""
) -> Board:
    """All peers of a member with their cells and tabs. Five statements, whatever the size.

    Evidence counts when it was last seen within `lookback` before `now`. `default_vlan` names
    the VLAN of the first column (its name, or its id in the member export). Raises NotFound.
    """
    me = peering_rows.get_self(member_id)
    columns = peering_rows.list_columns(member_id, default_vlan)
    rows = peering_rows.list_ports(me, [column.vlan_id for column in columns])
    mine = _mine_in_order([row for row in rows if row.member_id == member_id], columns)
    sessions = peering_rows.list_sessions(member_id, now, lookback)
    marks = peering_rows.list_marks(member_id)
    theirs = _by_member(row for row in rows if row.member_id != member_id)
    peers = [
        _peer(who, mine, ports_by_cell(ports), sessions, me, marks.pop(who.member_id, None))
        for who, ports in theirs.values()
    ]
    peers += [_peer(row, mine, {}, {}, me, row) for row in marks.values() if _listable(me, row)]
    peers = [peer for peer in peers if peer.standing.tabs]
    peers.sort(key=lambda peer: (peer.name.casefold(), peer.asn, peer.id))
    return Board(member_id, tuple(columns), tuple(peers))


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
