"""Route-server clients, held against what is seen on the wire."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.domain import hints
from app.domain.absence_words import span
from app.domain.confidence import Sureness
from app.domain.member import MemberStatus, MemberType
from app.extensions import db
from app.models import InterfaceAddress, Member, VlanInterface
from app.models.base import AnyRow
from app.services import peering_rows, silence
from app.services.peering_rows import Column, Self, live_on
from app.services.watching import Watch


class Terms(NamedTuple):
    """What judging silence asks for."""

    now: datetime
    lookback: timedelta
    confirm: timedelta


def list_without_session(
    me: Self,
    columns: Sequence[Column],
    served: Collection[int],
    watches: Sequence[Watch],
    terms: Terms,
) -> Iterator[str]:
    """A sentence for each registered client of whom a session to a route server would have been
    seen by now. `served` are the address ids of those that show one."""
    vlan_ids = [column.vlan_id for column in columns]
    servers = _list_servers(vlan_ids)
    if not servers or not watches:
        return
    member_ids = {me.id, *(server.member_id for server in servers)}
    coverage = silence.read_coverage(member_ids, watches, **terms._asdict())
    for end in peering_rows.list_ends(vlan_ids, [me.id]):
        near = [s for s in servers if (s.vlan_id, s.protocol) == (end.vlan_id, end.protocol)]
        if not end.rs_client or end.address_id in served or not near:
            continue
        judged = [coverage.of_pair(end.address_id, s.address_id, s.vlan_id) for s in near]
        if all(one.sureness is Sureness.SURE and one.needed is not None for one in judged):
            within = span(max(one.needed or 0.0 for one in judged))
            yield hints.no_route_server(end.address, within)


def _list_servers(vlan_ids: Sequence[int]) -> Sequence[AnyRow]:
    address, port = InterfaceAddress.__table__.c, VlanInterface.__table__.c
    return db.session.execute(
        select(port.member_id, port.vlan_id, address.protocol, address.id.label("address_id"))
        .join_from(VlanInterface.__table__, InterfaceAddress.__table__)
        .join(Member, Member.id == port.member_id)
        .where(
            *live_on(vlan_ids),
            Member.type == MemberType.ROUTE_SERVER,
            Member.status == MemberStatus.ACTIVE,
        )
    ).all()
